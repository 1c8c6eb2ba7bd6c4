import type {
  DeploymentLifecycleHook,
  DeploymentLifecycleHookStage,
  ServiceDeploymentLifecycleStage,
} from '@aws-sdk/client-ecs';
import type { HookAnswer } from './hook-answer.ts';

/** `PRE_PRODUCTION_TRAFFIC_SHIFT` is in the model's text, not in its enumeration of deployments' stages. */
export type Stage = ServiceDeploymentLifecycleStage | DeploymentLifecycleHookStage;

/** How far a deployment by stages is, as data. Revisions go by the id that their tasks carry as `startedBy`. */
export interface Progress {
  readonly status:
    | 'PENDING'
    | 'IN_PROGRESS'
    | 'SUCCESSFUL'
    | 'STOPPED'
    | 'ROLLBACK_REQUESTED'
    | 'ROLLBACK_IN_PROGRESS'
    | 'ROLLBACK_SUCCESSFUL'
    | 'ROLLBACK_FAILED';
  /** Why it is where it is, where there is something to say. */
  readonly reason?: string;
  /** The stage that it is at, or was at when it ended. */
  readonly stage?: Stage;
  /** Those that come then. */
  readonly ahead: readonly Stage[];
  /** What waits at this stage. */
  readonly calls: readonly HookCall[];
  /** When the bake time is over, ms. */
  readonly bakedAt?: number;
  /** The new revision. */
  readonly target: string;
  /** The one that a failure goes back to; absent where none has ever been deployed. */
  readonly back?: string;
  readonly revisions: readonly Revision[];
  readonly rollback?: { readonly reason: string; readonly startedAt: Date };
}

export interface Revision {
  readonly id: string;
  /** Whether the desired count of it is to run, or nothing. */
  readonly isWanted: boolean;
  /** Requested weights in percent. */
  readonly production: number;
  readonly test: number;
}

/** A hook at the stage; times in ms. */
export interface HookCall {
  readonly id: string;
  readonly hook: DeploymentLifecycleHook;
  readonly status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly callAt: number;
  readonly expiresAt: number;
}

/** What a deployment is surrounded by. */
export interface Surroundings {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long a minute of bake times and hooks lasts, ms. */
  readonly minuteMs: number;
  readonly bakeTimeInMinutes: number;
  readonly hooks: readonly DeploymentLifecycleHook[];
  /** Of this revision all tasks that are desired run, and are healthy where they have a check. */
  readonly isServing: (revision: string) => boolean;
  /** Of this revision no task runs any more. */
  readonly isGone: (revision: string) => boolean;
}

export type Next =
  | { readonly kind: 'go'; readonly progress: Progress }
  | { readonly kind: 'call'; readonly call: HookCall }
  /** Until the clock says so, in ms; or until a task changes. */
  | { readonly kind: 'wait'; readonly until?: number };

/** In the order of AWS (deployment-lifecycle-hooks). */
const FORWARD: readonly Stage[] = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
];

/** A hook without a timeout of its own may take a day, in minutes (API_DeploymentLifecycleHookTimeoutConfiguration). */
const USUAL_TIMEOUT = 1_440;

export const isUnderWay = ({ status }: Progress): boolean =>
  status === 'PENDING' ||
  status === 'IN_PROGRESS' ||
  status === 'ROLLBACK_REQUESTED' ||
  status === 'ROLLBACK_IN_PROGRESS';

const isGoingBack = ({ status }: Progress): boolean => status === 'ROLLBACK_IN_PROGRESS';

/** The revision that is to be the only one. */
export const winnerOf = (progress: Progress): string =>
  isGoingBack(progress) || progress.status === 'ROLLBACK_SUCCESSFUL'
    ? (progress.back ?? progress.target)
    : progress.target;

/** @param sources what has run until now; `isCompleted` says of which a deployment has ever been complete */
export function begin(target: string, sources: readonly Revision[], isCompleted: (id: string) => boolean): Progress {
  const back = sources.find(({ id }) => isCompleted(id))?.id;
  const stages = FORWARD.filter((stage) => stage !== 'RECONCILE_SERVICE' || sources.length > 1);
  return {
    status: 'PENDING',
    ahead: stages,
    calls: [],
    target,
    ...(back === undefined ? {} : { back }),
    revisions: [{ id: target, isWanted: false, production: 0, test: 0 }, ...sources],
  };
}

/** What happens next. Pure; again with what came of it until it waits. Asked only while the deployment is under way. */
export function next(progress: Progress, around: Surroundings): Next {
  if (progress.status === 'PENDING') return go(enter({ ...progress, status: 'IN_PROGRESS' }, around));
  if (progress.status === 'ROLLBACK_REQUESTED') return go(goBack(progress, 'Rollback was requested.', around));
  const { now } = around;
  const expired = progress.calls.find((call) => call.status === 'IN_PROGRESS' && call.expiresAt <= now);
  if (expired) return go(withCall(progress, { ...expired, status: 'TIMED_OUT' }));
  const failed = progress.calls.find(isFailed);
  if (failed) return go(fail(progress, failureOf(failed, progress), around));
  const open = progress.calls.filter(({ status }) => status === 'IN_PROGRESS');
  const due = open.find(({ callAt }) => callAt <= now);
  if (due) return { kind: 'call', call: due };
  if (open.length > 0) {
    return { kind: 'wait', until: Math.min(...open.flatMap(({ callAt, expiresAt }) => [callAt, expiresAt])) };
  }
  return isOver(progress, around) ? go(onward(progress, around)) : waitAt(progress);
}

