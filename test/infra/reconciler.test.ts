import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CALL_LIMITS } from '../../functions/adapters/aws/client-settings.ts';
import { CHECKER_DEADLINE } from '../../functions/domain/words/quotas.ts';
import { definition } from '../../infra/definition.ts';
import { discover, functionsOf, ofType, only, rendered } from './synthesized.ts';
import { TEMPLATES } from './templates.ts';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly ItemProcessor?: Machine;
}
interface Machine {
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds?: number;
}

const DEPLOYED = definition();
const machine: Machine = JSON.parse(DEPLOYED);
const template = discover().synth();
const functions = functionsOf(template);
const stateMachine = only(template, 'AWS::StepFunctions::StateMachine').Properties;

/** Every Task state, those inside of Map states too. */
const tasks = ({ States }: Machine): readonly (State & { readonly name: string })[] =>
  Object.entries(States).flatMap(([name, state]) => [
    ...(state.Type === 'Task' ? [{ name, ...state }] : []),
    ...(state.ItemProcessor ? tasks(state.ItemProcessor) : []),
  ]);

describe('the definition', () => {
  it('is what the file says, as JSON that people can read', () => {
    const file: Machine = parse(readFileSync('statemachines/reconcile.asl.yaml', 'utf8'), { merge: true });

    const text = String(stateMachine.DefinitionString);

    expect(JSON.parse(text)).toEqual(file);
    expect(text).toContain(`\n  "TimeoutSeconds": ${file.TimeoutSeconds},\n`);
  });

  it('is valid', () => {
    const validate: (definition: unknown) => { isValid: boolean; errors: readonly unknown[] } = createRequire(
      import.meta.url,
    )('asl-validator');
    const substituted = DEPLOYED.replaceAll(/\$\{\w+\}/g, 'arn:aws:lambda:eu-west-1:123456789012:function:step');

    const { isValid, errors } = validate(JSON.parse(substituted));

    expect(errors).toEqual([]);
    expect(isValid).toBe(true);
  });

  it('gets a value for every placeholder, and no other', () => {
    const placeholders = [...new Set(DEPLOYED.match(/(?<=\$\{)\w+(?=\})/g))].sort();

    expect(Object.keys(stateMachine.DefinitionSubstitutions as object).sort()).toEqual(placeholders);
  });

  it.each(tasks(machine))('$name calls the function of its name', ({ name, Resource = '' }) => {
    const substitutions = stateMachine.DefinitionSubstitutions as Readonly<Record<string, unknown>>;
    const file = name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

    const arn = rendered(substitutions[Resource.slice(2, -1)]);

    expect(functions.get(file)?.entry).toBe(`functions/steps/${file}.ts`);
    expect(arn).toBe(`{Reconciler${name}Function}`);
  });
});

describe('times', () => {
  it.each(tasks(machine))('$name ends by itself before its state gives up on it', ({ name, TimeoutSeconds = 0 }) => {
    const { id = '', timeout = 0 } = [...functions.values()].find((one) => one.id.includes(name)) ?? {};

    expect(id).toContain(name);
    expect(timeout).toBeGreaterThan(0);
    expect(timeout).toBeLessThan(TimeoutSeconds);
  });

  it.each(tasks(machine))('$name may work for nearly as long as its state allows', ({ name, TimeoutSeconds = 0 }) => {
    const { timeout = 0 } = [...functions.values()].find((one) => one.id.includes(name)) ?? {};

    expect(TimeoutSeconds - timeout).toBeLessThanOrEqual(10);
  });

  it('the checker has longer than its probes, and draining longer than its polls', () => {
    const seconds = (name: string) => functions.get(name)?.timeout ?? 0;

    expect(1_000 * seconds('check-health')).toBeGreaterThan(CHECKER_DEADLINE);
    expect(seconds('read-trigger')).toBeGreaterThan(20 + 2 * (CALL_LIMITS.requestTimeout / 1_000));
  });

  it('what a run has drained stays hidden for longer than the run may last', () => {
    const queue = ofType(template, 'AWS::SQS::Queue').find(({ Properties }) => Properties.RedrivePolicy);

    expect(machine.TimeoutSeconds).toBeGreaterThan(0);
    expect(queue?.Properties.VisibilityTimeout).toBeGreaterThan(machine.TimeoutSeconds ?? Number.POSITIVE_INFINITY);
    // A run that is killed releases nothing: what it has drained comes again soon after it could have ended.
    expect(queue?.Properties.VisibilityTimeout).toBeLessThan(1.2 * (machine.TimeoutSeconds ?? 0));
  });
});

