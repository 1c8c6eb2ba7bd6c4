import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Asked, Bench, Result } from './bench.ts';
import type { Planned } from './plan/planner.ts';
import { measured as measuredPlan } from './plan.ts';
import { shapeOf } from './scale/fleet.ts';
import { page } from './scale/page.ts';
import type { Measured } from './scale/scenes.ts';
import { callsOf, floorOf, isMet, type Target, targetsOf } from './scale/targets.ts';

const HERE = join(import.meta.dirname, 'scale');
const PAGE = join(import.meta.dirname, '../../docs/scale.md');
/** Targets that were met once, by their ids: one that is missed again fails the command. */
const MET = join(HERE, 'met.json');
const SIZES = ['10', '1000', '10000', '5000x2', '1x350', '500clusters'];
/** Endpoints that are planned, beside fleets of so many tasks or more. */
const PLANNED = [10_000, 100_000] as const;
const PLANNED_FROM = 10_000;
/** A bound on each process: 100,000 tasks take half an hour. */
const MINUTES = 60;

/** What grows with the fleet, and how far it is from what AWS lets one reach. */
export const scale: Bench = {
  name: 'scale',
  describe:
    'calls, time, storage and money of fleets of 10 to 100,000 tasks, and the targets for them; --sizes 10,1000 for some; about 3 min',
  async run({ sizes = SIZES, write = false, strict = false }: Asked = {}) {
    for (const size of sizes) shapeOf(size);
    const found: Measured[] = [];
    for (const size of sizes) found.push(await measured(size));
    const planned = found.some(({ tasks }) => tasks >= PLANNED_FROM) ? await planning() : undefined;
    const targets = targetsOf(found, planned);
    const met: readonly string[] = JSON.parse(await readFile(MET, 'utf8'));
    if (write) {
      await writeFile(PAGE, page(found, targets));
      const measuredIds = new Set(targets.map(({ id }) => id));
      const kept = met.filter((id) => !measuredIds.has(id));
      const now = [
        ...kept,
        ...targets.filter((target) => isMet(target) && isSteady(target)).map(({ id }) => id),
      ].sort();
      await writeFile(MET, `${JSON.stringify(now, null, 2)}\n`);
    }
    return judge(found, targets, { strict, met: new Set(met) });
  },
};

/** CPU is another on each machine and at each load. */
const isSteady = ({ id }: Target): boolean => !id.startsWith('planning');

/** In a process of its own. @throws Error with what it said last, where it ended early */
async function measured(size: string): Promise<Measured> {
  const child = spawn(process.execPath, ['--max-old-space-size=6000', join(HERE, 'measure.ts'), size], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: MINUTES * 60_000,
  });
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${size}: the process ended with ${code}`);
  return JSON.parse(out);
}

async function planning(): Promise<readonly Planned[]> {
  const planned: Planned[] = [];
  for (const endpoints of PLANNED) {
    const one = await measuredPlan(endpoints, 'unchanged');
    if (typeof one === 'string') throw new Error(one);
    planned.push(one);
  }
  return planned;
}

function judge(
  found: readonly Measured[],
  targets: readonly Target[],
  { strict, met }: { readonly strict: boolean; readonly met: ReadonlySet<string> },
): Result {
  const missed = targets.filter((target) => !isMet(target));
  const lost = missed.filter(({ id }) => met.has(id));
  return {
    ok: lost.length === 0 && !(strict && missed.length > 0),
    figures: { targets: targets.length, missed: missed.length, lost: lost.length },
    rows: found.flatMap(sceneRows),
    tables: [
      { title: 'calls by operation, attempts/floor', rows: found.flatMap(callRows) },
      { title: 'functions, warm: CPU of this machine in ms', rows: found.flatMap(stepRows) },
      { title: 'functions told the most, cold or warm: MiB beyond an idle process', rows: found.flatMap(memoryRows) },
      { title: 'targets', rows: targets.map(targetRow) },
    ],
    notes: [
      'time is what transitions, calls, pauses and throttles take; CPU is not in it',
      ...lost.map(({ id }) => `was met before: ${id}`),
      `${missed.length} of ${targets.length} targets are missed${strict || missed.length === 0 ? '' : ' (--strict fails for them)'}`,
    ],
    machine: { fleets: found },
  };
}

function sceneRows({ size, scenes }: Measured): Result['rows'] {
  return scenes.map((scene) => ({
    fleet: size,
    scene: scene.scene,
    ends: endsOf(scene.ends),
    wrong: scene.wrong,
    calls: callsOf(scene),
    floor: floorOf(scene),
    ratio: round(callsOf(scene) / floorOf(scene)),
    retries: scene.retries,
    GET: scene.s3.gets,
    PUT: scene.s3.puts,
    'MB read': megabytes(scene.s3.bytesRead),
    'MB written': megabytes(scene.s3.bytesWritten),
    transitions: scene.transitions,
    events: scene.events,
    'payload KiB': Math.ceil(scene.payload / 1_024),
    seconds: round(scene.seconds),
    'of floor': scene.throttleSeconds > 0 ? round(scene.seconds / scene.throttleSeconds) : 0,
  }));
}

const OPERATIONS = [
  'ListTasks',
  'DescribeTasks',
  'DescribeTaskDefinition',
  'DescribeContainerInstances',
  'DescribeInstances',
  'DescribeSubnets',
  'DescribeNetworkInterfaces',
  'ListResourceRecordSets',
  'ChangeResourceRecordSets',
];

function callRows({ size, scenes }: Measured): Result['rows'] {
  return scenes.map(({ scene, calls, floor }) => ({
    fleet: size,
    scene,
    ...Object.fromEntries(
      OPERATIONS.map((operation) => [operation, `${calls[operation] ?? 0}/${floor[operation] ?? 0}`]),
    ),
  }));
}

function stepRows({ size, scenes }: Measured): Result['rows'] {
  const warm = scenes.find(({ scene }) => scene === 'warm');
  return (warm?.steps ?? []).map(({ step, invocations, cpu, mostCpu, waited }) => ({
    fleet: size,
    function: step,
    calls: invocations,
    CPU: Math.round(cpu),
    'of the most': Math.round(mostCpu),
    'waits s': round(waited / 1_000),
  }));
}

function memoryRows({ size, memory }: Measured): Result['rows'] {
  return memory.map(({ step, told, needed, given }) => ({
    fleet: size,
    function: step,
    'told MiB': told,
    needs: needed ?? 'more than it has',
    has: given,
  }));
}

const targetRow = (target: Target): Result['rows'][number] => ({
  '': isMet(target) ? 'met' : 'MISSED',
  target: target.id,
  value: round(target.value),
  limit: round(target.limit),
  unit: target.unit,
});

function endsOf(ends: readonly string[]): string {
  return [...Map.groupBy(ends, (end) => end)]
    .map(([end, all]) => (all.length === 1 ? end : `${all.length} × ${end}`))
    .join(', ');
}

const megabytes = (bytes: number) => Math.round(bytes / 100_000) / 10;
const round = (value: number) => Math.round(value * 100) / 100;
