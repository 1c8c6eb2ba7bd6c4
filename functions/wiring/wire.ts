import type * as z from 'zod';
import { paced } from '../adapters/paced.ts';
import { inSessionOfRun } from '../adapters/session.ts';
import { type Environment, readEnvironment } from '../contracts/environment.ts';
import { spendingOf } from '../contracts/spending.ts';
import { type FunctionName, VARIABLES } from '../contracts/variables.ts';
import { step } from '../runtime/step.ts';

type Row<N extends FunctionName> = (typeof VARIABLES)[N][number];
type Ports<N extends FunctionName> = Readonly<Record<string, (environment: Environment<Row<N>>) => unknown>>;
type Made<P> = { readonly [K in keyof P]: P[K] extends (environment: never) => infer T ? T : never };
type ReadBy<P> = P extends (environment: infer E) => unknown ? keyof E : never;
/** What `wire` itself reads, of the functions whose calls are paced. */
type Pacing = 'REQUEST_SHARE';
type AllRead<Rest> = [Rest] extends [never] ? unknown : { readonly unread: Rest };

/** What a function asks for; the compiler says when a variable of its row is missing, or nobody reads it. */
interface Asked<N extends FunctionName, P, S extends Row<N>, I extends z.ZodType, O extends z.ZodType> {
  readonly contract: { readonly input: I; readonly output: O };
  /** Of `ports.ts`, by the names that the work knows them under. */
  readonly ports: P & AllRead<Exclude<Row<N>, S | Pacing | ReadBy<P[keyof P]>>>;
  readonly work: (ports: Made<P>, environment: Environment<S>) => (input: z.output<I>) => Promise<z.input<O>>;
  /** Whether it serves runs of other releases, and what no run has called. */
  readonly anyRelease?: boolean;
}

/** The handler of a function: its work between its contract, on ports made of the environment when it is loaded. */
export const wire = <
  N extends FunctionName,
  P extends Ports<N>,
  I extends z.ZodType,
  O extends z.ZodType,
  S extends Row<N> = never,
>(
  name: N,
  { contract, ports, work, ...how }: Asked<N, P, S, I, O>,
) => {
  const build = () => {
    const environment = readEnvironment(process.env, ...VARIABLES[name]) as Environment<Row<N>>;
    const made = Object.entries<Ports<N>[string]>(ports).map(([port, make]) => [port, make(environment)]);
    const working = work(Object.fromEntries(made), environment);
    const { REQUEST_SHARE: share } = environment as Partial<Environment<Pacing>>;
    const turned = share === undefined ? working : paced(working, share);
    return inSessionOfRun((input: z.output<I>, time: { readonly until: number }) => turned(input, time));
  };
  // What a run has spent goes with its results from step to step; the last one tells it.
  return step(contract, build, { ...how, told: spendingOf(name) });
};
