import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../stand-ins/clock.ts';
import { DEFAULT_ACCOUNT } from '../stand-ins/protocol.ts';
import { stepFunctionsStandIn } from '../stand-ins/step-functions.ts';
import { foreign, foreignSetting, lawsEndpoint } from './endpoint.ts';

/** A foreign endpoint may check that the role exists: LAWS_STATES_ROLE_ARN. */
const roleArn = foreign ? foreignSetting('LAWS_STATES_ROLE_ARN') : 'arn:aws:iam::123456789012:role/laws';
const passing = definition({ Only: { Type: 'Pass', End: true } });
const waiting = definition({ Pause: { Type: 'Wait', Seconds: 3_600, End: true } });
const failing = definition({ Refused: { Type: 'Fail', Error: 'RemovalsHeldError', Cause: 'too many' } });

let client: SFNClient;
let close: () => Promise<void>;
let passingArn: string;
let waitingArn: string;
const made: string[] = [];

beforeAll(async () => {
  ({ client, close } = await connect());
  passingArn = await machine(passing);
  waitingArn = await machine(waiting);
});

afterAll(async () => {
  for (const stateMachineArn of made) await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
  await close();
});

describe('state machines', () => {
  it('are described with the text that was given', async () => {
    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn: passingArn }));

    expect(described).toMatchObject({ definition: passing, roleArn, status: 'ACTIVE', type: 'STANDARD' });
    expect(described.creationDate).toBeInstanceOf(Date);
  });

  it('are the same when created again as they are, and refused with another definition', async () => {
    const { stateMachineArn, name } = await client.send(
      new DescribeStateMachineCommand({ stateMachineArn: passingArn }),
    );

    const again = await client.send(new CreateStateMachineCommand({ name, definition: passing, roleArn }));
    const other = client.send(new CreateStateMachineCommand({ name, definition: waiting, roleArn }));

    expect(again.stateMachineArn).toBe(stateMachineArn);
    await expect(other).rejects.toMatchObject({ name: 'StateMachineAlreadyExists' });
  });

  it.each([
    { row: 'no JSON', text: '{' },
    { row: 'a missing state', text: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } }) },
    { row: 'an unknown type', text: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Jump', End: true } } }) },
    { row: 'no end', text: JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass' } } }) },
  ])('are refused with $row', async ({ text }) => {
    const created = client.send(new CreateStateMachineCommand({ name: unique(), definition: text, roleArn }));

    await expect(created).rejects.toMatchObject({ name: 'InvalidDefinition' });
  });

  it.each(['with blank', 'star*', 'colon:', 'slash/'])('cannot be named %o', async (name) => {
    const created = client.send(new CreateStateMachineCommand({ name, definition: passing, roleArn }));

    await expect(created).rejects.toMatchObject({ name: 'InvalidName' });
  });

  it('cannot be named by more than 80 characters', async () => {
    const name = 'a'.repeat(81);
    const created = client.send(new CreateStateMachineCommand({ name, definition: passing, roleArn }));

    await expect(created).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Member must have length less than or equal to 80'),
    });
  });

  it('run updated definitions from the next start on', async () => {
    const stateMachineArn = await machine(failing);

    await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: passing }));

    const { status } = await ended(await started({ stateMachineArn }));
    expect(status).toBe('SUCCEEDED');
  });

  it('are listed', async () => {
    const { stateMachines } = await client.send(new ListStateMachinesCommand({ maxResults: 1_000 }));

    expect(stateMachines?.map(({ stateMachineArn }) => stateMachineArn)).toEqual(
      expect.arrayContaining([passingArn, waitingArn]),
    );
  });
});

