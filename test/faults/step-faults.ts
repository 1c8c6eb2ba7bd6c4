import { TaskError } from '../stand-ins/step-functions/faults.ts';
import type { StepName } from '../support/world.ts';
import type { Fault, Invocation } from './port.ts';

/** The faults of a step, by the words of the matrix. */
export const STEP_FAULTS = ['killed half-way', 'run twice', 'out of memory', 'result lost', 'late redrive'] as const;
export type StepFault = (typeof STEP_FAULTS)[number];

/** What Step Functions says of a function whose runtime ended, for whatever reason (Step Functions, error names). */
const crashed = (why: string) => new TaskError('Lambda.Unknown', `The cause could not be determined: ${why}`);

/** What a function asks for once in its life: here all invocations share a sandbox, and would wait for the dead one. */
const REMEMBERED: readonly string[] = ['ecs:DescribeTaskDefinition', 'route53:GetHostedZone'];

/** A process that is gone makes no call and hears of none. */
const gone = (call: string): Promise<never> =>
  REMEMBERED.includes(call) ? Promise.reject(new Error('the sandbox is gone')) : new Promise(() => {});

/** Faults that take one invocation only: the state machine tries again, and nothing is in the way any more. */
const ONCE: readonly StepFault[] = ['killed half-way', 'run twice', 'result lost', 'late redrive'];
/** Between the stop of an execution and its redrive, in milliseconds. */
const LATER = 86_400_000;

/** Where a step meets its fault. */
export interface Point {
  readonly step: StepName;
  /** After how many of its calls it dies, where it dies on the way. */
  readonly calls: number;
  /** Another attempt runs in another sandbox, which remembers nothing. */
  readonly restart: () => void;
  /** Moves the clock that the steps read. */
  readonly later: (milliseconds: number) => void;
}

export function stepFault(
  kind: StepFault,
  { step, calls, restart, later }: Point,
): Fault & { readonly met: () => number } {
  let met = 0;
  const dying = new Map<Invocation, { made: number; readonly die: () => void }>();
  const dies = kind === 'killed half-way' || kind === 'out of memory';
  return {
    met: () => met,
    async onStep(invocation, perform) {
      if (invocation.step !== step || (met > 0 && ONCE.includes(kind))) return perform();
      met += 1;
      if (kind === 'late redrive') {
        later(LATER);
        restart();
        return perform();
      }
      if (dies) {
        const { promise, reject } = Promise.withResolvers<never>();
        const die = () => {
          restart();
          reject(crashed('RequestId: 1 Error: Runtime exited with error: signal: killed'));
        };
        dying.set(invocation, { made: 0, die });
        if (calls === 0) die();
        const work = calls === 0 ? promise : perform();
        // Whoever has no memory has none for the result either.
        return Promise.race([promise, kind === 'out of memory' ? work.then(die, die).then(() => promise) : work]);
      }
      const result = await perform();
      if (kind === 'result lost') throw crashed('the connection to the function was lost');
      return perform().then((again) => again ?? result);
    },
    async onCall({ call, by }, perform) {
      const life = by && dying.get(by);
      if (!life) return perform();
      life.made += 1;
      if (life.made > calls) return gone(call);
      if (life.made < calls) return perform();
      await perform().catch(() => {});
      life.die();
      return gone(call);
    },
  };
}
