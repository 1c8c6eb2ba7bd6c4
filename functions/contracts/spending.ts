import * as z from 'zod';
import {
  type CountedStep,
  type Iteration,
  isCounted,
  joinSpent,
  type Spent,
  type SpentState,
  spentAfter,
  statesToNextPass,
} from '../domain/telling/spent.ts';
import { all, count, type Fields, maybe, type Shape } from './fields.ts';

export const spent: Shape<Spent> = z.object({
  ...all(count, 'calls', 'transitions'),
  ...maybe(count, 'failed'),
} satisfies Fields<Spent>);

/** Figures are news, and no reason to fail: what is no figure counts as not told. */
const told = spent.optional().catch(undefined);
const part = z.object({ spent: told }).optional().catch(undefined);
const verdicts = z.array(z.object({ spent: told })).optional();
const iterations = z.array(z.object({ spent: told, verdicts }));

/** What the state machine gives each step beside its own input. */
const given = z.object({
  /** Up to the step before. */
  spent: told,
  retries: count.catch(0),
  /** Of `ReadTrigger`. */
  input: z.object({ window: z.unknown(), first: z.unknown() }).partial().optional().catch(undefined),
  /** Of `CompleteReading` and `VerifyChanges`: what the iterations before them have left. */
  observed: iterations.catch([]),
  applied: iterations.catch([]),
});

interface Done {
  readonly event: unknown;
  readonly output: unknown;
  readonly calls: number;
}

/** What a function returns, with what its run has spent up to its end; undefined of one that is no step, or the last. */
export const spendingOf = (name: string) => (isCounted(name) ? (done: Done) => withSpent(name, done) : undefined);

/** The run of the next pass begins with it, and with the states until there. */
function withSpent(step: CountedStep, { event, output, calls }: Done) {
  const { spent: before, retries, input, observed, applied } = given.parse(event ?? {});
  const waited = input?.window !== undefined && input.first === undefined;
  const now = spentAfter(step, { before, retries, iterations: [...observed, ...applied], waited, calls });
  const { run, next = '' } = output as { readonly run?: object; readonly next?: string };
  if (!run) return { ...(output as object), spent: now };
  const onward = joinSpent([now, { calls: 0, transitions: statesToNextPass(next) }]);
  return { ...(output as object), spent: now, run: { ...run, spent: onward } };
}

/** The state of an execution as `PublishOutcome` meets it. */
const executionSpending = z.object({
  error: z.unknown().optional(),
  ...{ run: part, zone: part, read: part, verified: part },
  listed: z
    .object({ spent: told, groups: z.array(z.looseObject({ spent: told, verdicts })) })
    .optional()
    .catch(undefined),
  plan: z
    .object({ spent: told, kept: z.object({ pass: count }).optional() })
    .optional()
    .catch(undefined),
  applied: z
    .array(z.object({ spent: told, kept: z.object({ pass: count }).optional() }))
    .optional()
    .catch(undefined),
});

export function spendingIn(state: unknown): SpentState {
  const { error, run, zone, listed, read, plan, applied, verified } = executionSpending.parse(state);
  const parts = { run, zone, listed, read, plan, verified };
  const pass = plan?.kept?.pass;
  return {
    upTo: Object.fromEntries(Object.entries(parts).map(([name, one]) => [name, one?.spent])),
    // Until a Map has come to its end, what it was given stands in the place of what it leaves.
    observed: listed?.groups.every((group) => 'observation' in group)
      ? (listed.groups satisfies Iteration[])
      : undefined,
    // What an earlier pass has applied says so.
    applied: applied?.some(({ kept }) => kept !== undefined && kept.pass === pass) ? applied : undefined,
    error: error !== undefined,
  };
}
