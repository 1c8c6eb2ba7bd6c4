import { ENDPOINTS_PER_PROBE_BATCH } from '../../functions/domain/plan/quotas.ts';
import { DAYS, PRICES } from './prices.ts';
import { BATCH, CHANGE, CLUSTER, LOOK, MEMORY, PROBES, RUN, TRIGGER_MEMORY, WINDOW } from './states.ts';

/** What a month costs is asked for. */
export interface Load {
  readonly clusters: number;
  readonly tasks: number;
  /** Starts and stops of declaring tasks. */
  readonly eventsPerDay: number;
  /** Between two full runs. */
  readonly scheduleMinutes: number;
  /** Looks until a new instance passes. */
  readonly looksPerStart: number;
  /** How long a function works on average, in seconds. */
  readonly secondsPerStep: number;
}

export interface CostRow {
  readonly what: string;
  /** In a month. */
  readonly count: number;
  readonly unit: string;
  readonly usd: number;
}

export interface Cost {
  /** States that one quiet full run enters. */
  readonly statesPerFullRun: number;
  readonly rows: readonly CostRow[];
  readonly usd: number;
}

/**
 * Starting an execution counts as one more transition than it enters states: the price page counts Start as well.
 * Given, and the cautious way to count.
 */
const START = 1;
const MINUTES_PER_DAY = 1_440;

/** The states of one full run that finds nothing to change. */
export function fullRun({ clusters, tasks }: Pick<Load, 'clusters' | 'tasks'>): readonly string[] {
  const batchesPerCluster = clusters === 0 ? 0 : Math.ceil(tasks / clusters / ENDPOINTS_PER_PROBE_BATCH);
  return [...RUN, ...times(clusters, CLUSTER), ...times(clusters * batchesPerCluster, PROBES)];
}

/** The states of a run that one event starts and that changes one name; the host has other instances of it to probe. */
export function eventRun({ looks }: { readonly looks: number }): readonly string[] {
  const pass = [...CLUSTER, ...PROBES, ...CHANGE];
  return [...RUN, ...WINDOW, ...pass, ...times(looks, [...LOOK, ...pass]), ...BATCH];
}

/** An upper bound: every event starts a run of its own, as if none shared a window. */
export function monthlyCost(load: Load): Cost {
  const full = fullRun(load);
  const runs = [
    { what: 'full runs', count: (MINUTES_PER_DAY / load.scheduleMinutes) * DAYS, states: full },
    { what: 'runs of starts', count: (load.eventsPerDay / 2) * DAYS, states: eventRun({ looks: load.looksPerStart }) },
    { what: 'runs of stops', count: (load.eventsPerDay / 2) * DAYS, states: eventRun({ looks: 0 }) },
  ];
  const transitions = runs.map(({ what, count, states }) => {
    const all = count * (states.length + START);
    return { what: `Step Functions, ${what}`, count: all, unit: 'transitions', usd: all * PRICES.transition };
  });
  const events = load.eventsPerDay * DAYS;
  const requests = sum(runs.map(({ count, states }) => count * states.filter(isTask).length)) + events;
  const mebibytes =
    sum(runs.map(({ count, states }) => count * sum(states.map((state) => MEMORY[state] ?? 0)))) +
    events * TRIGGER_MEMORY;
  const gigabyteSeconds = (mebibytes / 1_024) * load.secondsPerStep;
  const rows: readonly CostRow[] = [
    ...transitions,
    { what: 'Lambda, requests', count: requests, unit: 'requests', usd: requests * PRICES.request },
    {
      what: 'Lambda, time',
      count: gigabyteSeconds,
      unit: 'GB-seconds',
      usd: gigabyteSeconds * PRICES.gigabyteSecond,
    },
  ];
  return { statesPerFullRun: full.length, rows, usd: sum(rows.map(({ usd }) => usd)) };
}

const isTask = (state: string) => state in MEMORY;
const times = (count: number, states: readonly string[]) => Array.from({ length: count }, () => states).flat();
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
