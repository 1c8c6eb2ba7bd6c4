import { AsyncLocalStorage } from 'node:async_hooks';
import type { Around, InMemoryCall } from '../stand-ins/in-memory-client.ts';
import type { StepName, WorldOptions } from '../support/world.ts';

/** A call as faults name it, `ecs:ListTasks`, with what it was sent and the step that makes it. */
export interface FaultyCall {
  readonly call: string;
  readonly input: object;
  readonly by: Invocation | undefined;
}

/** One invocation of a step; another attempt is another object. */
export interface Invocation {
  readonly step: StepName;
}

/** What stands in the place of a call or of a step; `perform` does what it stands for. */
export interface Fault {
  readonly onCall?: (about: FaultyCall, perform: () => Promise<object>) => Promise<object>;
  readonly onStep?: (invocation: Invocation, perform: () => Promise<unknown>) => Promise<unknown>;
}

/** Where faults get into a world: behind every client, and around every step. */
export interface FaultPort {
  readonly options: Pick<WorldOptions, 'around' | 'aroundStep'>;
  /** From now on, in the place of any other. */
  arm(fault: Fault): void;
  disarm(): void;
}

export function faultPort(): FaultPort {
  const steps = new AsyncLocalStorage<Invocation>();
  let armed: Fault = {};
  const around: Around = async (call, perform) => {
    const { onCall } = armed;
    return onCall ? onCall({ call: nameOf(call), input: call.input, by: steps.getStore() }, perform) : perform();
  };
  return {
    options: {
      around,
      aroundStep: (step, run) => {
        const invocation = { step };
        const { onStep } = armed;
        return steps.run(invocation, () => (onStep ? onStep(invocation, run) : run()));
      },
    },
    arm: (fault) => {
      armed = fault;
    },
    disarm: () => {
      armed = {};
    },
  };
}

const nameOf = ({ service, operation }: InMemoryCall) => `${service}:${operation}`;
