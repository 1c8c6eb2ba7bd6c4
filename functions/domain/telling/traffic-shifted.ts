import type { KeptShift, PlannedShift } from './kept-shift.ts';

/** A service whose clients a run has moved from one revision to another. */
export interface TrafficShifted {
  readonly detailType: 'Traffic Shifted';
  readonly detail: {
    /** ARN. */
    readonly service: string;
    /** ARN. */
    readonly deployment: string;
    readonly direction: 'forward' | 'back';
    /** Owner names that its tasks stand under, without their final dots, the test name among them; the first hundred. */
    readonly names: readonly string[];
    /** Values of the revision that serves which the run has added to them. */
    readonly published: number;
    /** Values of the other one which it has taken out. */
    readonly removed: number;
    readonly execution: string;
  };
}

/** Names that one event says: an entry of the bus has 256 KB (EventBridge API model). */
const MAX_NAMES = 100;

/**
 * One event for each service that has been moved, in the order of what was planned, by what is kept before and after a run.
 *
 * | kept before                    | kept after          | the run took values out as shifted | then                                |
 * | ------------------------------ | ------------------- | ---------------------------------- | ----------------------------------- |
 * | any                            | nothing serves yet  | any                                | none: the shift is not over         |
 * | who serves                     | one that did not    | any                                | an event                            |
 * | who serves                     | nobody new          | any                                | none: it has been told              |
 * | nothing, or that nobody serves | who serves          | yes                                | an event                            |
 * | nothing, or that nobody serves | who serves          | no                                 | none: a first deployment moves nobody |
 */
export function trafficShifted(
  planned: readonly PlannedShift[],
  { before, after }: { readonly before: readonly KeptShift[]; readonly after: readonly KeptShift[] },
  execution: string,
): readonly TrafficShifted[] {
  return planned.flatMap(({ service, deployment, direction, names, moved = [] }) => {
    const sum = (of: 'published' | 'removed') => moved.reduce((total, one) => total + one[of], 0);
    const served = before.find((one) => one.service === service)?.serving;
    const serving = after.find((one) => one.service === service)?.serving;
    const isShifted = serving && (served ? serving.some((id) => !served.includes(id)) : sum('removed') > 0);
    if (!isShifted) return [];
    return [
      {
        detailType: 'Traffic Shifted',
        detail: {
          service,
          deployment,
          direction,
          names: names.slice(0, MAX_NAMES).map((name) => name.replace(/\.$/, '')),
          published: sum('published'),
          removed: sum('removed'),
          execution,
        },
      },
    ];
  });
}
