import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../stand-ins/clock.ts';
import { eventsStandIn } from '../stand-ins/events.ts';
import { DEFAULT_ACCOUNT } from '../stand-ins/protocol.ts';
import { type LawsEndpoint, lawsEndpoint, standInOnly } from './endpoint.ts';

const pattern = '{"source":["laws.never"]}';
const queueArn = 'arn:aws:sqs:us-east-1:123456789012:laws-target';
const delivered: { targetArn: string; input: unknown }[] = [];
const standIn = eventsStandIn({
  clock: systemClock,
  region: 'us-east-1',
  accountId: DEFAULT_ACCOUNT,
  invoke: async (targetArn, input) => {
    delivered.push({ targetArn, input });
  },
});
let endpoint: LawsEndpoint;
let client: EventBridgeClient;
const made: string[] = [];

beforeAll(async () => {
  endpoint = await lawsEndpoint([standIn]);
  client = new EventBridgeClient(endpoint.clientConfig);
});

afterAll(async () => {
  for (const Rule of made) {
    const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule }));
    const Ids = Targets.map(({ Id }) => Id ?? '');
    if (Ids.length > 0) await client.send(new RemoveTargetsCommand({ Rule, Ids }));
    await client.send(new DeleteRuleCommand({ Name: Rule }));
  }
  client.destroy();
  await standIn.admin.close();
  await endpoint.close();
});

