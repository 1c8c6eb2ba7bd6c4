import type { Clock } from './clock.ts';
import { servedOnly } from './served.ts';
import { type Service, ServiceFault } from './service.ts';
import { type ExecutionChange, Executions } from './step-functions/executions.ts';
import { Machines } from './step-functions/machines.ts';
import type { Place } from './step-functions/requests.ts';
import { STATES_SERVED } from './step-functions/served.ts';
import type { Invoke } from './step-functions/task.ts';

export interface StepFunctionsOptions extends Place {
  /** Waits, retries, timeouts and all dates. */
  readonly clock: Clock;
  /** Does the work of every task. */
  readonly invoke: Invoke;
  /** From 0 up to 1, for jitter and ids; default `Math.random`. */
  readonly random?: () => number;
}

export interface StepFunctionsStandIn extends Service {
  readonly admin: StepFunctionsAdmin;
}

/** What only the host of the stand-in may do. */
export interface StepFunctionsAdmin {
  /** Tells of each start and each end of an execution, until the function that it returns is called. */
  onExecutionChange(listener: (change: ExecutionChange) => void): () => void;
  /** Waits until no execution and no function that one called runs any more. */
  settle(): Promise<void>;
  /** Stops all executions, starts no more, and waits as `settle` does. */
  close(): Promise<void>;
}

/**
 * Step Functions for standard state machines in the JSONPath query language: what is created here is run by our own
 * interpreter (`runStateMachine`), with the history that the real service would write.
 */
export function stepFunctionsStandIn(options: StepFunctionsOptions): StepFunctionsStandIn {
  const { clock, random = Math.random } = options;
  const machines = new Machines({ ...options, random, now: clock.now });
  const executions = new Executions(machines, { ...options, random });
  return {
    signingName: 'states',
    served: STATES_SERVED,
    operations: servedOnly(
      {
        CreateStateMachine: machines.create,
        UpdateStateMachine: machines.update,
        DescribeStateMachine: machines.describe,
        ListStateMachines: machines.list,
        DeleteStateMachine: machines.delete,
        StartExecution: executions.start,
        StopExecution: executions.stop,
        DescribeExecution: executions.describe,
        ListExecutions: executions.list,
        GetExecutionHistory: executions.history,
      },
      STATES_SERVED,
      (message) => new ServiceFault('ValidationException', message),
    ),
    admin: {
      onExecutionChange: (listener) => executions.onChange(listener),
      settle: () => executions.settle(),
      close: () => executions.close(),
    },
  };
}
