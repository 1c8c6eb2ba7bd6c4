import { SETTINGS } from '../../../functions/contracts/settings.ts';
import { isWanted } from '../../support/fleet.ts';
import { ZONE_ID } from '../../support/world.ts';
import { quantile } from '../stage/quantile.ts';
import { Fleet, type FleetTask, shapeOf } from './fleet.ts';
import { type Calls, floorOf, sum, throttleSeconds, type Work } from './floor.ts';
import { memoryOf, type StepMemory } from './memory.ts';
import { type Doings, type Stage, startStage } from './stage.ts';
import type { Transcripts } from './transcripts.ts';

/** What was done in one scene, and the least that it takes. */
export interface Scene {
  readonly scene: string;
  /** States in which its runs ended. */
  readonly ends: readonly string[];
  /** What a run that went wrong says of itself. */
  readonly fault?: string;
  /** Whether the zone says in the end what it should. */
  readonly right: boolean;
  /** Values that are missing, or that stand too many. */
  readonly wrong: number;
  readonly calls: Calls;
  readonly floor: Calls;
  readonly retries: number;
  readonly s3: Doings['s3'];
  /** States that its runs entered, all together. */
  readonly transitions: number;
  /** Of the run with the most. */
  readonly events: number;
  /** Bytes of the largest input or output of a state. */
  readonly payload: number;
  /** From the first beginning to the last end. */
  readonly seconds: number;
  /** Seconds that the calls of the floor take at that share of the account's rates. */
  readonly throttleSeconds: number;
  readonly messages: number;
  readonly steps: readonly StepUse[];
}

export interface StepUse {
  readonly step: string;
  readonly invocations: number;
  /** Milliseconds, all together and of the most. */
  readonly cpu: number;
  readonly mostCpu: number;
  /** Milliseconds from begin to end, all together. */
  readonly waited: number;
}

export interface Measured {
  readonly size: string;
  readonly tasks: number;
  readonly clusters: number;
  readonly services: number;
  readonly hosts: number;
  readonly recordSets: number;
  /** Record sets that the zone may have, where it is more than Route 53 allows unless asked. */
  readonly raisedTo?: number;
  readonly scenes: readonly Scene[];
  /** Of functions in the cold run and the warm ones. */
  readonly memory: readonly StepMemory[];
  /** Seconds from the first event to the accepted change, in quiet times. */
  readonly quiet?: { readonly samples: number; readonly p50: number; readonly p95: number };
  /** Of a burst. */
  readonly burst?: {
    readonly events: number;
    readonly windows: number;
    readonly runs: number;
    readonly failed: number;
  };
}

/** The share of the account's rates that the deployment may take, as every one that says nothing. */
export const REQUEST_SHARE = SETTINGS.requestShare.byDefault;
/** Record sets that a zone may have, unless AWS is asked for more. */
const USUAL_RECORDS = 10_000;
/** More than the share of tasks with an address of their own: those that have left keep theirs for a while. */
const OWN_ADDRESSES = 0.4;
/** Milliseconds after which every bucket is full again, and no window is open. */
const APART = 600_000;
/** Full runs after which a scene counts as not mended. */
const MOST_RUNS = 6;
const QUIET_SAMPLES = 40;
/** Events are sent by pairs of a start (two of them) and a stop (five). */
const BURST_PAIRS = 143;
const BURST_MS = 60_000;
const WINDOW_MS = 2_000;

