import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Result } from './bench.ts';
import { busyTime, callsByExecution } from './stage/call-log.ts';
import { type RunCost, runCosts } from './stage/costs.ts';
import { ROUTE53_CHANGE_MS, ROUTE53_READ_MS, route53Delays } from './stage/delays.ts';
import { type Fleet, type FleetTask, startFleet } from './stage/fleet.ts';
import { pick } from './stage/pick.ts';
import { quantile, seconds } from './stage/quantile.ts';
import { untilInSync } from './stage/quiet.ts';
import { type Stage, startStage } from './stage/stage.ts';
import { differences } from './stage/zone-check.ts';

/** What the bench does, and the limits that we state. */
const EVENTS = 1_000;
const BURST = 60_000;
const MOST_SHARE = 1.2;
/** Milliseconds from the last event until accepted and verified. */
const SYNC_LIMIT = 10_000;

const HOSTS = 20;
const SERVICES = 25;
/** Tasks before the burst, and about as many during it. */
const TASKS = 200;
/** A task stops for good so long after ECS has decided it, at least. */
const STOPPING = 2_000;
/** All in all, in milliseconds. */
const ALL = 170_000;

/**
 * A burst of task events, as when a large deployment rolls: how many executions it starts, what each may call, and how
 * soon after its end the zone is in sync. Steps, window and delays as in `latency`; without health checks, so that no
 * start waits for its grace.
 */
export const burst: Bench = {
  name: 'burst',
  describe: `${EVENTS} task events in ${BURST / 1_000} s: executions, calls a run, seconds until in sync; about 100 s`,
  async run() {
    const signal = AbortSignal.timeout(ALL);
    const stage = await startStage({ delayOf: route53Delays, signal });
    try {
      const addresses = Array.from({ length: HOSTS }, (_, host) => `10.0.1.${10 + host}`);
      const fleet = startFleet(stage, { cluster: 'bench', addresses, services: SERVICES });
      for (let task = 0; task < TASKS; task += 1) fleet.start(task % SERVICES, pick(fleet.hosts));
      await untilInSync(stage, () => fleet.tasks, signal);

      const span = await sendEvents(stage, fleet);
      await untilInSync(stage, () => fleet.tasks, signal);
      return await judge(stage, span, differences(stage, fleet.tasks));
    } finally {
      await stage.close();
    }
  },
};

interface Span {
  readonly events: number;
  readonly from: number;
  readonly until: number;
}

/** Starts, stops and ends of tasks, evenly over the time with a jitter, the number of tasks about the same. */
async function sendEvents({ cloud }: Stage, fleet: Fleet): Promise<Span> {
  let events = 0;
  const from = Date.now();
  let until = from;
  const unlisten = cloud.ecs.admin.onTaskChange(() => {
    events += 1;
    until = Date.now();
  });
  const stopping: { readonly task: FleetTask; readonly endsAt: number }[] = [];
  while (events < EVENTS) {
    const due = from + ((events + Math.random()) * BURST) / EVENTS;
    await sleep(Math.max(0, due - Date.now()));
    const [first] = stopping;
    if (first && first.endsAt <= Date.now()) {
      stopping.shift();
      fleet.end(first.task);
    } else if (fleet.tasks.length > TASKS) {
      const task = pick(fleet.tasks);
      fleet.stop(task);
      stopping.push({ task, endsAt: Date.now() + STOPPING });
    } else fleet.start(Math.floor(Math.random() * SERVICES), pick(fleet.hosts));
  }
  unlisten();
  return { events, from, until };
}