/** What becomes of a call by its answer. */
export function answered(progress: Progress, call: HookCall, answer: HookAnswer, around: Surroundings): Progress {
  const { status } = answer;
  const callAt = around.now + (answer.callBackDelay * around.minuteMs) / 60;
  return withCall(progress, { ...call, status, ...(status === 'IN_PROGRESS' && { callAt }) });
}

/** Another deployment of the service has taken its place. */
export function replaced(progress: Progress): Progress {
  return { ...progress, status: 'STOPPED', ahead: [], calls: [], reason: 'Replaced by another service deployment.' };
}

const go = (progress: Progress): Next => ({ kind: 'go', progress });

const waitAt = ({ stage, bakedAt }: Progress): Next =>
  stage === 'BAKE_TIME' && bakedAt !== undefined ? { kind: 'wait', until: bakedAt } : { kind: 'wait' };

function isOver(progress: Progress, { now, isServing, isGone }: Surroundings): boolean {
  const { stage, bakedAt = now, revisions } = progress;
  if (stage === 'SCALE_UP') return isServing(winnerOf(progress));
  if (stage === 'BAKE_TIME') return bakedAt <= now;
  if (stage === 'CLEAN_UP') return revisions.every(({ id, isWanted }) => isWanted || isGone(id));
  return true;
}

function onward(progress: Progress, around: Surroundings): Progress {
  if (progress.ahead.length > 0) return enter(progress, around);
  return { ...progress, status: isGoingBack(progress) ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL', calls: [] };
}

/** Goes to the first stage ahead, with what begins there. */
function enter({ bakedAt: _, ...progress }: Progress, { now, minuteMs, hooks, bakeTimeInMinutes }: Surroundings) {
  const [stage, ...ahead] = progress.ahead;
  const called = hooks.filter(({ lifecycleStages }) => lifecycleStages?.some((one) => one === stage));
  const entered: Progress = {
    ...progress,
    ...(stage && { stage }),
    ahead,
    revisions: progress.revisions.map((one) => revisionAt(stage, one, progress)),
    calls: called.map((hook, index): HookCall => {
      const minutes = hook.timeoutConfiguration?.timeoutInMinutes ?? USUAL_TIMEOUT;
      const expiresAt = now + minutes * minuteMs;
      return { id: `${progress.status}/${stage}/${index}`, hook, status: 'IN_PROGRESS', callAt: now, expiresAt };
    }),
  };
  return stage === 'BAKE_TIME' ? { ...entered, bakedAt: now + bakeTimeInMinutes * minuteMs } : entered;
}

/** What a revision gets at a stage; in a rollback the weights are exchanged. */
function revisionAt(stage: Stage | undefined, revision: Revision, progress: Progress): Revision {
  const isBack = isGoingBack(progress);
  const isWinner = revision.id === winnerOf(progress);
  switch (stage) {
    case 'SCALE_UP':
      return isWinner ? { ...revision, isWanted: true } : revision;
    case 'TEST_TRAFFIC_SHIFT':
      return { ...revision, test: isWinner && !isBack ? 100 : 0 };
    case 'PRODUCTION_TRAFFIC_SHIFT':
      return { ...revision, production: isWinner ? 100 : 0 };
    case 'CLEAN_UP':
      return { ...revision, isWanted: isWinner, test: 0 };
    default:
      return revision;
  }
}

function isFailed({ status, hook }: HookCall): boolean {
  const goesOn = hook.timeoutConfiguration?.action === 'CONTINUE';
  return status === 'FAILED' || (status === 'TIMED_OUT' && !goesOn);
}

const failureOf = ({ hook, status }: HookCall, { stage }: Progress): string =>
  `Lifecycle hook ${hook.hookTargetArn} ${status === 'FAILED' ? 'failed' : 'timed out'} at ${stage}.`;

function fail(progress: Progress, reason: string, around: Surroundings): Progress {
  if (!isGoingBack(progress)) return goBack(progress, reason, around);
  return { ...progress, status: 'ROLLBACK_FAILED', reason, calls: [], ahead: [] };
}

/** The stages whose traffic has moved are passed again, then what is not wanted any more is stopped. */
function goBack(progress: Progress, reason: string, around: Surroundings): Progress {
  const { back, target, revisions } = progress;
  const kept = revisions.find(({ id }) => id === back);
  if (!kept) {
    const lost = `${reason} No rollback candidate was found to run the rollback.`;
    return { ...progress, status: 'ROLLBACK_FAILED', reason: lost, calls: [], ahead: [] };
  }
  const isTested = revisions.some(({ id, test }) => id === target && test > 0);
  const ahead: Stage[] = [
    ...(kept.isWanted ? [] : (['SCALE_UP'] as const)),
    ...(kept.production === 100 ? [] : (['PRODUCTION_TRAFFIC_SHIFT'] as const)),
    ...(isTested ? (['TEST_TRAFFIC_SHIFT'] as const) : []),
    'CLEAN_UP',
  ];
  const rollback = { reason, startedAt: new Date(around.now) };
  return enter({ ...progress, status: 'ROLLBACK_IN_PROGRESS', reason, rollback, ahead }, around);
}

function withCall(progress: Progress, call: HookCall): Progress {
  return { ...progress, calls: progress.calls.map((one) => (one.id === call.id ? call : one)) };
}
