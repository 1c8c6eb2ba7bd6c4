import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Clock } from '../clock.ts';
import type { Definition } from './definition.ts';
import { asPayload, StateFault } from './faults.ts';
import { History, WHOLE } from './history.ts';
import { Interpreter } from './interpreter.ts';
import { type Json, throughJson } from './json.ts';
import { Stopped } from './stopping.ts';
import type { Invoke } from './task.ts';

/** Who is running, as the context object tells it. */
export interface ExecutionIdentity {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
}

export interface RunOptions {
  readonly definition: Definition;
  /** At most `MAX_PAYLOAD_BYTES` as JSON. */
  readonly input: unknown;
  readonly execution: ExecutionIdentity;
  /** All waiting (Wait, retry delays, timeouts) and all timestamps come from here. */
  readonly clock: Clock;
  readonly invoke: Invoke;
  /** From 0 up to 1, for jitter; default `Math.random`. */
  readonly random?: () => number;
  /** Stops the execution; an `ExecutionStop` as its reason says with which error and cause. */
  readonly signal?: AbortSignal;
  /** Sees each event of the history at once. */
  readonly onEvent?: (event: HistoryEvent) => void;
  /** Milliseconds until a state begins after the one before it; 0 unless given. */
  readonly transitionMs?: number;
}

export type Outcome =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | {
      readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
      readonly error: string | undefined;
      readonly cause: string | undefined;
    };

/** Why somebody stopped an execution, as StopExecution takes it. */
export class ExecutionStop extends Error {
  readonly error: string | undefined;
  readonly detail: string | undefined;

  constructor(error?: string, detail?: string) {
    super('the execution was stopped');
    this.error = error;
    this.detail = detail;
  }
}

/**
 * Runs a state machine definition to its end, as Step Functions runs a standard execution.
 *
 * An interpreter of our own, and not aws-local-stepfunctions, because that package leaves no room for what matters
 * here: it waits on real timers, so no test or model can drive its time, jitter or timeouts; it retries inside the
 * process without telling when; falsy results are lost; `$$.State` and payload limits do not exist; and its events
 * carry neither ids nor predecessors. Everything that this interpreter does not know is refused when the definition is
 * read (`readDefinition`).
 *
 * @throws whatever is neither a fault of a state nor a stop: a defect of this interpreter
 */
export async function runStateMachine(options: RunOptions): Promise<Outcome & { readonly history: HistoryEvent[] }> {
  const { definition, execution, clock, invoke, random = Math.random, signal, onEvent, transitionMs = 0 } = options;
  const history = new History(clock.now, onEvent);
  const input = asPayload(options.input, 'the input of the execution');
  const context = contextObject(execution, input.value, clock.now());
  const cursor = { last: 0 };
  history.record(cursor, 'ExecutionStarted', {
    executionStartedEventDetails: { input: input.text, inputDetails: WHOLE, roleArn: execution.roleArn },
  });

  const ended = new AbortController();
  const overdue = watch(definition.TimeoutSeconds, clock, ended.signal);
  const stop = signal ? AbortSignal.any([signal, overdue]) : overdue;
  const region = execution.arn.split(':')[3] ?? '';
  const around = {
    invoke,
    clock,
    random,
    history,
    context,
    region,
    executionArn: execution.arn,
    roleArn: execution.roleArn,
    transitionMs,
  };
  const outcome = await new Interpreter(around)
    .run(definition, input, { cursor, signal: stop })
    .then(({ value }): Outcome => ({ status: 'SUCCEEDED', output: value }))
    .catch((thrown: unknown) => badEnd(thrown, overdue, signal));
  ended.abort();

  if (outcome.status === 'SUCCEEDED') {
    const output = JSON.stringify(outcome.output);
    history.recordEnd(cursor, 'ExecutionSucceeded', {
      executionSucceededEventDetails: { output, outputDetails: WHOLE },
    });
  } else {
    const { error, cause } = outcome;
    if (outcome.status === 'FAILED')
      history.recordEnd(cursor, 'ExecutionFailed', { executionFailedEventDetails: { error, cause } });
    if (outcome.status === 'ABORTED')
      history.recordEnd(cursor, 'ExecutionAborted', { executionAbortedEventDetails: { error, cause } });
    if (outcome.status === 'TIMED_OUT')
      history.recordEnd(cursor, 'ExecutionTimedOut', { executionTimedOutEventDetails: { error, cause } });
  }
  return { ...outcome, history: history.events };
}

function contextObject(execution: ExecutionIdentity, input: Json, now: number): { [key: string]: Json } {
  return {
    Execution: {
      Id: execution.arn,
      Input: throughJson(input),
      Name: execution.name,
      RoleArn: execution.roleArn,
      StartTime: new Date(now).toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: execution.stateMachineArn, Name: execution.stateMachineName },
  };
}

/** Aborts when the machine's own `TimeoutSeconds` are over, unless the execution has ended. */
function watch(seconds: number | undefined, clock: Clock, ended: AbortSignal): AbortSignal {
  const overdue = new AbortController();
  if (seconds !== undefined) {
    void clock.sleep(seconds * 1_000, ended).then(() => {
      if (!ended.aborted) overdue.abort();
    });
  }
  return overdue.signal;
}

function badEnd(thrown: unknown, overdue: AbortSignal, signal: AbortSignal | undefined): Outcome {
  if (thrown instanceof StateFault) return { status: 'FAILED', error: thrown.error || undefined, cause: thrown.detail };
  if (!(thrown instanceof Stopped)) throw thrown;
  const reason: unknown = signal?.reason;
  if (reason instanceof ExecutionStop) return { status: 'ABORTED', error: reason.error, cause: reason.detail };
  if (signal?.aborted) return { status: 'ABORTED', error: undefined, cause: undefined };
  if (overdue.aborted) return { status: 'TIMED_OUT', error: 'States.Timeout', cause: undefined };
  throw thrown;
}
