import type { Planned } from '../plan/planner.ts';
import { sum } from './floor.ts';
import { IDLE_MEBIBYTES } from './memory.ts';
import { moneyOf } from './money.ts';
import type { Measured, Scene } from './scenes.ts';

/** Something that is to hold, and whether it does. */
export interface Target {
  /** The same in every run of the bench: what is met may not get lost. */
  readonly id: string;
  readonly limit: number;
  readonly value: number;
  readonly unit: string;
}

export const isMet = ({ value, limit }: Target): boolean => value <= limit;

/** Events of one pass that leave room for faults, of 25,000. */
const MOST_EVENTS = 20_000;
const KIB = 1_024;
/** Tasks below which no function is told anything worth measuring. */
const MEASURED_FROM = 1_000;

/** Every target that these measurements can tell of. */
export function targetsOf(measured: readonly Measured[], planned?: readonly Planned[]): readonly Target[] {
  return [...measured.flatMap(ofFleet), ...(planned ? ofPlanning(planned) : [])];
}

function ofFleet(fleet: Measured): readonly Target[] {
  const { size, tasks, clusters, scenes } = fleet;
  const target = (id: string, value: number, limit: number, unit = '') => ({
    id: `${size}: ${id}`,
    value,
    limit,
    unit,
  });
  const found = (scene: string) => scenes.find((one) => one.scene === scene);
  const [cold, warm] = [found('cold'), found('warm')];
  if (!cold || !warm) return [];
  const failed = scenes.filter(({ ends }) => ends.includes('RunFailed'));
  const coldRuns = scenes.filter((scene) => scene.scene.startsWith('cold')).length;
  const batches = warm.steps.find(({ step }) => step === 'LoadBatch')?.invocations ?? 0;
  const most = (of: (scene: Scene) => number) => Math.max(...scenes.map(of));
  const always = [
    target('scenes that end in RunFailed', failed.length, 0),
    target('instances wrong in the end, all scenes', sum(lastOf(scenes).map(({ wrong }) => wrong)), 0),
    target('largest payload', most(({ payload }) => payload) / KIB, 64, 'KiB'),
  ];
  if (size === '500clusters')
    return [
      ...always,
      target(
        'history events',
        most(({ events }) => events),
        MOST_EVENTS,
      ),
    ];
  if (String(tasks) !== size) return always;
  return [
    target('calls, warm', callsOf(warm), tasks > 20_000 ? 1.3 * floorOf(warm) : 1.05 * floorOf(warm) + 3),
    target('calls, cold', callsOf(cold), 1.1 * floorOf(cold) + 3),
    ...always,
    target('runs until all is published, cold', coldRuns, tasks > 20_000 ? 2 : 1),
    ...(warm.throttleSeconds > 0 ? [target('time, warm', warm.seconds, 1.25 * warm.throttleSeconds, 's')] : []),
    ...(tasks === 100_000 ? [target('a full run', warm.seconds, 600, 's')] : []),
    target('S3 PUT, warm', warm.s3.puts, 10 + clusters + batches),
    target('S3 GET, warm', warm.s3.gets, 20 + 3 * clusters + 4 * batches),
    ...ofEvents(scenes).map(({ id, value, limit, unit }) => target(id, value, limit, unit)),
    ...(tasks > 20_000
      ? []
      : [
          target(
            'history events',
            most(({ events }) => events),
            10_000,
          ),
        ]),
    target('transitions, warm', warm.transitions, 20 + 5 * clusters + 3 * Math.ceil(tasks / 400)),
    ...(tasks < MEASURED_FROM ? [] : [target('memory, share of its function', 100 * memoryShare(fleet), 60, '%')]),
    ...money(fleet).map(({ id, value, limit, unit }) => target(id, value, limit, unit)),
    ...(fleet.quiet
      ? [
          target('event to accepted change, p50', fleet.quiet.p50, 0.9, 's'),
          target('event to accepted change, p95', fleet.quiet.p95, 1.5, 's'),
        ]
      : []),
    ...(fleet.burst ? [target('burst: runs a window', fleet.burst.runs / fleet.burst.windows, 1.1)] : []),
    ...(fleet.burst ? [target('burst: runs that fail', fleet.burst.failed, 0)] : []),
  ];
}

/** Of the function that needs the most of what it has; more than all of it where it was not enough. */
function memoryShare({ memory }: Measured): number {
  return Math.max(
    0,
    ...memory.map(({ needed = Infinity, given }) => Math.min(9.99, (needed + IDLE_MEBIBYTES) / given)),
  );
}

/** Of scenes that took several runs the last. */
function lastOf(scenes: readonly Scene[]): readonly Scene[] {
  const groups = Map.groupBy(scenes, ({ scene }) => scene.replace(/, run \d+$/, ''));
  return [...groups.values()].flatMap((group) => group.at(-1) ?? []);
}

function ofEvents(scenes: readonly Scene[]): readonly Target[] {
  const starts = scenes.filter(({ scene }) => scene.startsWith('a start'));
  const stops = scenes.filter(({ scene }) => scene.startsWith('a stop'));
  const most = (among: readonly Scene[], of: (scene: Scene) => number) => Math.max(...among.map(of));
  const all = [...starts, ...stops];
  return [
    { id: 'calls of a start', value: most(starts, callsOf), limit: 13, unit: '' },
    { id: 'transitions of a start', value: most(starts, ({ transitions }) => transitions), limit: 30, unit: '' },
    { id: 'calls of a stop, all its events', value: most(stops, callsOf), limit: 12, unit: '' },
    {
      id: 'transitions of a stop, all its events',
      value: most(stops, ({ transitions }) => transitions),
      limit: 26,
      unit: '',
    },
    { id: 'S3 PUT, an event run', value: most(all, ({ s3, ends }) => s3.puts / ends.length), limit: 8, unit: '' },
    { id: 'S3 GET, an event run', value: most(all, ({ s3, ends }) => s3.gets / ends.length), limit: 6, unit: '' },
  ];
}

/** Events that ECS sends in a day, and what a month may cost then, in USD. */
const MONEY: Readonly<Record<string, { readonly eventsPerDay: number; readonly usd: number }>> = {
  1000: { eventsPerDay: 2_000, usd: 45 },
  10000: { eventsPerDay: 20_000, usd: 250 },
};

function money(fleet: Measured): readonly Target[] {
  const load = MONEY[fleet.size];
  if (!load) return [];
  const usd = moneyOf(fleet, load.eventsPerDay).reduce((total, row) => total + row.usd, 0);
  return [{ id: `a month, ${load.eventsPerDay} events a day`, value: usd, limit: load.usd, unit: 'USD' }];
}

function ofPlanning(planned: readonly Planned[]): readonly Target[] {
  const [small, large] = planned;
  if (!small || !large) return [];
  const id = (what: string) => `planning ${large.endpoints}: ${what}`;
  return [
    { id: id('CPU'), value: large.cpu, limit: 1, unit: 's' },
    { id: id('heap'), value: large.heap, limit: 300, unit: 'MB' },
    { id: id(`growth from ${small.endpoints}`), value: large.cpu / small.cpu, limit: 11, unit: '-fold' },
  ];
}

export const callsOf = ({ calls }: Pick<Scene, 'calls'>): number => sum(Object.values(calls));
export const floorOf = ({ floor }: Pick<Scene, 'floor'>): number => sum(Object.values(floor));