/** All scenes of one fleet, in one world, one after the other. @param tell of each that has ended */
export async function measure(
  size: string,
  { tell, transcripts }: { readonly tell: (line: string) => void; readonly transcripts: Transcripts },
): Promise<Measured> {
  const shape = shapeOf(size);
  const wanted = shape.services + shape.hosts + OWN_ADDRESSES * shape.tasks;
  const records = Math.max(USUAL_RECORDS, Math.ceil(wanted));
  const stage = startStage({ records, seed: 1 });
  const fleet = new Fleet(stage.world, shape, 1);
  const scenes: Scene[] = [];
  const play = async (scene: string, work: (play: Play) => Promise<void>) => {
    const played = await new Play(stage, fleet).play(scene, work);
    scenes.push(played);
    tell(`${size} ${scene}: ${played.ends.join(', ')}, ${played.seconds} s`);
  };

  stage.write(transcripts);
  await play('cold', async (at) => {
    at.work({ definitions: shape.services });
    await stage.full();
  });
  for (let more = 1; more < MOST_RUNS && differences(stage, fleet) > 0; more += 1) {
    await play(`cold, run ${more + 1}`, () => stage.full());
  }
  await stage.full();
  await stage.full();
  await play('warm', () => stage.full());
  stage.write(undefined);
  stage.share(true);
  await stage.full();
  await play('warm, all known', () => stage.full());
  stage.share(false);

  const off = stage.connect();
  const [bridge, own] = [fleet.pick('bridge'), fleet.pick('fargate')];
  await play('a start', (at) => at.start(bridge));
  await play('a stop', (at) => at.stop(bridge));
  if (own) await play('a start, own address', (at) => at.start(own));
  if (own) await play('a stop, own address', (at) => at.stop(own));
  off();

  await play('a host lost', async (at) => {
    fleet.loseHost();
    at.work({});
    await stage.full();
  });
  await play('a tenth replaced', async (at) => {
    at.work({ vanished: fleet.replace(0.1) });
    await stage.full();
  });
  for (let more = 1; more < MOST_RUNS && differences(stage, fleet) > 0; more += 1) {
    await play(`a tenth replaced, run ${more + 1}`, () => stage.full());
  }
  await play("a cluster's API down", async () => {
    stage.cut('c0');
    await stage.full();
    stage.cut(undefined);
  });
  await play('throttled', async () => {
    await stage.empty();
    await stage.full();
  });
  const { quiet, burst } = size === '1000' ? await eventPath(stage, fleet) : {};
  return {
    size,
    ...shape,
    recordSets: stage.world.aws.route53.recordSets(ZONE_ID).length,
    ...(records > USUAL_RECORDS && { raisedTo: records }),
    scenes,
    memory: await memoryOf(transcripts),
    ...(quiet && { quiet }),
    ...(burst && { burst }),
  };
}

/** One scene under way. */
class Play {
  readonly #stage: Stage;
  readonly #fleet: Fleet;
  #work: Partial<Work> | undefined = {};
  #floor: Calls | undefined;

  constructor(stage: Stage, fleet: Fleet) {
    this.#stage = stage;
    this.#fleet = fleet;
  }

  /** What there is to do besides reading what stands. */
  work(work: Partial<Work>): void {
    this.#work = work;
  }

