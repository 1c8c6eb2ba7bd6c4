import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostAddresses } from '../../examples/local/ecs/hosts.ts';
import type { Bench, Result } from './bench.ts';
import { ROUTE53_CHANGE_MS, ROUTE53_READ_MS, route53Delays } from './stage/delays.ts';
import { type Fleet, type FleetTask, startFleet } from './stage/fleet.ts';
import { type Listeners, startListeners } from './stage/listeners.ts';
import { pick } from './stage/pick.ts';
import { quantile, seconds } from './stage/quantile.ts';
import { untilInSync } from './stage/quiet.ts';
import { type Sample, startSampling, type Timeline, timelines } from './stage/samples.ts';
import { type Stage, startStage } from './stage/stage.ts';
import { differences } from './stage/zone-check.ts';

/** Limits that we state, in seconds. */
const P50_LIMIT = 3.5;
const P95_LIMIT = 5;
/** Fewer samples say nothing about a 95th percentile. */
const LEAST_SAMPLES = 30;
const SERVICES = 24;
/** Milliseconds: all in all 50 s, npm and the last closing included. */
const ALL = 46_000;
const MEASURING = 22_000;
/** For the last samples to arrive. */
const AFTERWARDS = 9_000;
/** Between two events, drawn evenly: windows do not fall into step with them. */
const PAUSE = { least: 100, most: 350 } as const;
/** A task stops for good so long after ECS has decided it. */
const STOPPING = 1_500;

/**
 * From the ECS event to the change that Route 53 accepted, for starts with a health check and for stops, four events a
 * second: the whole event path over HTTP, its functions warm, the deployment's default window.
 */
export const latency: Bench = {
  name: 'latency',
  describe: `ECS event → change accepted by Route 53, at most ${P50_LIMIT} s (p50) and ${P95_LIMIT} s (p95); about 45 s`,
  async run() {
    const begun = Date.now();
    const signal = AbortSignal.timeout(ALL);
    const stage = await startStage({ delayOf: route53Delays, signal });
    const listeners = startListeners();
    try {
      const addresses = await hostAddresses(1);
      const fleet = startFleet(stage, { cluster: 'bench', addresses, services: SERVICES, checked: true });
      await warmUp(stage, { fleet, listeners }, signal);
      const until = Math.min(Date.now() + MEASURING, begun + ALL - AFTERWARDS);
      const samples = await measure(stage, { fleet, listeners }, { until, signal });
      return judge(stage, samples, differences(stage, fleet.tasks));
    } finally {
      await stage.close();
      await listeners.close();
    }
  },
};

interface World {
  readonly fleet: Fleet;
  readonly listeners: Listeners;
}

/** Every function has served, and there is something that can stop. */
async function warmUp(stage: Stage, { fleet, listeners }: World, signal: AbortSignal): Promise<void> {
  for (let service = 0; service < SERVICES; service += 1) await startOne({ fleet, listeners }, service);
  await untilInSync(stage, () => fleet.tasks, signal);
}

async function startOne({ fleet, listeners }: World, service: number): Promise<FleetTask> {
  const host = pick(fleet.hosts);
  return fleet.start(service, host, await listeners.open(host.address));
}

/** Starts and stops in turns until that moment, then waits for what is still awaited. */
async function measure(
  stage: Stage,
  world: World,
  { until, signal }: { readonly until: number; readonly signal: AbortSignal },
): Promise<readonly Sample[]> {
  const { fleet } = world;
  const sampling = startSampling(stage);
  const stopping: Promise<void>[] = [];
  for (let turn = 0; Date.now() < until; turn += 1) {
    if (turn % 2 === 0) {
      const task = await startOne(world, Math.floor(Math.random() * SERVICES));
      sampling.expect({ ...task, kind: 'start', at: Date.now() });
    } else {
      const published = fleet.tasks.filter((one) => !sampling.isAwaited(one));
      if (published.length === 0) continue;
      const task = pick(published);
      sampling.expect({ ...task, kind: 'stop', at: Date.now() });
      fleet.stop(task);
      stopping.push(sleep(STOPPING).then(() => fleet.end(task)));
    }
    await sleep(PAUSE.least + Math.random() * (PAUSE.most - PAUSE.least));
  }
  await Promise.all(stopping);
  await sampling.settled(signal);
  return sampling.end();
}

const PARTS = ['window', 'steps', 'route53'] as const satisfies readonly (keyof Timeline)[];

function judge(stage: Stage, samples: readonly Sample[], wrong: readonly string[]): Result {
  const lines = timelines(samples, stage);
  const row = (what: string, times: readonly number[]) => ({
    what,
    samples: times.length,
    p50: seconds(quantile(times, 0.5)),
    p95: seconds(quantile(times, 0.95)),
    most: seconds(Math.max(...times)),
  });
  const sum = (part: keyof Timeline) => lines.reduce((total, line) => total + line[part], 0);
  const share = (part: keyof Timeline) => Math.round((100 * sum(part)) / sum('total'));
  const all = row(
    'event → change',
    lines.map(({ total }) => total),
  );
  const lost = samples.length - lines.length;
  const faults = [
    ...(all.p50 <= P50_LIMIT ? [] : [`p50 is ${all.p50} s, at most ${P50_LIMIT} s`]),
    ...(all.p95 <= P95_LIMIT ? [] : [`p95 is ${all.p95} s, at most ${P95_LIMIT} s`]),
    ...(lines.length >= LEAST_SAMPLES ? [] : [`${lines.length} samples, at least ${LEAST_SAMPLES}`]),
    ...(lost === 0 ? [] : [`${lost} events never led to their change`]),
    ...wrong,
  ];
  const kinds = (['start', 'stop'] as const).map((kind) =>
    row(
      `  of a ${kind}`,
      timelines(
        samples.filter((sample) => sample.kind === kind),
        stage,
      ).map(({ total }) => total),
    ),
  );
  const begun = Math.min(...samples.map(({ at }) => at));
  const warm = stage.invocations.filter(({ from }) => from >= begun);
  const steps = [...Map.groupBy(warm, ({ step }) => step)].map(([step, all]) =>
    row(
      `    ${step}`,
      all.map(({ from, until }) => until - from),
    ),
  );
  const parts = PARTS.map((part) =>
    row(
      `  ${NAMES[part]}, ${share(part)} %`,
      lines.map((line) => line[part]),
    ),
  );
  return {
    ok: faults.length === 0,
    figures: {
      p50: all.p50,
      p95: all.p95,
      p50Limit: P50_LIMIT,
      p95Limit: P95_LIMIT,
      samples: lines.length,
      windowShare: share('window') / 100,
      stepsShare: share('steps') / 100,
      route53Share: share('route53') / 100,
      load: Math.round(loadavg()[0] ?? 0),
    },
    rows: [all, ...kinds, ...parts, ...steps],
    notes: [
      `seconds; Route 53 is assumed to take ${ROUTE53_READ_MS} ms a reading and ${ROUTE53_CHANGE_MS} ms a change; load of this machine ${loadavg()[0]?.toFixed(1)}`,
      ...faults,
    ],
  };
}

const NAMES: Readonly<Record<(typeof PARTS)[number], string>> = {
  window: 'waiting for the window',
  steps: 'the steps',
  route53: 'waiting for Route 53',
};
