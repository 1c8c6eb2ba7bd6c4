import { Template } from 'aws-cdk-lib/assertions';
import { readConfig } from '../../examples/environment/config.ts';
import { EnvironmentStack } from '../../examples/environment/stack.ts';
import { discover, testApp } from './synthesized.ts';

/** `examples/environment`, as its app makes it. */
export function environmentStack(context: Readonly<Record<string, unknown>> = {}): EnvironmentStack {
  const app = testApp(context);
  return new EnvironmentStack(app, 'ServiceDiscoveryEnvironment', readConfig(app.node));
}

export const environment = (context: Readonly<Record<string, unknown>> = {}): Template =>
  Template.fromStack(environmentStack(context));

/** Whatever has the construct in it passes the same tests; `within` begins the logical ids of what the construct made. */
export const TEMPLATES: readonly { readonly of: string; readonly within: string; readonly template: Template }[] = [
  { of: 'the construct', within: 'Discovery', template: discover().synth() },
  { of: 'examples/environment', within: 'ServiceDiscovery', template: environment() },
];
