import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { virtualClock } from './clock.ts';
import { inMemoryClient } from './in-memory-client.ts';
import type { ExecutionChange } from './step-functions/executions.ts';
import { statusChangeEvent } from './step-functions/status-event.ts';
import { stepFunctionsStandIn } from './step-functions.ts';

const DAY = 86_400_000;

async function machineOnVirtualClock(
  states: object,
  invoke: (payload: unknown) => Promise<unknown> = async () => null,
) {
  const clock = virtualClock(Date.UTC(2026, 9, 1, 10));
  const standIn = stepFunctionsStandIn({
    clock,
    region: 'eu-central-1',
    accountId: '111111111111',
    invoke: (_resource, payload) => invoke(payload),
  });
  const changes: ExecutionChange[] = [];
  const stopListening = standIn.admin.onExecutionChange((change) => changes.push(change));
  const client = inMemoryClient(standIn, { of: SFNClient });
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({
      name: 'machine',
      definition: JSON.stringify({ StartAt: Object.keys(states)[0], States: states }),
      roleArn: 'arn:aws:iam::111111111111:role/machine',
    }),
  );
  return {
    clock,
    client,
    changes,
    stopListening,
    admin: standIn.admin,
    stateMachineArn,
    start: (name: string, input = '{}') => client.send(new StartExecutionCommand({ stateMachineArn, name, input })),
  };
}

const work = {
  Work: { Type: 'Task', Resource: 'arn:aws:lambda:eu-central-1:111111111111:function:work', End: true },
};
const pause = { Pause: { Type: 'Wait', Seconds: 60, End: true } };

describe('the host', () => {
  it('hears of each start and end', async () => {
    const { admin, start, changes } = await machineOnVirtualClock(work, async () => ({ done: true }));

    await start('one', '{"a":1}');
    await admin.settle();

    expect(changes.map(({ name, status, output }) => ({ name, status, output }))).toEqual([
      { name: 'one', status: 'RUNNING', output: undefined },
      { name: 'one', status: 'SUCCEEDED', output: '{"done":true}' },
    ]);
  });

  it('hears nothing more once it stopped listening', async () => {
    const { admin, start, changes, stopListening } = await machineOnVirtualClock(work);

    stopListening();
    await start('one');
    await admin.settle();

    expect(changes).toEqual([]);
  });

  it('waits in settle for functions whose execution has ended', async () => {
    const states = { Work: { ...work.Work, TimeoutSeconds: 1 } };
    let finish = (): void => {};
    const { admin, clock, start, changes } = await machineOnVirtualClock(
      states,
      () =>
        new Promise((resolve) => {
          finish = () => resolve(null);
        }),
    );
    await start('one');
    await clock.advance(1_000);

    let settled = false;
    const settling = admin.settle().then(() => {
      settled = true;
    });
    await clock.advance(1_000);
    const before = settled;
    finish();
    await settling;

    expect(changes.at(-1)?.status).toBe('FAILED');
    expect(before).toBe(false);
  });

  it('stops everything when it closes, and starts nothing more', async () => {
    const { admin, start, changes } = await machineOnVirtualClock(pause);
    await start('one');
    await start('two');

    await admin.close();

    expect(changes.filter(({ status }) => status === 'ABORTED').map(({ name }) => name)).toEqual(['one', 'two']);
    await expect(start('three')).rejects.toMatchObject({ name: 'ServiceUnavailable' });
  });

  it('sees a defect of the stand-in as a failed execution', async () => {
    const clock = virtualClock();
    const defective = { now: clock.now, sleep: () => Promise.reject(new Error('no sleep')) };
    const standIn = stepFunctionsStandIn({
      clock: defective,
      region: 'eu-central-1',
      accountId: '111111111111',
      invoke: async () => null,
    });
    const client = inMemoryClient(standIn, { of: SFNClient });
    const definition = JSON.stringify({ StartAt: 'Pause', States: pause });
    const { stateMachineArn } = await client.send(
      new CreateStateMachineCommand({ name: 'm', definition, roleArn: 'arn:aws:iam::111111111111:role/m' }),
    );

    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    await standIn.admin.settle();

    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({
      status: 'FAILED',
      error: 'InternalFailure',
      cause: expect.stringContaining('no sleep'),
    });
  });
});

describe('a name', () => {
  it('is free again 90 days after its execution ended', async () => {
    const { admin, clock, start } = await machineOnVirtualClock(work);
    await start('window-1');
    await admin.settle();

    await clock.advance(90 * DAY);
    await expect(start('window-1')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await clock.advance(1);

    expect((await start('window-1')).executionArn).toMatch(/window-1$/);
  });

  it('starts one execution, however often it is asked for at once', async () => {
    const { clock, client, start, stateMachineArn, changes } = await machineOnVirtualClock(pause);

    const arns = await Promise.all(Array.from({ length: 20 }, () => start('window-1', '{"window":1}')));
    await clock.advance(60_000);

    expect(new Set(arns.map(({ executionArn }) => executionArn)).size).toBe(1);
    expect(changes).toHaveLength(2);
    const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions).toHaveLength(1);
  });
});

it('tells EventBridge of a failure as the service does', async () => {
  const refused = { Refused: { Type: 'Fail', Error: 'RemovalsHeldError', Cause: 'too many' } };
  const { admin, start, changes } = await machineOnVirtualClock(refused);
  await start('one', '{"a":1}');
  await admin.settle();
  const [, ended] = changes;

  const event = ended && statusChangeEvent(ended, 'event-1');

  expect(event).toMatchObject({
    id: 'event-1',
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: '111111111111',
    region: 'eu-central-1',
    time: '2026-10-01T10:00:00Z',
    resources: ['arn:aws:states:eu-central-1:111111111111:execution:machine:one'],
    detail: {
      status: 'FAILED',
      startDate: Date.UTC(2026, 9, 1, 10),
      stopDate: Date.UTC(2026, 9, 1, 10),
      input: '{"a":1}',
      output: null,
      error: 'RemovalsHeldError',
      cause: 'too many',
    },
  });
});
