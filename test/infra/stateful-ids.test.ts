import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { ServiceDiscoveryStack } from '../../infra/stack.ts';
import { CDK_JSON, discover, resourcesOf, testApp } from './synthesized.ts';
import { environment } from './templates.ts';

/** What loses something when CloudFormation replaces it: objects, messages, logs, execution histories, names, passwords. */
const STATEFUL = new Set([
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::Logs::LogGroup',
  'AWS::StepFunctions::StateMachine',
  'AWS::Route53::HostedZone',
  'AWS::SecretsManager::Secret',
]);
const LIST: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync(new URL('stateful-ids.json', import.meta.url), 'utf8'),
);
const found: Readonly<Record<string, () => Template>> = {
  construct: () => discover().synth(),
  app: () =>
    Template.fromStack(
      new ServiceDiscoveryStack(testApp(CDK_JSON), { stackName: 'EcsServiceDiscoveryDns', props: {} }),
    ),
  environment: () => environment(CDK_JSON),
};

it.each(Object.keys(found))('%s: what has state keeps its logical id, and what is new is in the list', (name) => {
  const resources = Object.entries(resourcesOf(found[name]?.() ?? Template.fromString('{}')));

  const ids = resources.flatMap(([id, { Type }]) => (STATEFUL.has(Type) ? [[id, Type] as const] : []));

  expect(Object.fromEntries(ids)).toEqual(LIST[name]);
});
