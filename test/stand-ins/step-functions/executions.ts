import type {
  DescribeExecutionCommandInput,
  DescribeExecutionOutput,
  ExecutionStatus,
  GetExecutionHistoryCommandInput,
  GetExecutionHistoryOutput,
  HistoryEvent,
  ListExecutionsCommandInput,
  ListExecutionsOutput,
  StartExecutionCommandInput,
  StartExecutionOutput,
  StopExecutionCommandInput,
  StopExecutionOutput,
} from '@aws-sdk/client-sfn';
import type { Clock } from '../clock.ts';
import { ServiceFault } from '../service.ts';
import { uuid } from '../uuid.ts';
import { ExecutionStop, type Outcome, runStateMachine } from './engine.ts';
import { MAX_PAYLOAD_BYTES } from './faults.ts';
import type { Machines } from './machines.ts';
import { checkArn, checkName, type Listed, type Place, page } from './requests.ts';
import type { Invoke } from './task.ts';

/** Days after its end for which an execution is kept and its name taken (service-quotas page of Step Functions). */
export const RETENTION_DAYS = 90;
const RETENTION_MS = RETENTION_DAYS * 86_400_000;

/** One execution as its watchers see it, when it starts and when it ends. */
export interface ExecutionChange {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: Exclude<ExecutionStatus, 'PENDING_REDRIVE'>;
  readonly startDate: Date;
  readonly stopDate: Date | undefined;
  /** JSON text. */
  readonly input: string;
  /** JSON text of a success. */
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

interface Execution extends Listed {
  change: ExecutionChange;
  readonly history: HistoryEvent[];
  readonly stop: AbortController;
  /** Resolves when it has ended; never rejects. */
  readonly ended: Promise<void>;
}

export interface ExecutionSettings extends Place {
  readonly clock: Clock;
  readonly invoke: Invoke;
  readonly random: () => number;
}

/** The executions of one account and Region. */
export class Executions {
  readonly #settings: ExecutionSettings;
  readonly #machines: Machines;
  readonly #byArn = new Map<string, Execution>();
  readonly #listeners = new Set<(change: ExecutionChange) => void>();
  /** Functions that were called and have not returned, also those whose execution has ended. */
  readonly #working = new Set<Promise<unknown>>();
  #sequence = 0;
  #closed = false;

  constructor(machines: Machines, settings: ExecutionSettings) {
    this.#machines = machines;
    this.#settings = settings;
  }

