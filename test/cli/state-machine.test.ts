import { describe, expect, it } from 'vitest';
import { stateMachines } from '../../cli/state-machine.ts';
import { failure, scripted, served, withoutPauses } from '../adapters/served.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { arnOf, servedMachines } from './machines.ts';

const MACHINE = arnOf('reconcile');
const EXECUTION = MACHINE.replace('stateMachine', 'execution').concat(':run');

const CALLS = [
  { operation: 'ListStateMachines', run: () => stateMachines().list() },
  { operation: 'DescribeStateMachine', run: () => stateMachines().definition(MACHINE) },
  { operation: 'StartExecution', run: () => stateMachines().start(MACHINE, 'run', {}) },
  { operation: 'DescribeExecution', run: () => stateMachines().execution(EXECUTION) },
  { operation: 'ListExecutions', run: () => stateMachines().executions(MACHINE, 10) },
  { operation: 'GetExecutionHistory', run: () => stateMachines().history(EXECUTION) },
];

describe('every call', () => {
  it.each(CALLS)('$operation that is throttled is said to be', async ({ operation, run }) => {
    withoutPauses();
    const { inject } = await servedMachines({});
    inject(operation, new ServiceFault('ThrottlingException', 'Rate exceeded'));

    const { name, message } = await failure(run());

    expect(name).toBe('ThrottledError');
    expect(message).toContain(`states:${operation} was throttled`);
  });

  it.each(CALLS)('$operation that says nothing is a fault, never an empty answer', async ({ operation, run }) => {
    await served(scripted('states', { [operation]: () => ({}) }));

    const { message } = await failure(run());

    expect(message).toContain(`states:${operation} gave an answer without`);
  });
});

it('reads an execution to its end, piece by piece, and nothing twice', async () => {
  await servedMachines({ reconcile: undefined });
  const machines = stateMachines();
  const executionArn = await machines.start(MACHINE, 'run', { dryRun: true });
  await expect.poll(async () => (await machines.execution(executionArn)).status).toBe('SUCCEEDED');

  const first = await machines.history(executionArn);
  const again = await machines.history(executionArn, first.position);
  const { input, endedAt } = await machines.execution(executionArn);
  const listed = await machines.executions(MACHINE, 10);

  expect(first.events.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'SucceedStateEntered',
    'SucceedStateExited',
    'ExecutionSucceeded',
  ]);
  expect(again).toEqual({ events: [], position: first.position });
  expect(input).toBe('{"dryRun":true}');
  expect(endedAt).toBeTypeOf('number');
  expect(listed.map(({ name, status }) => `${name} ${status}`)).toEqual(['run SUCCEEDED']);
});

it('reads a history from the page on where it was left, and passes over what it knows of that page', async () => {
  const pages: Readonly<Record<string, readonly number[]>> = { '': [1, 2], second: [3, 4], third: [5] };
  const next: Readonly<Record<string, string>> = { '': 'second', second: 'third' };
  const { inputs } = await served(
    scripted('states', {
      GetExecutionHistory: ({ nextToken = '' }: { readonly nextToken?: string }) => ({
        events: (pages[nextToken] ?? []).map((id) => ({ id, timestamp: 0, type: 'TaskScheduled' })),
        ...(next[nextToken] !== undefined && { nextToken: next[nextToken] }),
      }),
    }),
  );
  const machines = stateMachines();

  const first = await machines.history(EXECUTION);
  const again = await machines.history(EXECUTION, first.position);

  expect(first.events.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  expect(again).toEqual({ events: [], position: first.position });
  const tokens = inputs<{ readonly nextToken?: string }>('GetExecutionHistory').map(({ nextToken }) => nextToken);
  expect(tokens).toEqual([undefined, 'second', 'third', 'third']);
});

it('lists the newest executions, as many as it is asked for', async () => {
  await servedMachines({ reconcile: undefined });
  const machines = stateMachines();
  for (const name of ['first', 'second', 'third']) {
    await machines.start(MACHINE, name, {});
    await new Promise((resume) => setTimeout(resume, 5)); // the order is that of their times
  }

  const listed = await machines.executions(MACHINE, 2);

  expect(listed.map(({ name }) => name)).toEqual(['third', 'second']);
});

it('lists the executions of one status, however many others are newer', async () => {
  const { inputs } = await servedMachines({ reconcile: undefined });

  await stateMachines().executions(MACHINE, 2, 'RUNNING');

  expect(inputs('ListExecutions')).toEqual([expect.objectContaining({ statusFilter: 'RUNNING', maxResults: 2 })]);
});
