import { setTimeout as sleep } from 'node:timers/promises';
import { startSchedules } from '../../examples/local/cloud/schedule.ts';
import { type Stage, startStage } from '../bench/stage/stage.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import { outOfSync, stillBusy, violations } from './checks.ts';
import { startPerson } from './person.ts';
import { startTally, type Tally } from './tally.ts';
import { startTasks } from './tasks.ts';
import { startWeather } from './weather.ts';

export interface SoakOptions {
  /** Seconds of disturbance. */
  readonly seconds: number;
  /** Of all choices; how they interleave is up to the machine. */
  readonly seed: number;
  /** Takes a line about every five seconds. */
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface SoakResult extends Tally {
  readonly ok: boolean;
  /** What is not as it must be, one line each. */
  readonly violations: readonly string[];
  readonly seed: number;
  readonly tasks: { readonly started: number; readonly stopped: number };
  readonly edits: { readonly made: number; readonly refused: number };
  readonly throttles: number;
  /** Until nothing ran and nothing waited after the disturbance, in seconds. */
  readonly quietAfter: number;
}

/** Task changes a second, and the mean pause between two edits by hand in milliseconds. */
const PACE = { changes: 5, editMs: 1_500 } as const;
/** Full runs of each deployment, in milliseconds between two: shorter than some of them take, so that they overlap. */
const FULL_RUNS_MS = 10_000;
/** What EventBridge does to deliveries: it promises "at least once", in no order. */
const DELIVERIES = { loss: 0.1, duplicates: 0.15, delayMs: 3_000 } as const;
/** What SQS does to the queue; whether replaced handles work is drawn, since nobody knows. */
const QUEUES = { shuffle: 0.5, duplicates: 0.1, emptyShortPolls: 0.3, countLagMs: 60_000 } as const;
const PROGRESS_MS = 5_000;
/** Until all is quiet, at most: what was throttled comes again with a backoff, an asynchronous event after a minute. */
const QUIET_MS = 150_000;
/** Quiet for so long: whatever was on its way would have shown. */
const SETTLED_MS = 4_000;
const LOOK_MS = 250;
/** All in all, beside the disturbance. */
export const AROUND_MS = 60_000 + QUIET_MS + 60_000;

/**
 * Two deployments, a person and hundreds of tasks in one zone, over HTTP; then quiet, one full run of each deployment,
 * and the checks. Nothing outlives it.
 */
export async function soak({ seconds, seed, progress, signal }: SoakOptions): Promise<SoakResult> {
  const weather = startWeather(seeded(seed));
  const others = [{ stackName: 'Other', owner: 'other' }];
  const stage = await startStage({ intercept: weather.intercept, others, signal });
  const counting = startTally(stage);
  try {
    const tasks = startTasks(stage, seeded(seed + 1));
    const person = startPerson(stage, seeded(seed + 2));
    const begun = Date.now();
    const line = (what: string): void =>
      progress(
        `${time(begun)} ${what}: ${describe(counting.tally(), weather.throttles)}; ${tasks.started} started, ${tasks.stopped} stopped`,
      );
    const ticker = setInterval(() => line(`${outOfSync(stage, tasks).length} differences`), PROGRESS_MS);
    try {
      await disturb(stage, { act: tasks.act, edit: person.act, until: begun + seconds * 1_000, seed, signal });
      tasks.finish();
      weather.clear();
      stage.cloud.events.admin.setFaults({ loss: 0, duplicates: 0, delayMs: 0 });
      stage.cloud.sqs.admin.setFaults({ shuffle: 0, duplicates: 0, emptyShortPolls: 0 });

      const calm = Date.now();
      const busy = await untilQuiet(stage, AbortSignal.any([signal, AbortSignal.timeout(QUIET_MS)]));
      const quietAfter = Math.round((Date.now() - calm - (busy.length > 0 ? 0 : SETTLED_MS)) / 100) / 10;
      line('quiet');
      const last = await fullRuns(stage, signal);
      const wrong = [...busy, ...last, ...violations(stage, { tasks, person })];
      return {
        ok: wrong.length === 0,
        violations: wrong,
        seed,
        tasks: { started: tasks.started, stopped: tasks.stopped },
        edits: { made: person.edits, refused: person.refused },
        throttles: weather.throttles,
        quietAfter,
        ...counting.tally(),
      };
    } finally {
      clearInterval(ticker);
      tasks.finish();
    }
  } finally {
    counting.end();
    await stage.close();
  }
}

interface Disturbance {
  readonly act: () => void;
  readonly edit: () => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Everything at once: tasks, a person, lost and late events, and full runs that overlap. */
async function disturb(stage: Stage, { act, edit, until, seed, signal }: Disturbance): Promise<void> {
  const { cloud, deployed } = stage;
  const random = seeded(seed + 3);
  cloud.events.admin.setFaults(DELIVERIES);
  cloud.sqs.admin.setFaults({ ...QUEUES, oldHandlesWork: random() < 0.5 });
  const schedules = deployed.flatMap(({ deployment }) => deployment.schedules);
  const endSchedules = startSchedules(
    schedules,
    (start) => cloud.clients.stepFunctions.startExecution(start),
    FULL_RUNS_MS,
  );
  const goesOn = () => Date.now() < until && !signal.aborted;
  const every = async (meanMs: number, what: () => void | Promise<void>): Promise<void> => {
    while (goesOn()) {
      await what();
      await sleep(random() * 2 * meanMs, undefined, { signal }).catch(() => {});
    }
  };
  try {
    await Promise.all([every(1_000 / PACE.changes, act), every(PACE.editMs, edit)]);
  } finally {
    endSchedules();
  }
  signal.throwIfAborted();
}

/** @returns what still goes on when the signal aborts; nothing otherwise */
async function untilQuiet(stage: Stage, signal: AbortSignal): Promise<readonly string[]> {
  await stage.cloud.events.admin.settle();
  for (let since = Date.now(); Date.now() - since < SETTLED_MS; ) {
    const busy = stillBusy(stage);
    if (busy.length > 0) since = Date.now();
    if (signal.aborted) return busy.map((one) => `not quiet in time: ${one}`);
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
  return [];
}

/** One full run of each deployment, to its end. @returns those that did not succeed */
async function fullRuns(stage: Stage, signal: AbortSignal): Promise<readonly string[]> {
  const { cloud, deployed, executions } = stage;
  const started = await Promise.all(
    deployed.map(({ deployment }) =>
      cloud.clients.stepFunctions.startExecution({ stateMachineArn: deployment.stateMachine.arn, input: '{}' }),
    ),
  );
  const arns = started.map(({ executionArn = '' }) => executionArn);
  const statuses = () => arns.map((arn) => executions.get(arn)?.status ?? 'RUNNING');
  while (statuses().includes('RUNNING') && !signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
  return arns.flatMap((arn) => {
    const { name = arn, status = 'RUNNING', error = '', cause = '' } = executions.get(arn) ?? {};
    return status === 'SUCCEEDED' ? [] : [`the last full run ${name} ended ${status} ${error} ${cause.slice(0, 300)}`];
  });
}

const time = (begun: number): string => `${String(Math.round((Date.now() - begun) / 1_000)).padStart(4)} s`;

function describe({ events, executions, rounds }: Tally, throttles: number): string {
  const ends = Object.entries(executions).map(([end, count]) => `${count} ${end}`);
  return `events ${events.delivered} delivered, ${events.lost} lost, ${events.repeated} repeated; executions ${ends.join(', ') || 'none'}; ${rounds} rounds, ${throttles} throttles`;
}
