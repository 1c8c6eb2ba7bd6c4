import type { StartExecutionInput } from '@aws-sdk/client-sfn';
import { expect, it, onTestFinished } from 'vitest';
import { executions } from '../../functions/adapters/executions.ts';
import { systemClock } from '../stand-ins/clock.ts';
import { stepFunctionsStandIn } from '../stand-ins/step-functions.ts';
import { failure, served, withoutPauses } from './served.ts';

const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:reconcile';

async function servedMachine() {
  const standIn = stepFunctionsStandIn({
    clock: systemClock,
    invoke: async () => ({}),
    region: 'us-east-1',
    accountId: '123456789012',
  });
  const context = { region: 'us-east-1', accountId: '123456789012', requestId: 'create' };
  const definition = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
  const roleArn = 'arn:aws:iam::123456789012:role/reconcile';
  await standIn.operations.CreateStateMachine?.({ name: 'reconcile', definition, roleArn } as never, context);
  onTestFinished(() => standIn.admin.close());
  const started: string[] = [];
  onTestFinished(
    standIn.admin.onExecutionChange(({ status, name }) => void (status === 'RUNNING' && started.push(name))),
  );
  return { ...(await served(standIn)), started, settle: () => standIn.admin.settle() };
}

it('starts an execution by name, with its input as JSON', async () => {
  const { inputs, started } = await servedMachine();

  const outcome = await executions().start(MACHINE, 'events-1', { window: '2026-10-01T10:00:00.000Z' });

  expect(outcome).toBe('started');
  expect(started).toEqual(['events-1']);
  expect(inputs<StartExecutionInput>('StartExecution')).toEqual([
    { stateMachineArn: MACHINE, name: 'events-1', input: '{"window":"2026-10-01T10:00:00.000Z"}' },
  ]);
});

it('is content with an execution that exists already', async () => {
  const { started, settle } = await servedMachine();
  await executions().start(MACHINE, 'events-1', { window: 1 });
  await settle();

  const outcome = await executions().start(MACHINE, 'events-1', { window: 1 });

  expect(outcome).toBe('exists');
  expect(started).toEqual(['events-1']);
});

it('starts once where the answer was lost', async () => {
  withoutPauses();
  const { inject, started } = await servedMachine();
  inject('StartExecution', 'reset-after', 1);

  const outcome = await executions().start(MACHINE, 'events-1', { window: 1 });

  expect(['started', 'exists']).toContain(outcome);
  expect(started).toEqual(['events-1']);
});

it.each(['{}', ''])('does not take the answer "%s" for a start', async (body) => {
  const { inject } = await servedMachine();
  inject('StartExecution', { status: 200, body });

  const fault = await failure(executions().start(MACHINE, 'events-1', {}));

  expect(fault.message).toBe('states:StartExecution gave an answer without executionArn, which says nothing');
});

it('passes on every other fault', async () => {
  await servedMachine();

  const fault = await failure(executions().start(`${MACHINE}-of-others`, 'events-1', {}));

  expect(fault.name).toBe('StateMachineDoesNotExist');
});