  async play(scene: string, work: (play: Play) => Promise<void>): Promise<Scene> {
    const [stage, fleet] = [this.#stage, this.#fleet];
    const { clock, aws } = stage.world;
    await clock.advance(APART - (clock.now() % APART));
    stage.forget();
    stage.take();
    const recordSets = aws.route53.recordSets(ZONE_ID).length;
    await work(this);
    const doings = stage.take();
    const floor =
      this.#floor ?? floorOf({ ...fleet.counts(), definitions: 0, recordSets, ...this.#work, changes: doings.changes });
    return { scene, ...summed(doings, floor), ...standing(stage, fleet) };
  }

  /** One more task like this one, with all that ECS says of a start. */
  async start(like: FleetTask): Promise<void> {
    const [{ clock, aws }, fleet] = [this.#stage.world, this.#fleet];
    await this.#stage.settle(() => startOne({ clock, ecs: aws.ecs.admin }, fleet, like));
    this.#floor = { DescribeTasks: 1, ListResourceRecordSets: 1, ChangeResourceRecordSets: 1 };
  }

  async stop(task: FleetTask): Promise<void> {
    const [{ clock, aws }, fleet] = [this.#stage.world, this.#fleet];
    await this.#stage.settle(() => stopOne({ clock, ecs: aws.ecs.admin }, fleet, task));
    this.#floor = { DescribeTasks: 1, ListResourceRecordSets: 1, ChangeResourceRecordSets: 1 };
  }
}

interface Life {
  readonly clock: Stage['world']['clock'];
  readonly ecs: Stage['world']['aws']['ecs']['admin'];
}

/** Milliseconds between two of its events, in the order of the lifecycle. */
const STARTING = [
  ['PENDING', 1_000],
  ['ACTIVATING', 1_000],
  ['RUNNING', 2_000],
] as const;
const STOPPING = [
  ['DEACTIVATING', 500],
  ['STOPPING', 500],
  ['DEPROVISIONING', 3_000],
] as const;

/** @returns when ECS first said that it runs */
async function startOne({ clock, ecs }: Life, fleet: Fleet, { service }: Pick<FleetTask, 'service'>): Promise<number> {
  const task = fleet.start(service, 'PROVISIONING');
  for (const [lastStatus, ms] of STARTING) {
    await clock.sleep(ms);
    ecs.updateTask(task.arn, { lastStatus });
  }
  const running = clock.now();
  await clock.sleep(500);
  // Each container and each managed agent that has started is another event.
  ecs.updateTask(task.arn, { lastStatus: 'RUNNING' });
  return running;
}

/** @returns when ECS first said that it is to stop */
async function stopOne({ clock, ecs }: Life, fleet: Fleet, task: FleetTask): Promise<number> {
  const stopped = clock.now();
  ecs.stopTask(task.arn);
  fleet.tasks.delete(task);
  for (const [lastStatus, ms] of STOPPING) {
    await clock.sleep(ms);
    ecs.updateTask(task.arn, { lastStatus });
  }
  await clock.sleep(1_000);
  fleet.stopped(task);
  return stopped;
}

async function eventPath(stage: Stage, fleet: Fleet): Promise<Pick<Measured, 'quiet' | 'burst'>> {
  const { clock, aws } = stage.world;
  const life = { clock, ecs: aws.ecs.admin };
  const off = stage.connect();
  const seconds: number[] = [];
  for (let sample = 0; sample < QUIET_SAMPLES; sample += 1) {
    await clock.advance(60_000 + Math.floor(stage.random() * WINDOW_MS));
    stage.take();
    const task = fleet.pick();
    let at = 0;
    await stage.settle(async () => {
      at = await (sample % 2 === 0 ? startOne(life, fleet, task) : stopOne(life, fleet, task));
    });
    const accepted = stage.take().changes.find((change) => change.at >= at);
    if (accepted) seconds.push((accepted.at - at) / 1_000);
  }
  await clock.advance(APART);
  stage.take();
  const from = clock.now();
  let [events, until] = [0, from];
  const uncount = aws.ecs.admin.onTaskChange(({ detail }) => {
    if (!isWanted(detail)) return;
    events += 1;
    until = clock.now();
  });
  const leaving = new Set<FleetTask>();
  while (leaving.size < BURST_PAIRS) leaving.add(fleet.pick());
  await stage.settle(() =>
    Promise.all(
      [...leaving].map(async (task) => {
        await clock.sleep(Math.floor(stage.random() * BURST_MS));
        await startOne(life, fleet, task);
        await stopOne(life, fleet, task);
      }),
    ),
  );
  uncount();
  off();
  const { runs } = stage.take();
  return {
    quiet: { samples: seconds.length, p50: quantile(seconds, 0.5), p95: quantile(seconds, 0.95) },
    burst: {
      events,
      windows: Math.ceil((until - from) / WINDOW_MS),
      runs: runs.length,
      failed: runs.filter(({ end }) => end === 'RunFailed').length,
    },
  };
}

/** Calls that are not of the three services whose floor is known. */
const OTHERS = /Message|Queue|StartExecution|PutEvents/;
const BAD_ENDS = new Set(['RunFailed', 'ZoneContended', 'RemovalsHeld', 'OutcomeUnpublished']);

function summed(doings: Doings, floor: Calls): Omit<Scene, 'scene' | 'right' | 'wrong'> {
  const { runs, invocations } = doings;
  const bad = runs.find(({ end }) => BAD_ENDS.has(end));
  const all = [...doings.calls];
  const begins = [...runs, ...invocations].map(({ from }) => from);
  const most = (values: readonly number[]) => Math.max(0, ...values);
  return {
    ends: runs.map(({ end }) => end),
    ...(bad && { fault: bad.text.slice(0, 300) }),
    calls: Object.fromEntries(all.filter(([operation]) => !OTHERS.test(operation))),
    floor,
    retries: doings.retries,
    s3: doings.s3,
    transitions: sum(runs.map(({ transitions }) => transitions)),
    events: most(runs.map(({ events }) => events)),
    payload: most(runs.map(({ payload }) => payload)),
    seconds: runs.length === 0 ? 0 : (most(runs.map(({ until }) => until)) - Math.min(...begins)) / 1_000,
    throttleSeconds: throttleSeconds(floor, REQUEST_SHARE),
    messages: sum(all.flatMap(([operation, times]) => (/Message|Queue/.test(operation) ? [times] : []))),
    steps: [...Map.groupBy(invocations, ({ step }) => step)].map(([step, of]) => ({
      step,
      invocations: of.length,
      cpu: sum(of.map(({ cpu }) => cpu)),
      mostCpu: most(of.map(({ cpu }) => cpu)),
      waited: sum(of.map(({ from, until }) => until - from)),
    })),
  };
}

function standing(stage: Stage, fleet: Fleet): Pick<Scene, 'right' | 'wrong'> {
  const wrong = differences(stage, fleet);
  return { right: wrong === 0, wrong };
}

/** How many instances are missing in the zone, or stand there too many: by name. */
function differences({ world }: Stage, fleet: Fleet): number {
  const published = new Map<string, number>();
  for (const { Type, Name = '', ResourceRecords = [] } of world.aws.route53.recordSets(ZONE_ID)) {
    if (Type === 'SRV') published.set(Name, ResourceRecords.length);
  }
  const wanted = Map.groupBy(fleet.tasks, ({ service }) => `${service.name}.shop.internal.`);
  const names = new Set([...published.keys(), ...wanted.keys()]);
  return sum([...names].map((name) => Math.abs((published.get(name) ?? 0) - (wanted.get(name)?.length ?? 0))));
}