describe('the functions', () => {
  it('have the memory that their work takes: the checker a whole vCPU, who reads zone or fleet a GiB', () => {
    const memory = Object.groupBy(
      [...functions].map(([name, { properties }]) => ({ name, MiB: Number(properties.MemorySize) })),
      ({ MiB }) => MiB,
    );
    const named = Object.entries(memory).map(([MiB, those = []]) => [
      Number(MiB),
      those.map(({ name }) => name).sort(),
    ]);

    expect(Object.fromEntries(named)).toEqual({
      1769: ['check-health'],
      1024: ['collect-tasks', 'complete-reading', 'plan-changes', 'publish-outcome', 'snapshot-zone', 'verify-changes'],
      512: ['apply-batch', 'list-clusters', 'load-batch', 'read-trigger', 'save-verdicts', 'start-run'],
    });
  });

  it.each([...functions])('%s runs on arm64 and Node.js 24', (_, { properties }) => {
    expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
  });

  it('each says where its source stands', () => {
    expect(ofType(template, 'AWS::Lambda::Function').length).toBe(functions.size);
  });

  it.each(TEMPLATES)('only the checker is in the VPC: $of', ({ template }) => {
    const attached = [...functionsOf(template)]
      .filter(([, { properties }]) => properties.VpcConfig)
      .map(([name]) => name);

    expect(attached).toEqual(['check-health']);
  });

  it('the checker lets TCP out and nothing in', () => {
    const group = only(template, 'AWS::EC2::SecurityGroup').Properties;

    expect(group.SecurityGroupEgress).toMatchObject([{ IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535 }]);
    expect(group.SecurityGroupIngress).toBeUndefined();
    expect(ofType(template, 'AWS::EC2::SecurityGroupIngress')).toEqual([]);
  });

  it.each([
    { addressFamily: undefined, ipv6: false },
    { addressFamily: 'ipv4', ipv6: false },
    { addressFamily: 'dualstack', ipv6: true },
    { addressFamily: 'ipv6', ipv6: true },
  ] as const)('with the family $addressFamily the checker reaches IPv6: $ipv6', ({ addressFamily, ipv6 }) => {
    const made = discover(() => (addressFamily ? { addressFamily } : {})).synth();
    const group = only(made, 'AWS::EC2::SecurityGroup').Properties;
    const checker = functionsOf(made).get('check-health')?.properties;

    expect(group.SecurityGroupEgress).toMatchObject([{ CidrIp: '0.0.0.0/0' }, ...(ipv6 ? [{ CidrIpv6: '::/0' }] : [])]);
    const allowed = { Ipv6AllowedForDualStack: true };
    if (ipv6) expect(checker?.VpcConfig).toMatchObject(allowed);
    else expect(checker?.VpcConfig).not.toMatchObject(allowed);
  });

  it('each writes to a log group of its own', () => {
    const groups = [...functions.values()].map(({ properties }) => rendered(properties.LoggingConfig));

    expect(new Set(groups).size).toBe(functions.size);
    expect(ofType(template, 'AWS::Logs::LogGroup').length).toBe(functions.size + 1);
  });
});

it('logs failures without the data, under the prefix that keeps the log resource policy small', () => {
  const names = ofType(template, 'AWS::Logs::LogGroup').flatMap(({ Properties }) => Properties.LogGroupName ?? []);

  expect(stateMachine.LoggingConfiguration).toMatchObject({ Level: 'ERROR', IncludeExecutionData: false });
  expect(stateMachine.StateMachineType).toBe('STANDARD');
  expect(names).toEqual([expect.stringMatching(/^\/aws\/vendedlogs\/states\/Shop-Discovery-Reconciler/)]);
});

it.each(TEMPLATES)('has no circle, no function that the state machine calls needs it before: $of', ({ template }) => {
  const circle = (of: Template) =>
    [...functionsOf(of)]
      .filter(([, { properties }]) => JSON.stringify(properties).includes('StateMachine'))
      .map(([name]) => name);

  expect(circle(template)).toEqual(['start-run']);
});
