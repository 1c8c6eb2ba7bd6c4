import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { describe, expect, it } from 'vitest';
import { readPattern } from '../stand-ins/event-pattern.ts';
import { discover, functionsOf, only, type PropsFrom, rendered } from './synthesized.ts';
import { TEMPLATES } from './templates.ts';

const EVENTS = globSync('test/stand-ins/ecs/recorded-events/*.json').map((path) => ({
  name: basename(path, '.json'),
  event: JSON.parse(readFileSync(path, 'utf8')),
}));
const template = discover().synth();
const clusters =
  (count: number, name: (index: number) => string): PropsFrom =>
  ({ stack }) => ({
    clusters: Array.from({ length: count }, (_, index) => {
      const arn = `arn:aws:ecs:eu-west-1:111111111111:cluster/${name(index)}`;
      return ecs.Cluster.fromClusterArn(stack, `Cluster${index}`, arn);
    }),
  });
const patternOf = (of: Template) => JSON.stringify(only(of, 'AWS::Events::Rule').Properties.EventPattern);

describe('the rule', () => {
  const matches = readPattern(patternOf(template));

  it.each(EVENTS)('takes $name only where a task runs, or is to stop', ({ event }) => {
    const { lastStatus, desiredStatus } = event.detail;

    const expected = desiredStatus === 'STOPPED' || (lastStatus === 'RUNNING' && desiredStatus === 'RUNNING');

    expect(matches(event)).toBe(expected);
  });

  it('finds both kinds among the events, or the test above would say nothing', () => {
    const taken = EVENTS.filter(({ event }) => matches(event)).length;

    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(EVENTS.length);
  });

  it('takes no other events', () => {
    const [{ event } = { event: {} }] = EVENTS.filter(({ event }) => matches(event));

    expect(matches({ ...event, 'detail-type': 'ECS Container Instance State Change' })).toBe(false);
    expect(matches({ ...event, source: 'my.ecs' })).toBe(false);
  });

  it('takes those of the configured clusters only', () => {
    const [{ event } = { event: { detail: {} } }] = EVENTS.filter(({ event }) => matches(event));
    const narrowed = readPattern(patternOf(discover(clusters(2, (index) => ['shop', 'depot'][index] ?? '')).synth()));
    const from = (name: string) => ({
      ...event,
      detail: { ...event.detail, clusterArn: `arn:aws:ecs:eu-west-1:111111111111:cluster/${name}` },
    });

    expect(['shop', 'depot', 'other'].map((name) => narrowed(from(name)))).toEqual([true, true, false]);
  });

  it('leaves the choice to the function where the ARNs would not fit into a pattern', () => {
    const many = discover(clusters(30, (index) => `a-cluster-with-a-long-name-${index}`)).synth();

    expect(patternOf(many)).toBe(patternOf(template));
    expect(rendered(functionsOf(many).get('start-run')?.environment.CLUSTERS).split(',')).toHaveLength(30);
  });

  it.each([1, 5, 10, 15, 20, 25])('stays below the 2,048 characters of a pattern with %i clusters', (count) => {
    const pattern = patternOf(discover(clusters(count, (index) => `cluster-number-${index}`)).synth());

    expect(pattern.length).toBeLessThanOrEqual(2_048);
  });
});

describe('the rule of hosts that drain', () => {
  const draining = discover(() => ({ onDraining: 'deregister' })).synth();
  const rules = Object.values(draining.findResources('AWS::Events::Rule'));
  const rule = rules.find(({ Properties }) => JSON.stringify(Properties.EventPattern).includes('Container Instance'));
  const matches = readPattern(JSON.stringify(rule?.Properties.EventPattern));
  const event = (status: string) => ({
    source: 'aws.ecs',
    'detail-type': 'ECS Container Instance State Change',
    detail: { status, clusterArn: 'arn:aws:ecs:eu-west-1:111111111111:cluster/shop', agentConnected: true },
  });

  it('is there only where instances leave them', () => {
    expect(rules).toHaveLength(2);
    expect(template.findResources('AWS::Events::Rule')).toSatisfy((found: object) => Object.keys(found).length === 1);
  });

  it.each([
    { status: 'DRAINING', taken: true },
    { status: 'ACTIVE', taken: false },
    { status: 'REGISTERING', taken: false },
    { status: 'INACTIVE', taken: false },
  ])('takes $status: $taken', ({ status, taken }) => {
    expect(matches(event(status))).toBe(taken);
    expect(EVENTS.some((one) => matches(one.event))).toBe(false);
  });

  it('tells the same function, with the same dead letters', () => {
    const [first, second] = rules.map(({ Properties }) => rendered(Properties.Targets[0].Arn));
    const queues = rules.map(({ Properties }) => rendered(Properties.Targets[0].DeadLetterConfig.Arn));

    expect(first).toBe(second);
    expect(queues).toEqual(['{DeadLetterQueue}', '{DeadLetterQueue}']);
    expect(Object.keys(draining.findResources('AWS::Lambda::Permission'))).toHaveLength(2);
  });

  it('takes those of the configured clusters only', () => {
    const narrowed = discover((given) => ({ ...clusters(1, () => 'shop')(given), onDraining: 'deregister' })).synth();
    const patterns = Object.values(narrowed.findResources('AWS::Events::Rule')).map(({ Properties }) =>
      JSON.stringify(Properties.EventPattern.detail.clusterArn),
    );

    expect(patterns).toEqual(Array(2).fill('["arn:aws:ecs:eu-west-1:111111111111:cluster/shop"]'));
  });
});

