import type { Bench, Result } from './bench.ts';
import { type ChangeCost, measureChanges } from './stage/changes.ts';
import { quantile } from './stage/quantile.ts';

/** Targets that we state, for one sandbox of the trigger. */
const CALLS = { start: 13, stop: 12 } as const;
const TRANSITIONS = { start: 30, stop: 26 } as const;
/** Milliseconds from the event to the accepted change, in quiet times. */
const P50_LIMIT = 900;
const P95_LIMIT = 1_500;
const SANDBOXES = [1, 2, 6];
/** Starts and stops of each kind; their events fall anywhere into a window. */
const CHANGES = 40;

/**
 * What one start and one stop cost in quiet times, with all the events that ECS sends of them, and how soon they are in
 * Route 53: on a virtual clock, so the same on every machine.
 */
export const events: Bench = {
  name: 'events',
  describe: `one start and one stop with all their events: calls, transitions, event → accepted change; about 20 s`,
  async run({ strict = false } = {}) {
    const measured = [];
    for (const sandboxes of SANDBOXES) {
      for (const kind of ['start', 'stop'] as const) {
        const all = await measureChanges({ sandboxes, changes: CHANGES });
        measured.push({ sandboxes, kind, costs: all.filter((one) => one.kind === kind) });
      }
    }
    return judge(measured, strict);
  },
};

interface Measured {
  readonly sandboxes: number;
  readonly kind: ChangeCost['kind'];
  readonly costs: readonly ChangeCost[];
}

/** @param strict whether it fails for what is not reached yet */
function judge(measured: readonly Measured[], strict: boolean): Result {
  const rows = measured.map(({ sandboxes, kind, costs }) => {
    const of = (what: Exclude<keyof ChangeCost, 'kind'>, share: number) =>
      quantile(
        costs.map((cost) => cost[what]),
        share,
      );
    return {
      what: `${kind}, ${sandboxes} sandbox${sandboxes === 1 ? '' : 'es'}`,
      events: of('events', 0.5),
      runs: of('runs', 1),
      early: of('early', 1),
      calls: of('calls', 1),
      transitions: of('transitions', 1),
      writes: of('writes', 1),
      reads: of('reads', 1),
      p50: of('latency', 0.5),
      p95: of('latency', 0.95),
    };
  });
  const faults = measured.flatMap(({ sandboxes, kind }, index) => {
    const row = rows[index];
    if (sandboxes !== 1 || !row) return [];
    return [
      ...(row.calls <= CALLS[kind] ? [] : [`${row.calls} calls of one ${kind}, at most ${CALLS[kind]}`]),
      ...(row.transitions <= TRANSITIONS[kind]
        ? []
        : [`${row.transitions} transitions of one ${kind}, at most ${TRANSITIONS[kind]}`]),
      ...(row.p50 <= P50_LIMIT ? [] : [`p50 of a ${kind} is ${row.p50} ms, at most ${P50_LIMIT}`]),
      ...(row.p95 <= P95_LIMIT ? [] : [`p95 of a ${kind} is ${row.p95} ms, at most ${P95_LIMIT}`]),
    ];
  });
  return {
    ok: faults.length === 0 || !strict,
    figures: { missed: faults.length },
    machine: Object.fromEntries(rows.map(({ what, ...row }) => [what, row])),
    rows,
    notes: [
      'the most of each, and milliseconds from the event to the accepted change; 25 ms a transition, 30 ms S3 and SQS, 60 ms ECS and EC2, 50 and 200 ms Route 53, computing takes none',
      ...faults.map((fault) => `missed: ${fault}`),
    ],
  };
}
