import type { HistoryEventType } from '@aws-sdk/client-sfn';
import type { Clock } from '../clock.ts';
import { asPayload, type Payload, StateFault, taskFault } from './faults.ts';
import { type Cursor, type EventDetails, type History, WHOLE } from './history.ts';
import type { Json } from './json.ts';
import { unlessStopped } from './stopping.ts';

/** Whose task is run, for logs and for resources that answer by state. */
export interface TaskCall {
  readonly stateName: string;
  readonly executionArn: string;
  /** The role that the machine calls the resource as. */
  readonly roleArn: string;
}

/**
 * Does a task's work: `resource` as it stands in the definition, mostly a function's ARN, and a payload that nobody
 * shares. What it throws fails the task under the error's `name`; a `TaskError` gives the cause word for word.
 */
export type Invoke = (resource: string, payload: unknown, call: TaskCall) => Promise<unknown>;

export interface TaskRunner {
  readonly invoke: Invoke;
  readonly clock: Clock;
  readonly history: History;
  readonly executionArn: string;
  readonly roleArn: string;
  readonly region: string;
}

interface Task {
  readonly stateName: string;
  readonly resource: string;
  readonly payload: Payload;
  /** A task without one waits for ever, as in the service. */
  readonly timeoutSeconds: number | undefined;
}

/**
 * Runs one attempt of a task and writes its events.
 *
 * A task that times out or is stopped is no longer waited for, but nobody stops the function: as in Lambda, it runs on.
 *
 * @throws StateFault of the task, `States.Timeout`, or `States.DataLimitExceeded` for its result
 * @throws Stopped when the branch is stopped
 */
export async function runTask(
  task: Task,
  { cursor, signal }: { readonly cursor: Cursor; readonly signal: AbortSignal },
  { invoke, clock, history, executionArn, roleArn, region }: TaskRunner,
): Promise<Json> {
  const { stateName, resource, payload, timeoutSeconds } = task;
  const events = eventsOf(task, region);
  history.record(cursor, ...events.scheduled);
  history.record(cursor, ...events.started);

  const timer = new AbortController();
  try {
    const work = Promise.try(invoke, resource, payload.value, { stateName, executionArn, roleArn }).catch((thrown) => {
      throw taskFault(thrown);
    });
    const timeout = async (seconds: number): Promise<never> => {
      await clock.sleep(seconds * 1_000, timer.signal);
      throw new StateFault('States.Timeout');
    };
    const racing = timeoutSeconds === undefined ? work : Promise.race([work, timeout(timeoutSeconds)]);
    const result = asResult(await unlessStopped(racing, signal), resource);
    history.record(cursor, ...events.succeeded(result.text));
    return result.value;
  } catch (fault) {
    if (fault instanceof StateFault) history.recordStopped(cursor, ...events.failed(fault));
    throw fault;
  } finally {
    timer.abort();
  }
}

function asResult(result: unknown, resource: string): Payload {
  try {
    return asPayload(result, `the result of '${resource}'`);
  } catch (thrown) {
    if (thrown instanceof StateFault) throw thrown;
    const marshalError = new Error(`Unable to stringify response body: ${thrown}`);
    marshalError.name = 'Runtime.MarshalError'; // what the Lambda runtime says of a result that JSON cannot hold
    throw taskFault(marshalError);
  }
}

type Recorded = readonly [HistoryEventType, EventDetails];

interface TaskEvents {
  readonly scheduled: Recorded;
  readonly started: Recorded;
  readonly succeeded: (output: string) => Recorded;
  readonly failed: (fault: StateFault) => Recorded;
}

/** A function's ARN as resource has events of its own; an integration such as `arn:aws:states:::sqs:sendMessage` has others. */
function eventsOf({ resource, payload, timeoutSeconds }: Task, region: string): TaskEvents {
  const timeout = timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds };
  const faultOf = ({ error, detail }: StateFault): { error: string; cause?: string } =>
    detail === undefined ? { error } : { error, cause: detail };
  const integration = /^arn:[^:]+:states:[^:]*:[^:]*:(?<type>.+):(?<action>[^:]+)$/.exec(resource)?.groups;
  if (integration) {
    const which = { resourceType: integration.type, resource: integration.action };
    const scheduled = { ...which, region, parameters: payload.text, ...timeout };
    return {
      scheduled: ['TaskScheduled', { taskScheduledEventDetails: scheduled }],
      started: ['TaskStarted', { taskStartedEventDetails: which }],
      succeeded: (output) => [
        'TaskSucceeded',
        { taskSucceededEventDetails: { ...which, output, outputDetails: WHOLE } },
      ],
      failed: (fault) =>
        fault.error === 'States.Timeout'
          ? ['TaskTimedOut', { taskTimedOutEventDetails: { ...which, ...faultOf(fault) } }]
          : ['TaskFailed', { taskFailedEventDetails: { ...which, ...faultOf(fault) } }],
    };
  }
  const scheduled = { resource, input: payload.text, inputDetails: WHOLE, ...timeout };
  return {
    scheduled: ['LambdaFunctionScheduled', { lambdaFunctionScheduledEventDetails: scheduled }],
    started: ['LambdaFunctionStarted', {}],
    succeeded: (output) => [
      'LambdaFunctionSucceeded',
      { lambdaFunctionSucceededEventDetails: { output, outputDetails: WHOLE } },
    ],
    failed: (fault) =>
      fault.error === 'States.Timeout'
        ? ['LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: faultOf(fault) }]
        : ['LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: faultOf(fault) }],
  };
}
