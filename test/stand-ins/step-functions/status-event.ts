import type { ExecutionChange } from './executions.ts';

/** An event as EventBridge delivers it; `time` without milliseconds. */
export interface StatusChangeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Step Functions Execution Status Change';
  readonly source: 'aws.states';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * The event that Step Functions sends to the default bus at each start and end of an execution ("Automating Step
 * Functions event delivery with EventBridge" of the developer guide): times in milliseconds, absent values null.
 */
export function statusChangeEvent(change: ExecutionChange, id: string): StatusChangeEvent {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, input, output, error, cause } = change;
  const [, , , region = '', account = ''] = executionArn.split(':');
  const whole = { included: true };
  return {
    version: '0',
    id,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account,
    time: (stopDate ?? startDate).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn,
      name,
      status,
      startDate: startDate.getTime(),
      stopDate: stopDate?.getTime() ?? null,
      input,
      inputDetails: whole,
      output: output ?? null,
      outputDetails: output === undefined ? null : whole,
      error: error ?? null,
      cause: cause ?? null,
    },
  };
}