describe('PutEvents', () => {
  const entry = { Source: 'laws', DetailType: 'Law', Detail: '{"a":1}' };

  it('gives each entry an id, in order', async () => {
    const { FailedEntryCount, Entries } = await put(entry, entry);

    expect(FailedEntryCount).toBe(0);
    expect(new Set(Entries?.map(({ EventId }) => EventId)).size).toBe(2);
  });

  it('fails entries one by one', async () => {
    const { FailedEntryCount, Entries } = await put(
      entry,
      { ...entry, Detail: '{' },
      { ...entry, Detail: '[1]' },
      { ...entry, Source: '' },
      { ...entry, DetailType: undefined },
      { ...entry, Source: 'aws.ecs' },
    );

    expect(FailedEntryCount).toBe(5);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      'InvalidArgument',
      'NotAuthorizedForSourceException',
    ]);
  });

  it.each([
    { row: 'no entries', entries: [] },
    { row: '11 entries', entries: Array.from({ length: 11 }, () => entry) },
    { row: 'a megabyte', entries: [{ ...entry, Detail: JSON.stringify({ a: 'x'.repeat(1_048_576) }) }] },
  ])('refuses $row as a whole', async ({ entries }) => {
    await expect(put(...entries)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  standInOnly('the target is no resource of the account')('reaches the targets of the rules that match', async () => {
    const source = unique();
    await rule({ pattern: JSON.stringify({ source: [source] }), targets: [{ Id: 'a', Arn: `${queueArn}-${source}` }] });
    await rule({ pattern, targets: [{ Id: 'a', Arn: `${queueArn}-never` }] });

    const { Entries } = await put({
      ...entry,
      Source: source,
      Resources: ['arn:x'],
      Time: new Date(1_700_000_000_500),
    });
    await standIn.admin.settle();

    expect(delivered.filter(({ targetArn }) => targetArn.includes(source))).toEqual([
      {
        targetArn: `${queueArn}-${source}`,
        input: {
          version: '0',
          id: Entries?.[0]?.EventId,
          'detail-type': 'Law',
          source,
          account: DEFAULT_ACCOUNT,
          time: '2023-11-14T22:13:20Z',
          region: 'us-east-1',
          resources: ['arn:x'],
          detail: { a: 1 },
        },
      },
    ]);
    expect(delivered.some(({ targetArn }) => targetArn.endsWith('never'))).toBe(false);
  });
});

describe('rules', () => {
  it('are described as they were put', async () => {
    const Name = await rule({ pattern, description: 'mine' });

    const described = await client.send(new DescribeRuleCommand({ Name }));

    expect(described).toMatchObject({
      Name,
      Arn: expect.stringMatching(new RegExp(`:rule/${Name}$`)),
      EventPattern: pattern,
      State: 'ENABLED',
      Description: 'mine',
      EventBusName: 'default',
    });
  });

  it('keep their targets when they are put again', async () => {
    const Name = await rule({ pattern, targets: [{ Id: 'a', Arn: queueArn }] });

    await client.send(new PutRuleCommand({ Name, EventPattern: '{"source":["laws.other"]}' }));

    expect((await targetsOf(Name)).map(({ Id }) => Id)).toEqual(['a']);
  });

  it('are switched off and on', async () => {
    const Name = await rule({ pattern });
    const state = async () => (await client.send(new DescribeRuleCommand({ Name }))).State;

    await client.send(new DisableRuleCommand({ Name }));
    const off = await state();
    await client.send(new EnableRuleCommand({ Name }));

    expect([off, await state()]).toEqual(['DISABLED', 'ENABLED']);
  });

  it.each(['{"source":"not an array"}', '{"source":[]}', '{', '{"detail":{"a":[{"like":"b"}]}}'])(
    'refuse the pattern %s',
    async (EventPattern) => {
      const putting = client.send(new PutRuleCommand({ Name: unique(), EventPattern }));

      await expect(putting).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    },
  );

  it('that do not exist are refused', async () => {
    const Name = unique();

    await expect(client.send(new DescribeRuleCommand({ Name }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(targetsOf(Name)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('with targets are not deleted', async () => {
    const Name = await rule({ pattern, targets: [{ Id: 'a', Arn: queueArn }] });

    await expect(client.send(new DeleteRuleCommand({ Name }))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('are listed by prefix, page by page', async () => {
    const prefix = unique();
    const names = ['a', 'b', 'c'].map((letter) => `${prefix}-${letter}`);
    for (const name of names) await rule({ name, pattern });

    const first = await client.send(new ListRulesCommand({ NamePrefix: prefix, Limit: 2 }));
    const { NextToken } = first;
    const second = await client.send(new ListRulesCommand({ NamePrefix: prefix, Limit: 2, NextToken }));

    expect([first.Rules, second.Rules].map((rules) => rules?.map(({ Name }) => Name))).toEqual([
      names.slice(0, 2),
      names.slice(2),
    ]);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('targets', () => {
  it('are put, replaced by id and removed', async () => {
    const Name = await rule({
      pattern,
      targets: [
        { Id: 'a', Arn: queueArn },
        { Id: 'b', Arn: queueArn },
      ],
    });

    await client.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'a', Arn: `${queueArn}-2` }] }));
    await client.send(new RemoveTargetsCommand({ Rule: Name, Ids: ['b'] }));

    expect(await targetsOf(Name)).toEqual([{ Id: 'a', Arn: `${queueArn}-2` }]);
  });

  it('are five at most', async () => {
    const Targets = Array.from({ length: 6 }, (_, index) => ({ Id: `${index}`, Arn: queueArn }));
    const Rule = await rule({ pattern });

    await expect(client.send(new PutTargetsCommand({ Rule, Targets }))).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
  });

  it.each([
    { row: 'two inputs', target: { Input: '{}', InputPath: '$.detail' } },
    { row: 'an input that is not JSON', target: { Input: '{' } },
    { row: '186 retries', target: { RetryPolicy: { MaximumRetryAttempts: 186 } } },
    { row: 'an age of 59 s', target: { RetryPolicy: { MaximumEventAgeInSeconds: 59 } } },
    { row: 'an ARN that is none', target: { Arn: 'queue' } },
  ])('are refused with $row', async ({ target }) => {
    const Rule = await rule({ pattern });

    const putting = client.send(new PutTargetsCommand({ Rule, Targets: [{ Id: 'a', Arn: queueArn, ...target }] }));

    await expect(putting).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('TestEventPattern', () => {
  const Event = JSON.stringify({
    id: '1',
    account: '123456789012',
    source: 'aws.ecs',
    time: '2026-10-01T10:00:00Z',
    region: 'us-east-1',
    resources: [],
    'detail-type': 'ECS Task State Change',
    detail: { lastStatus: 'RUNNING', desiredStatus: 'STOPPED', group: 'service:cart', version: 3 },
  });

  it.each([
    { EventPattern: '{"detail":{"lastStatus":["RUNNING"]}}', Result: true },
    { EventPattern: '{"detail":{"lastStatus":["STOPPED"]}}', Result: false },
    { EventPattern: '{"detail":{"$or":[{"lastStatus":["STOPPED"]},{"desiredStatus":["STOPPED"]}]}}', Result: true },
    { EventPattern: '{"detail":{"group":[{"prefix":"service:"}],"version":[{"numeric":[">",2]}]}}', Result: true },
    { EventPattern: '{"detail":{"group":[{"anything-but":{"prefix":"service:"}}]}}', Result: false },
    { EventPattern: '{"detail":{"stoppedReason":[{"exists":false}]}}', Result: true },
  ])('$EventPattern → $Result', async ({ EventPattern, Result }) => {
    const tested = await client.send(new TestEventPatternCommand({ EventPattern, Event }));

    expect(tested.Result).toBe(Result);
  });
});

function unique(): string {
  return `laws-${crypto.randomUUID()}`;
}

function put(...Entries: PutEventsRequestEntry[]) {
  return client.send(new PutEventsCommand({ Entries }));
}

interface NewRule {
  readonly name?: string;
  readonly pattern: string;
  readonly description?: string;
  readonly targets?: Target[];
}

async function rule({ name = unique(), pattern: EventPattern, description, targets }: NewRule): Promise<string> {
  await client.send(new PutRuleCommand({ Name: name, EventPattern, Description: description }));
  made.push(name);
  if (targets) await client.send(new PutTargetsCommand({ Rule: name, Targets: targets }));
  return name;
}

async function targetsOf(Rule: string): Promise<Target[]> {
  const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule }));
  return Targets;
}