  /** Calls the listener at each start and each end; gives back how to end that. */
  onChange(listener: (change: ExecutionChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when nothing runs any more, functions included. */
  async settle(): Promise<void> {
    for (;;) {
      const running = [...this.#byArn.values()].filter(({ change }) => change.status === 'RUNNING');
      if (running.length === 0 && this.#working.size === 0) return;
      await Promise.allSettled([...running.map(({ ended }) => ended), ...this.#working]);
    }
  }

  /** Stops everything that runs, lets nothing start again, and waits for the rest as `settle` does. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { stop } of this.#byArn.values())
      stop.abort(new ExecutionStop('Closed', 'Step Functions was shut down'));
    await this.settle();
  }

  readonly start = (input: StartExecutionCommandInput): StartExecutionOutput => {
    if (this.#closed) throw new ServiceFault('ServiceUnavailable', 'Step Functions is shut down', { statusCode: 503 });
    const { region, accountId, random } = this.#settings;
    const machine = this.#machines.get(input.stateMachineArn);
    const name = input.name === undefined ? uuid(random) : checkName(input.name);
    const text = input.input ?? '{}';
    const value = parseInput(text);

    const executionArn = `arn:aws:states:${region}:${accountId}:execution:${machine.name}:${name}`;
    this.#forgetOld();
    const known = this.#byArn.get(executionArn)?.change;
    if (known && (known.status !== 'RUNNING' || known.input !== text)) {
      throw new ServiceFault('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    if (known) return { executionArn, startDate: known.startDate };

    const change: ExecutionChange = {
      executionArn,
      stateMachineArn: machine.arn,
      name,
      status: 'RUNNING',
      startDate: this.#now(),
      stopDate: undefined,
      input: text,
      output: undefined,
      error: undefined,
      cause: undefined,
    };
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const execution: Execution = {
      change,
      history: [],
      stop: new AbortController(),
      ended,
      sequence: ++this.#sequence,
    };
    this.#byArn.set(executionArn, execution);
    this.#tell(change);
    const run = { definition: machine.definition, roleArn: machine.roleArn, machineName: machine.name, value };
    void this.#run(execution, run).finally(end);
    return { executionArn, startDate: change.startDate };
  };

  readonly stop = async (input: StopExecutionCommandInput): Promise<StopExecutionOutput> => {
    const execution = this.#get(input.executionArn);
    execution.stop.abort(new ExecutionStop(input.error, input.cause));
    await execution.ended;
    return { stopDate: execution.change.stopDate };
  };

  readonly describe = (input: DescribeExecutionCommandInput): DescribeExecutionOutput => {
    const { stopDate, output, error, cause, ...always } = this.#get(input.executionArn).change;
    const whole = { included: true };
    return {
      ...always,
      inputDetails: whole,
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Redrive is not served here',
      ...(stopDate && { stopDate }),
      ...(output !== undefined && { output, outputDetails: whole }),
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    };
  };

  /** Newest first. */
  readonly list = (input: ListExecutionsCommandInput): ListExecutionsOutput => {
    const { stateMachineArn, statusFilter } = input;
    const { arn } = this.#machines.get(stateMachineArn);
    this.#forgetOld();
    const executions = [...this.#byArn.values()].filter(
      ({ change }) => change.stateMachineArn === arn && (statusFilter ?? change.status) === change.status,
    );
    const question = `ListExecutions ${arn} ${statusFilter}`;
    const { items, ...rest } = page(executions, input, { question, newestFirst: true });
    return {
      executions: items.map(({ change: { executionArn, name, status, startDate, stopDate } }) => ({
        executionArn,
        stateMachineArn: arn,
        name,
        status,
        startDate,
        redriveCount: 0,
        ...(stopDate && { stopDate }),
      })),
      ...rest,
    };
  };

  readonly history = (input: GetExecutionHistoryCommandInput): GetExecutionHistoryOutput => {
    const { executionArn, reverseOrder = false, includeExecutionData = true } = input;
    const listed = this.#get(executionArn).history.map((event, index) => ({ event, sequence: index + 1 }));
    const question = `GetExecutionHistory ${executionArn} ${reverseOrder}`;
    const { items, ...rest } = page(listed, input, { question, newestFirst: reverseOrder });
    return { events: items.map(({ event }) => (includeExecutionData ? event : withoutData(event))), ...rest };
  };

  async #run(
    execution: Execution,
    {
      definition,
      roleArn,
      machineName,
      value,
    }: {
      readonly definition: Parameters<typeof runStateMachine>[0]['definition'];
      readonly roleArn: string;
      readonly machineName: string;
      readonly value: unknown;
    },
  ): Promise<void> {
    const { clock, invoke, random } = this.#settings;
    const { executionArn, name, stateMachineArn } = execution.change;
    await Promise.resolve(); // StartExecution answers before anything happens
    const outcome = await runStateMachine({
      definition,
      input: value,
      execution: { arn: executionArn, name, stateMachineArn, stateMachineName: machineName, roleArn },
      clock,
      random,
      signal: execution.stop.signal,
      onEvent: (event) => execution.history.push(event),
      invoke: (resource, payload, call) => {
        const work = Promise.try(invoke, resource, payload, call);
        this.#working.add(work);
        const done = (): boolean => this.#working.delete(work);
        work.then(done, done);
        return work;
      },
    }).catch(defect);
    execution.change = {
      ...execution.change,
      status: outcome.status,
      stopDate: this.#now(),
      output: outcome.status === 'SUCCEEDED' ? JSON.stringify(outcome.output) : undefined,
      error: outcome.status === 'SUCCEEDED' ? undefined : outcome.error,
      cause: outcome.status === 'SUCCEEDED' ? undefined : outcome.cause,
    };
    this.#tell(execution.change);
  }

  #tell(change: ExecutionChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #get(arn: string | undefined): Execution {
    this.#forgetOld();
    const found = this.#byArn.get(checkArn(arn, 'execution'));
    if (found) return found;
    throw new ServiceFault('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  #forgetOld(): void {
    const oldest = this.#settings.clock.now() - RETENTION_MS;
    for (const [arn, { change }] of this.#byArn) {
      if (change.stopDate && change.stopDate.getTime() < oldest) this.#byArn.delete(arn);
    }
  }

  #now(): Date {
    return new Date(this.#settings.clock.now());
  }
}

function parseInput(text: string): unknown {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new ServiceFault('InvalidExecutionInput', `the input has ${bytes} bytes, allowed are ${MAX_PAYLOAD_BYTES}`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ServiceFault('InvalidExecutionInput', `Invalid State Machine Execution Input: '${text}' is not JSON`, {
      cause,
    });
  }
}

/** A fault of the interpreter itself must be seen where one looks, and not pass for the machine's. */
function defect(thrown: unknown): Outcome {
  const cause = `the stand-in failed: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown}`;
  return { status: 'FAILED', error: 'InternalFailure', cause };
}

function withoutData(event: HistoryEvent): HistoryEvent {
  return Object.fromEntries(
    Object.entries(event).map(([key, details]) => {
      if (!key.endsWith('EventDetails')) return [key, details];
      const { input, inputDetails, output, outputDetails, parameters, ...rest } = details;
      return [key, rest];
    }),
  ) as unknown as HistoryEvent;
}
