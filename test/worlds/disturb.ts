import { CALL_FAULTS, type CallFault, canMeet, DISTURBANCES } from '../faults/call-faults.ts';
import { CALLS, STEPS } from '../faults/expectations.ts';
import type { Fault, FaultyCall, Invocation } from '../faults/port.ts';
import { STEP_FAULTS, stepFault } from '../faults/step-faults.ts';
import type { StillWorld } from '../support/world.ts';
import type { Dice } from './dice.ts';

/** A fault of one run, drawn from all that the matrix knows. */
export interface Disturbance {
  readonly fault: Fault;
  readonly name: string;
  /** The clusters of which nothing could be read in this run, whatever was tried. */
  readonly unread: readonly string[];
  /** Each try gets some answers: who goes on from them reads every cluster. */
  readonly halting?: true;
}

const KINDS = Object.keys(CALL_FAULTS) as CallFault[];
const RIM = /^(s3|events|states):/;
/** Calls without whose answer nothing of a cluster is known. */
const OF_CLUSTERS = ['ecs:ListTasks', 'ecs:DescribeTasks'];

export interface Disturbed {
  /** ARNs, of which one is hit where a call is about one. */
  readonly clusters: readonly string[];
  /** Calls of the run bucket, the bus and Step Functions are not there to fail. */
  readonly bareRim: boolean;
  /** Moves the clock that the steps read, for the rest of the run. */
  readonly later: (milliseconds: number) => void;
}

export function disturbance(world: StillWorld, dice: Dice, { clusters, bareRim, later }: Disturbed): Disturbance {
  if (dice.chance(0.3)) {
    const step = dice.pick(STEPS);
    const kind = dice.pick(STEP_FAULTS);
    const fault = stepFault(kind, { step, calls: dice.upTo(6), restart: world.restart, later });
    return { fault, name: `${step} ${kind}`, unread: [] };
  }
  const place = dice.pick(bareRim ? CALLS.filter((call) => !RIM.test(call)) : CALLS);
  const kind = dice.pick(KINDS.filter((one) => canMeet(place, one)));
  const cluster = dice.pick(clusters);
  if (kind === 'throttled for a while' && OF_CLUSTERS.includes(place) && clusters.indexOf(cluster) % 2 === 0)
    return { name: 'ECS throttled after some answers in each try', fault: halting(), unread: [], halting: true };
  const meddle = CALL_FAULTS[kind];
  let nth = 0;
  const lasting = kind.endsWith('for ever') || kind === 'malformed body' || kind === 'forbidden';
  return {
    name: `${place} ${kind} ${cluster.split('/').at(-1)}`,
    unread: lasting && OF_CLUSTERS.includes(place) ? [cluster] : [],
    fault: {
      onCall(call, perform) {
        if (call.call !== place || !concerns(call, cluster)) return perform();
        nth += 1;
        return meddle(perform, { call, nth, clock: world.clock });
      },
    },
  };
}

function concerns({ input }: FaultyCall, cluster: string): boolean {
  const { cluster: about } = input as { readonly cluster?: string };
  return about === undefined || about === cluster;
}

/** Answers about one cluster that a try of a step gets: fewer than it wants, and most of what it wants. */
const ANSWERS = 2;

/** Whatever is asked of ECS about a cluster is throttled once a try has had some answers. */
function halting(): Fault {
  const answered = new WeakMap<Invocation, Map<string, number>>();
  return {
    async onCall(about, perform) {
      const { cluster } = about.input as { readonly cluster?: string };
      if (cluster === undefined || !about.by) return perform();
      const counts = answered.get(about.by) ?? new Map<string, number>();
      answered.set(about.by, counts);
      const count = counts.get(cluster) ?? 0;
      counts.set(cluster, count + 1);
      if (count >= ANSWERS) throw DISTURBANCES.throttled(about.call);
      return perform();
    },
  };
}