describe.each(TEMPLATES)('nothing is lost on the way: $of', ({ template }) => {
  it('an event that cannot be delivered ends in the dead-letter queue, after an hour of attempts', () => {
    const targets = only(template, 'AWS::Events::Rule').Properties.Targets as readonly {
      Arn: unknown;
      DeadLetterConfig: { Arn: unknown };
      RetryPolicy: unknown;
    }[];

    expect(targets.map(({ Arn }) => rendered(Arn))).toEqual(['{TriggersStartRunFunction}']);
    expect(targets.map(({ DeadLetterConfig }) => rendered(DeadLetterConfig.Arn))).toEqual(['{DeadLetterQueue}']);
    expect(targets.map(({ RetryPolicy }) => RetryPolicy)).toEqual([
      { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 185 },
    ]);
  });

  it('so does one that the function fails on', () => {
    const { DestinationConfig, FunctionName, ...config } = only(template, 'AWS::Lambda::EventInvokeConfig').Properties;

    expect(rendered(FunctionName)).toBe('{TriggersStartRunFunction}');
    expect(DestinationConfig).toEqual({
      OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringContaining('DeadLetterQueue'), 'Arn'] } },
    });
    expect(config).toMatchObject({ MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 2 });
  });

  it('so does a wake-up of the schedule, after as many', () => {
    const { Target } = only(template, 'AWS::Scheduler::Schedule').Properties as { Target: Record<string, unknown> };

    expect(Target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 185 });
    expect(rendered(Target.Arn)).toBe('{ReconcilerStateMachine}');
    expect(rendered((Target.DeadLetterConfig as { Arn: unknown }).Arn)).toBe('{DeadLetterQueue}');
    expect(rendered(Target.RoleArn)).toBe('{TriggersScheduleRole}');
  });
});

it.each(TEMPLATES)('the schedule says what it is, with exactly this input: $of', ({ template }) => {
  const { Target, State, FlexibleTimeWindow } = only(template, 'AWS::Scheduler::Schedule').Properties;

  expect((Target as { Input: string }).Input).toBe('{"trigger":"schedule"}');
  expect({ State, FlexibleTimeWindow }).toEqual({ State: 'ENABLED', FlexibleTimeWindow: { Mode: 'OFF' } });
});

it.each(TEMPLATES)('only the rule may call the function: $of', ({ template }) => {
  const { Principal, SourceArn, FunctionName } = only(template, 'AWS::Lambda::Permission').Properties;

  expect(Principal).toBe('events.amazonaws.com');
  expect(rendered(FunctionName)).toBe('{TriggersStartRunFunction}');
  expect(rendered(SourceArn)).toBe('{TriggersTaskStateChange}');
});

describe.each(TEMPLATES)(
  'nothing starts before everything is there, so that a failed first deployment can be taken back: $of',
  (one) => {
    const { template, within } = one;
    const resources: Readonly<Record<string, { Type: string; DependsOn?: readonly string[] }>> =
      template.toJSON().Resources;
    const waits = (type: string) => Object.values(resources).find(({ Type }) => Type === type)?.DependsOn ?? [];

    it.each(['AWS::Scheduler::Schedule', 'AWS::Events::Rule'])(
      '%s waits for roles, policies, alarms and dashboard',
      (type) => {
        const before = Object.entries(resources).flatMap(([id, { Type }]) =>
          id.startsWith(`${within}Reconciler`) && /Policy|StateMachine$/.test(Type) ? [id] : [],
        );
        const beside = Object.entries(resources).flatMap(([id, { Type }]) =>
          id.startsWith(within) && /^AWS::CloudWatch::(Alarm|Dashboard)$/.test(Type) ? [id] : [],
        );

        expect(before.length).toBeGreaterThan(12);
        expect(beside.length).toBeGreaterThan(14);
        expect([...before, ...beside].filter((id) => !waits(type).includes(id))).toEqual([]);
      },
    );

    it('events wait for the schedule, which a person may have written wrongly', () => {
      expect(waits('AWS::Events::Rule')).toContain(only(template, 'AWS::Scheduler::Schedule').id);
    });
  },
);
