import type { Stage } from '../bench/stage/stage.ts';

/** What has happened so far, counted from outside. */
export interface Tally {
  readonly events: {
    readonly delivered: number;
    readonly lost: number;
    readonly repeated: number;
    readonly undelivered: number;
  };
  /** By how they ended: SUCCEEDED, RUNNING, or the error's name. */
  readonly executions: Readonly<Record<string, number>>;
  /** Calls by service. */
  readonly calls: Readonly<Record<string, number>>;
  /** Passes beyond the first of an execution: names that moved, tasks that changed, looks at starts. */
  readonly rounds: number;
  readonly changes: number;
}

/** Begins to count; `tally` says how it stands. */
export function startTally(stage: Stage): { readonly tally: () => Tally; readonly end: () => void } {
  const { cloud, executions, calls, invocations } = stage;
  const times = new Map<string, number>();
  const events = { delivered: 0, lost: 0, undelivered: 0 };
  let changes = 0;
  const endings = [
    cloud.events.admin.onDelivery(({ eventId, ruleName, result }) => {
      if (result === 'lost') events.lost += 1;
      else if (result === 'delivered') {
        events.delivered += 1;
        const key = `${ruleName} ${eventId}`;
        times.set(key, (times.get(key) ?? 0) + 1);
      } else events.undelivered += 1;
    }),
    cloud.route53.onChange(() => {
      changes += 1;
    }),
  ];
  return {
    tally: () => ({
      events: { ...events, repeated: [...times.values()].reduce((sum, count) => sum + count - 1, 0) },
      executions: countBy([...executions.values()], ({ status, error }) => error ?? status),
      calls: countBy(calls, ({ service }) => service),
      rounds: invocations.filter(({ step, pass = 1 }) => step === 'snapshot-zone' && pass > 1).length,
      changes,
    }),
    end: () => {
      for (const end of endings) end();
    },
  };
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}
