import { EVENTS_PER_CHANGE, monthlyCost } from '../../../cli/cost/model.ts';
import { DAYS, PRICES } from '../../../cli/cost/prices.ts';
import { MEMORY, TRIGGER_MEMORY } from '../../../cli/cost/states.ts';
import { sum } from './floor.ts';
import type { Measured, Scene } from './scenes.ts';

const SCHEDULE_MINUTES = 5;
const MINUTES_PER_DAY = 1_440;
/** Lambda gives a function so many MiB for a whole CPU; with less it has that share of one. */
const MEBIBYTES_PER_CPU = 1_769;

export interface MoneyRow {
  readonly what: string;
  readonly usd: number;
}

/** What a month costs, by what was measured: full runs that find nothing, each start and each stop with a run of its own. */
export function moneyOf(fleet: Measured, eventsPerDay: number): readonly MoneyRow[] {
  const changes = (eventsPerDay / EVENTS_PER_CHANGE) * DAYS;
  const runs = [
    { what: 'full runs', times: (MINUTES_PER_DAY / SCHEDULE_MINUTES) * DAYS, scene: named(fleet, 'warm') },
    { what: 'starts', times: changes / 2, scene: named(fleet, 'a start') },
    { what: 'stops', times: changes / 2, scene: named(fleet, 'a stop') },
  ];
  const { clusters, tasks } = fleet;
  const watched = monthlyCost({
    clusters,
    tasks,
    eventsPerDay,
    scheduleMinutes: SCHEDULE_MINUTES,
    looksPerStart: 0,
    secondsPerStep: 0,
  });
  return [
    ...runs.flatMap(({ what, times, scene }) =>
      Object.entries(costOf(scene)).map(([service, usd]) => ({ what: `${service}, ${what}`, usd: times * usd })),
    ),
    ...watched.rows.filter(({ what }) => what.startsWith('CloudWatch')).map(({ what, usd }) => ({ what, usd })),
  ];
}

/** Once. Starting an execution counts as one more transition. */
function costOf({ transitions, ends, steps, s3, messages }: Scene): Readonly<Record<string, number>> {
  const gigabyteSeconds = steps.map(({ step, waited, cpu }) => {
    const memory = MEMORY[step] ?? TRIGGER_MEMORY;
    const billed = waited + cpu * Math.max(1, MEBIBYTES_PER_CPU / memory);
    return (billed / 1_000) * (memory / 1_024);
  });
  return {
    'Step Functions': (transitions + ends.length) * PRICES.transition,
    'Lambda, requests': sum(steps.map(({ invocations }) => invocations)) * PRICES.request,
    'Lambda, time': sum(gigabyteSeconds) * PRICES.gigabyteSecond,
    S3: s3.puts * PRICES.write + s3.gets * PRICES.read,
    SQS: messages * PRICES.message,
  };
}

function named({ scenes }: Measured, scene: string): Scene {
  const found = scenes.find((one) => one.scene === scene);
  if (!found) throw new Error(`the scene "${scene}" was not measured`);
  return found;
}