async function judge(stage: Stage, span: Span, wrong: readonly string[]): Promise<Result> {
  const runs = await runCosts(stage, span.from);
  const working = runs.filter(({ tasks }) => tasks > 0);
  const inSync = Math.max(0, ...working.map((run) => run.until - span.until));
  const started = [...stage.executions.values()].filter(({ startDate }) => startDate.getTime() >= span.from);
  const windows = windowsOf(stage, span);
  const asked = stage.calls.filter(({ operation, from }) => operation === 'StartExecution' && from >= span.from).length;
  const share = Math.max(...runs.map(shareOf));
  const failed = started.filter(({ status }) => status !== 'SUCCEEDED');
  const faults = [
    ...(span.events === EVENTS ? [] : [`${span.events} events were sent, not ${EVENTS}`]),
    ...(started.length <= windows ? [] : [`${started.length} executions in ${windows} windows`]),
    ...(share <= MOST_SHARE ? [] : [`a run took ${round(share)} times the calls that it may, at most ${MOST_SHARE}`]),
    ...(inSync <= SYNC_LIMIT
      ? []
      : [`in sync ${seconds(inSync)} s after the last event, at most ${SYNC_LIMIT / 1_000} s`]),
    ...failed.map(({ name, status, error }) => `execution ${name} ended ${status}: ${error}`),
    ...wrong,
  ];
  const of = (what: string, value: (run: RunCost) => number) => {
    const values = working.map(value);
    return {
      what,
      p50: round(quantile(values, 0.5)),
      p95: round(quantile(values, 0.95)),
      most: round(Math.max(...values)),
    };
  };
  const waited = route53Time(stage, working);
  const total = (part: (run: RunCost) => number) => working.reduce((sum, run) => sum + part(run), 0);
  const parts = {
    window: total((run) => run.waited),
    route53: total(waited),
    steps: total((run) => run.until - run.from - waited(run)),
  };
  const partOf = (part: keyof typeof parts) =>
    Math.round((100 * parts[part]) / (parts.window + parts.route53 + parts.steps));
  const operations = [...new Set(working.flatMap(({ byOperation }) => Object.keys(byOperation)))].sort();
  return {
    ok: faults.length === 0,
    figures: {
      events: span.events,
      executions: started.length,
      windows,
      startCalls: asked,
      share: round(share),
      shareLimit: MOST_SHARE,
      inSync: seconds(inSync),
      inSyncLimit: SYNC_LIMIT / 1_000,
      windowShare: partOf('window') / 100,
      stepsShare: partOf('steps') / 100,
      route53Share: partOf('route53') / 100,
      load: Math.round(loadavg()[0] ?? 0),
    },
    rows: [
      of('tasks a run', ({ tasks }) => tasks),
      of('  their names', ({ names }) => names),
      of('  their hosts', ({ hosts }) => hosts),
      of('passes a run', ({ passes }) => passes),
      of('calls a run', ({ calls }) => calls),
      ...operations.map((operation) => of(`  ${operation}`, ({ byOperation }) => byOperation[operation] ?? 0)),
      of('calls / (names + 4 hosts + ⌈tasks/100⌉ + 3)', shareOf),
      of('seconds from its events to its end', (run) => (run.waited + run.until - run.from) / 1_000),
      of(`  waiting for the window, ${partOf('window')} %`, (run) => run.waited / 1_000),
      of(`  the steps, ${partOf('steps')} %`, (run) => (run.until - run.from - waited(run)) / 1_000),
      of(`  waiting for Route 53, ${partOf('route53')} %`, (run) => waited(run) / 1_000),
    ],
    notes: [
      `${span.events} events, ${asked} StartExecution calls, ${started.length} executions in ${windows} windows, ${runs.length - working.length} of them found nothing left; in sync ${seconds(inSync)} s after the last event (limit ${SYNC_LIMIT / 1_000} s)`,
      `Route 53 is assumed to take ${ROUTE53_READ_MS} ms a reading and ${ROUTE53_CHANGE_MS} ms a change; load of this machine ${loadavg()[0]?.toFixed(1)}`,
      ...faults,
    ],
  };
}

const shareOf = ({ calls, floor }: RunCost): number => calls / floor;

/** Milliseconds of each run in which it waits for Route 53. */
function route53Time({ calls, invocations }: Stage, runs: readonly RunCost[]): (run: RunCost) => number {
  const owned = callsByExecution(
    calls.filter(({ service }) => service === 'route53'),
    invocations,
  );
  const times = new Map(runs.map((run) => [run.execution, busyTime(owned.get(run.execution) ?? [], run)]));
  return ({ execution }) => times.get(execution) ?? 0;
}

/** Windows from the first event to the last start of an execution: a trigger may be late. */
function windowsOf({ deployment, executions }: Stage, { from, until }: Span): number {
  const length = Number(deployment.functions.flatMap(({ environment }) => environment.EVENT_WINDOW ?? [])[0]) * 1_000;
  const last = Math.max(until, ...[...executions.values()].map(({ startDate }) => startDate.getTime()));
  return Math.floor(last / length) - Math.floor(from / length) + 1;
}

const round = (value: number) => Math.round(value * 100) / 100;