describe('StartExecution', () => {
  it('gives an ARN of machine and name', async () => {
    const name = unique();

    const arn = await started({ stateMachineArn: passingArn, name });

    expect(arn).toBe(`${passingArn.replace(':stateMachine:', ':execution:')}:${name}`);
  });

  it('gives the running execution again for the same name and input', async () => {
    const request = { stateMachineArn: waitingArn, name: unique(), input: '{"a":1}' };

    const first = await client.send(new StartExecutionCommand(request));
    const second = await client.send(new StartExecutionCommand(request));

    expect(second.executionArn).toBe(first.executionArn);
    expect(second.startDate).toEqual(first.startDate);
    await stopped(first.executionArn);
  });

  it('refuses the name of a running execution with another input', async () => {
    const name = unique();
    const arn = await started({ stateMachineArn: waitingArn, name, input: '{"a":1}' });

    const second = client.send(new StartExecutionCommand({ stateMachineArn: waitingArn, name, input: '{"a":2}' }));

    await expect(second).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await stopped(arn);
  });

  it('refuses the name of an execution that has ended, with the same input too', async () => {
    const request = { stateMachineArn: passingArn, name: unique(), input: '{}' };
    await ended(await started(request));

    const second = client.send(new StartExecutionCommand(request));

    await expect(second).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it.each([
    { row: 'input that is not JSON', request: { input: '{' }, error: 'InvalidExecutionInput' },
    { row: 'a name of 81 characters', request: { name: 'a'.repeat(81) }, error: 'ValidationException' },
    { row: 'a name with a blank', request: { name: 'a b' }, error: 'InvalidName' },
    { row: 'an ARN that is none', request: { stateMachineArn: 'machine' }, error: 'InvalidArn' },
  ])('refuses $row', async ({ request, error }) => {
    const start = client.send(new StartExecutionCommand({ stateMachineArn: passingArn, ...request }));

    await expect(start).rejects.toMatchObject({ name: error });
  });

  it('refuses a machine that does not exist', async () => {
    const start = client.send(new StartExecutionCommand({ stateMachineArn: `${passingArn}-not` }));

    await expect(start).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });
});

describe('DescribeExecution', () => {
  it('tells input and output of a success', async () => {
    const arn = await started({ stateMachineArn: passingArn, input: '{ "a": 1 }' });

    const described = await ended(arn);

    expect(described).toMatchObject({
      executionArn: arn,
      stateMachineArn: passingArn,
      status: 'SUCCEEDED',
      output: '{"a":1}',
    });
    expect(described.input).toBe('{ "a": 1 }');
    expect(described.stopDate).toBeInstanceOf(Date);
  });

  it('tells error and cause of a failure', async () => {
    const described = await ended(await started({ stateMachineArn: await machine(failing) }));

    expect(described).toMatchObject({ status: 'FAILED', error: 'RemovalsHeldError', cause: 'too many' });
    expect(described.output).toBeUndefined();
  });

  it('knows only executions that were started', async () => {
    const executionArn = `${passingArn.replace(':stateMachine:', ':execution:')}:never`;

    await expect(client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
  });
});

describe('StopExecution', () => {
  it('ends what runs in ABORTED, with error and cause', async () => {
    const arn = await started({ stateMachineArn: waitingArn });

    await client.send(new StopExecutionCommand({ executionArn: arn, error: 'Operator', cause: 'enough' }));

    expect(await ended(arn)).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'enough' });
  });
});

describe('lists', () => {
  it('give executions newest first, by pages and by status', async () => {
    const stateMachineArn = await machine(passing);
    const arns: string[] = [];
    for (let index = 0; index < 5; index++) {
      const arn = await started({ stateMachineArn });
      await ended(arn);
      arns.push(arn);
    }

    const pages: (string | undefined)[][] = [];
    const paging = paginateListExecutions({ client, pageSize: 2 }, { stateMachineArn, statusFilter: 'SUCCEEDED' });
    for await (const { executions } of paging) pages.push(executions?.map(({ executionArn }) => executionArn) ?? []);
    const { executions: failures } = await client.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED' }),
    );

    expect(pages.flat()).toEqual(arns.toReversed());
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(failures).toEqual([]);
  });

  it('refuse a token that they did not give', async () => {
    const list = client.send(new ListExecutionsCommand({ stateMachineArn: passingArn, nextToken: 'mine' }));

    await expect(list).rejects.toMatchObject({ name: 'InvalidToken' });
  });
});

describe('GetExecutionHistory', () => {
  it('gives the events in order, or reversed, by pages', async () => {
    const executionArn = await started({ stateMachineArn: passingArn });
    await ended(executionArn);

    const read = async (reverseOrder: boolean) => {
      const events = [];
      const paging = paginateGetExecutionHistory({ client, pageSize: 3 }, { executionArn, reverseOrder });
      for await (const page of paging) events.push(...(page.events ?? []));
      return events;
    };
    const [forwards, backwards] = [await read(false), await read(true)];

    expect(forwards.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(forwards.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(backwards).toEqual(forwards.toReversed());
  });

  it('gives a page again for the token that led to it, with what was added since', async () => {
    const executionArn = await started({ stateMachineArn: waitingArn });
    const read = (nextToken?: string) =>
      client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1, nextToken }));
    const events = async (token: string | undefined) =>
      (await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 100, nextToken: token }))).events;
    await expect.poll(async () => (await read()).nextToken).toBeDefined();
    const { nextToken } = await read();
    const before = await events(nextToken);
    await client.send(new StopExecutionCommand({ executionArn }));

    const after = await events(nextToken);

    expect(before?.map(({ id }) => id)).toEqual([2]);
    expect(after?.[0]?.id).toBe(2);
    expect(after?.at(-1)?.type).toBe('ExecutionAborted');
  });

  it('leaves the data out when asked to', async () => {
    const executionArn = await started({ stateMachineArn: passingArn, input: '{"a":1}' });
    await ended(executionArn);

    const read = async (includeExecutionData: boolean) => {
      const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData }));
      return events?.[1]?.stateEnteredEventDetails;
    };

    expect(await read(true)).toMatchObject({ name: 'Only', input: '{"a":1}' });
    expect((await read(false))?.input).toBeUndefined();
  });
});

async function connect(): Promise<{ client: SFNClient; close: () => Promise<void> }> {
  const invoke = async (_resource: string, payload: unknown): Promise<unknown> => payload;
  const standIn = stepFunctionsStandIn({
    clock: systemClock,
    region: 'us-east-1',
    accountId: DEFAULT_ACCOUNT,
    invoke,
  });
  const endpoint = await lawsEndpoint([standIn]);
  const states = new SFNClient(endpoint.clientConfig);
  return {
    client: states,
    close: async () => {
      states.destroy();
      await standIn.admin.close();
      await endpoint.close();
    },
  };
}

function definition(states: object): string {
  return JSON.stringify({ StartAt: Object.keys(states)[0], States: states });
}

function unique(): string {
  return `laws-${crypto.randomUUID()}`;
}

async function machine(text: string): Promise<string> {
  const { stateMachineArn = '' } = await client.send(
    new CreateStateMachineCommand({ name: unique(), definition: text, roleArn }),
  );
  made.push(stateMachineArn);
  return stateMachineArn;
}

async function started(request: { stateMachineArn: string; name?: string; input?: string }): Promise<string> {
  const { executionArn = '' } = await client.send(new StartExecutionCommand(request));
  return executionArn;
}

async function stopped(executionArn: string | undefined): Promise<void> {
  await client.send(new StopExecutionCommand({ executionArn }));
}

async function ended(executionArn: string) {
  const running: ExecutionStatus = 'RUNNING';
  for (;;) {
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (described.status !== running) return described;
    await systemClock.sleep(20);
  }
}
