import { Template } from 'aws-cdk-lib/assertions';
import { readConfig } from '../../examples/environment/config.ts';
import { EnvironmentStack } from '../../examples/environment/stack.ts';
import { discover, testApp } from './synthesized.ts';

/** The template of `examples/environment`. */
export function environment(context: Readonly<Record<string, unknown>> = {}): Template {
  const app = testApp(context);
  return Template.fromStack(new EnvironmentStack(app, 'ServiceDiscoveryEnvironment', readConfig(app.node)));
}

/** Whatever has the construct in it passes the same tests; `within` begins the logical ids of what the construct made. */
export const TEMPLATES: readonly { readonly of: string; readonly within: string; readonly template: Template }[] = [
  { of: 'the construct', within: 'Discovery', template: discover().synth() },
  { of: 'examples/environment', within: 'ServiceDiscovery', template: environment() },
];
