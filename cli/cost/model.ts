import { SETTINGS } from '../../functions/contracts/settings.ts';
import { ENDPOINTS_PER_PROBE_BATCH } from '../../functions/domain/words/quotas.ts';
import { eventRunCalls, fullRunCalls, METRICS_IN_ALARMS, METRICS_OF_CHANGES, METRICS_OF_FULL_RUNS } from './calls.ts';
import { DAYS, PRICES } from './prices.ts';
import { BATCH, CHANGE, CLUSTER, LOOK, MEMORY, PROBES, RUN, TRIGGER_MEMORY } from './states.ts';

/** How long a function works on average, in seconds: more than `npm run bench -- cost` measures in any kind of run. */
export const SECONDS_PER_STEP = 0.16;

export interface Load {
  readonly clusters: number;
  readonly tasks: number;
  /** As ECS sends them, of declaring tasks: about five for each start and each stop. */
  readonly eventsPerDay: number;
  /** Between two full runs. */
  readonly scheduleMinutes: number;
  /** Looks until a new instance passes. */
  readonly looksPerStart: number;
  readonly secondsPerStep: number;
  /** Starts and stops that fall into the same hour, as deployments bring them; 20. */
  readonly changesTogether?: number;
  /** As the prop is by default where it is left out. */
  readonly dashboard?: boolean;
}

export type Cost = ReturnType<typeof monthlyCost>;

/**
 * Starting an execution counts as one more transition than it enters states: the price page counts Start as well.
 * Given, and the cautious way to count.
 */
const START = 1;
/** Events that ECS sends for one start or one stop (Amazon ECS task lifecycle): the first starts a run, the others are dropped by the trigger. */
export const EVENTS_PER_CHANGE = 5;
/** Ten tasks that a deployment replaces. Given. */
export const CHANGES_TOGETHER = 20;
/** Bytes of log for each call of a function: what Lambda writes, and a line of ours now and then. Given. */
const LOG_BYTES = 500;
const GIGABYTE = 1e9;
const MINUTES_PER_DAY = 1_440;
const HOURS_PER_DAY = 24;

const batchesOf = ({ clusters, tasks }: Pick<Load, 'clusters' | 'tasks'>) =>
  clusters === 0 ? 0 : clusters * Math.ceil(tasks / clusters / ENDPOINTS_PER_PROBE_BATCH);

/** The states of one full run that finds nothing to change. */
export function fullRun({ clusters, tasks }: Pick<Load, 'clusters' | 'tasks'>): readonly string[] {
  return [...RUN, ...times(clusters, CLUSTER), ...times(batchesOf({ clusters, tasks }), PROBES)];
}

/** The states of a run that the first event of a start or stop begins at once; the host has other instances of the name to probe. */
export function eventRun({ looks }: { readonly looks: number }): readonly string[] {
  const pass = [...CLUSTER, ...PROBES, ...CHANGE];
  return [...RUN, ...pass, ...times(looks, [...LOOK, ...pass]), ...BATCH];
}

/** An upper bound: every start and every stop has a run of its own, as if none shared a window. */
export function monthlyCost(load: Load) {
  const full = fullRun(load);
  const changes = (load.eventsPerDay / EVENTS_PER_CHANGE) * DAYS;
  const small = eventRunCalls(load);
  const runs = [
    {
      what: 'full runs',
      count: (MINUTES_PER_DAY / load.scheduleMinutes) * DAYS,
      states: full,
      calls: fullRunCalls({ ...load, batches: batchesOf(load) }),
    },
    { what: 'runs of starts', count: changes / 2, states: eventRun({ looks: load.looksPerStart }), calls: small },
    { what: 'runs of stops', count: changes / 2, states: eventRun({ looks: 0 }), calls: small },
  ];
  const row = (what: string, count: number, unit: string, price: number) => ({ what, count, unit, usd: count * price });
  const events = load.eventsPerDay * DAYS;
  const requests = sum(runs.map(({ count, states }) => count * states.filter(isTask).length)) + events;
  const mebibytes =
    sum(runs.map(({ count, states }) => count * sum(states.map((state) => MEMORY[state] ?? 0)))) +
    events * TRIGGER_MEMORY;
  const asked = (what: 'writes' | 'reads' | 'messages') => sum(runs.map(({ count, calls }) => count * calls[what]));
  const rows = [
    ...runs.map(({ what, count, states }) =>
      row(`Step Functions, ${what}`, count * (states.length + START), 'transitions', PRICES.transition),
    ),
    row('Lambda, requests', requests, 'requests', PRICES.request),
    row('Lambda, time', (mebibytes / 1_024) * load.secondsPerStep, 'GB-seconds', PRICES.gigabyteSecond),
    row('CloudWatch, metrics of ours', metricsOf(load), 'metrics', PRICES.metric),
    row('CloudWatch, alarms', METRICS_IN_ALARMS, 'metrics', PRICES.alarm),
    ...((load.dashboard ?? SETTINGS.dashboard.byDefault)
      ? [row('CloudWatch, dashboard', 1, 'dashboard', PRICES.dashboard)]
      : []),
    row('CloudWatch, logs', (requests * LOG_BYTES) / GIGABYTE, 'GB', PRICES.logGigabyte),
    row('S3, writes', asked('writes'), 'requests', PRICES.write),
    row('S3, reads', asked('reads'), 'requests', PRICES.read),
    row('SQS', asked('messages') + events, 'requests', PRICES.message),
  ];
  return { statesPerFullRun: full.length, rows, usd: sum(rows.map(({ usd }) => usd)) };
}

/** Metrics that get data in every hour; one that gets data in half of them counts half. */
function metricsOf({ scheduleMinutes, eventsPerDay, changesTogether = CHANGES_TOGETHER }: Load): number {
  const runs = MINUTES_PER_DAY / scheduleMinutes;
  const busy = Math.ceil(eventsPerDay / EVENTS_PER_CHANGE / changesTogether);
  const hours = (count: number) => Math.min(HOURS_PER_DAY, count) / HOURS_PER_DAY;
  return METRICS_OF_FULL_RUNS.length * hours(runs) + METRICS_OF_CHANGES.length * hours(busy);
}

const isTask = (state: string) => state in MEMORY;
const times = (count: number, states: readonly string[]) => Array.from({ length: count }, () => states).flat();
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
