import type { LocalRun } from '../boot.ts';
import { until } from './until.ts';

type Machine = Pick<LocalRun, 'cloud' | 'deployment'>;

export interface Ended {
  readonly name: string;
  readonly status: string;
  readonly output: unknown;
  readonly why: string;
}

/** Starts a full run as a person does in the console, with `{}`, and waits for its end. */
export async function runByHand({ cloud, deployment }: Machine, signal: AbortSignal): Promise<Ended> {
  const { stepFunctions } = cloud.clients;
  const { arn: stateMachineArn } = deployment.stateMachine;
  const { executionArn } = await stepFunctions.startExecution({ stateMachineArn, input: '{}' });
  return until(async () => {
    const { name = '', status = '', output, error, cause } = await stepFunctions.describeExecution({ executionArn });
    if (status === 'RUNNING') return undefined;
    const why = [error, cause].filter((part) => part !== undefined).join(': ');
    return { name, status, output: output === undefined ? undefined : JSON.parse(output), why };
  }, signal);
}

/** Every execution by status, once none runs any more. */
export async function allExecutions(
  { cloud, deployment }: Machine,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const { arn: stateMachineArn } = deployment.stateMachine;
  return until(async () => {
    const { executions = [] } = await cloud.clients.stepFunctions.listExecutions({ stateMachineArn });
    if (executions.some(({ status }) => status === 'RUNNING')) return undefined;
    const byStatus = Map.groupBy(executions, ({ status = '' }) => status as string);
    return new Map([...byStatus].map(([status, list]) => [status, list.length]));
  }, signal);
}
