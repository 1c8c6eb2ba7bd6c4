import { PRODUCTION_STAGE, type RevisionShares, startedByOf, TEST_STAGE } from '../ecs/deployment.ts';
import { type KeptShift, PROPAGATION } from './kept-shift.ts';

/** What ECS says when it calls the hook. Compared with what is read, and never published (L3). */
export interface HookCall {
  readonly stage: string;
  /** ARN of the service. */
  readonly service: string;
  /** ARN of the deployment. */
  readonly deployment: string;
  /** ARN of the revision that the deployment brings, in a rollback too. */
  readonly target: string;
  /** Of production traffic that the target is to have, in percent; absent: ECS does not say. */
  readonly weight?: number | undefined;
  readonly testName?: string | undefined;
}

/** What the hook has read. */
export interface HookReading {
  /** Which revisions serve by what ECS says of the deployment now. */
  readonly shares: RevisionShares;
  /** What runs have brought about for the service. */
  readonly kept?: KeptShift | undefined;
  /** Of Route 53, of the changes of `kept`; `lost`: it does not know them. Absent: nobody has asked. */
  readonly changes?: 'insync' | 'pending' | 'unread' | 'lost' | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** There is no answer that makes ECS roll back: the timeout of the hook does that. */
export type HookAnswer =
  | { readonly status: 'SUCCEEDED'; readonly why: string }
  | {
      readonly status: 'IN_PROGRESS';
      /** Seconds until ECS calls again. */
      readonly delay: number;
      readonly why: string;
      /** Whether a run is to look at the service. */
      readonly wakes?: true;
      /** Whether it is to be remembered that Route 53 is in sync as of now. */
      readonly notesSync?: true;
    };

/** Seconds until ECS calls again: where something is under way, and where nobody understands what. */
export const SOON = 10;
export const LATER = 60;
/** Seconds that ECS is asked to wait at most: no longer one is documented. */
const LONGEST = 300;

/** Stages at which DNS has nothing to do (ECS API model, DeploymentLifecycleHook). */
const OTHER_STAGES = new Set([
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
]);

/**
 * Whether a stage of a deployment is over.
 *
 * | the call, and what was read                                        | answer                              |
 * | ------------------------------------------------------------------ | ----------------------------------- |
 * | another stage that ECS has hooks for                               | SUCCEEDED                           |
 * | the test stage, without a test name                                | SUCCEEDED                           |
 * | a stage that nobody knows                                          | IN_PROGRESS 60 s                    |
 * | every revision serves: the service is not one that DNS shifts      | IN_PROGRESS 60 s                    |
 * | nobody can tell which serves, or ECS shows an earlier stage        | IN_PROGRESS 10 s                    |
 * | no weight for the target, while ECS shows no rollback yet          | IN_PROGRESS 10 s                    |
 * | a rollback that has no revision to go back to                      | SUCCEEDED: nothing could serve      |
 * | nothing kept, or of another deployment, direction or revision      | IN_PROGRESS 10 s, a run is woken    |
 * | kept, and Route 53 is not in sync, or does not say                 | IN_PROGRESS 10 s                    |
 * | in sync, seen for the first time                                   | IN_PROGRESS for the TTL, remembered |
 * | in sync, or the changes lost for 60 s, and less than the TTL passed | IN_PROGRESS for what is left of it |
 * | the TTL has passed                                                 | SUCCEEDED                           |
 */
export function hookAnswer(call: HookCall, reading: HookReading): HookAnswer {
  const { shares, kept, changes, now } = reading;
  const open = stageOf(call, shares);
  if ('status' in open) return open;
  if (!kept || !isReached(open, kept)) {
    return { ...soon('no run has brought the zone to this stage yet'), wakes: true };
  }
  if (changes !== 'insync' && changes !== 'lost') return soon('Route 53 is not in sync yet, or does not say so');
  const since = changes === 'lost' ? kept.appliedAt + PROPAGATION * 1_000 : kept.insyncAt;
  if (since === undefined && kept.ttl > 0) {
    return { ...until(kept.ttl), notesSync: true };
  }
  const left = Math.ceil(((since ?? now) + kept.ttl * 1_000 - now) / 1_000);
  return left > 0
    ? until(left)
    : { status: 'SUCCEEDED', why: 'the zone has shifted, and the TTL of what it said before has passed' };
}

/** Whether `kept` is of a stage, so that it is worth asking Route 53 for its changes. */
export const isWorthAsking = (call: HookCall, { shares, kept }: Pick<HookReading, 'shares' | 'kept'>): boolean => {
  const open = stageOf(call, shares);
  return !('status' in open) && kept !== undefined && isReached(open, kept);
};

/** What has to stand for a stage to be over. */
interface OpenStage extends Pick<KeptShift, 'deployment' | 'direction' | 'serving' | 'tested'> {}

function stageOf(call: HookCall, shares: RevisionShares): OpenStage | HookAnswer {
  const { stage, deployment, testName } = call;
  const isTest = stage === TEST_STAGE;
  if (OTHER_STAGES.has(stage)) return { status: 'SUCCEEDED', why: `nothing is to be done at ${stage}` };
  if (!isTest && stage !== PRODUCTION_STAGE) return later(`the stage ${stage} is not known`);
  if (isTest && testName === undefined) return { status: 'SUCCEEDED', why: 'the hook carries no testName' };
  if (shares.kind === 'all') return later(shares.why ?? 'its service is not one that DNS shifts');
  const { direction, phase } = shares;
  if (shares.kind === 'unknown' || !direction) return soon(shares.why ?? 'nobody can tell which revision serves');
  if (shares.deployment !== deployment) return soon('another deployment is under way');
  if (direction === 'forward' && call.weight === 0 && !isTest) return soon('ECS does not show the rollback yet');
  if (isTest) {
    const tested = shares.test;
    if (direction === 'forward' && tested.length === 0) return soon('ECS does not show this stage yet');
    return { deployment, direction, tested };
  }
  if (phase === 'before') return soon('ECS does not show this stage yet');
  if (shares.production.length === 0) return { status: 'SUCCEEDED', why: 'there is no revision to go back to' };
  if (direction === 'forward' && !shares.production.includes(startedByOf(call.target)))
    return soon('ECS shows another revision as the target');
  return { deployment, direction, serving: shares.production };
}

const isReached = ({ deployment, direction, serving, tested }: OpenStage, kept: KeptShift): boolean =>
  kept.deployment === deployment &&
  kept.direction === direction &&
  (serving === undefined || isAmong(kept.serving, serving)) &&
  (tested === undefined || isAmong(kept.tested, tested));

/** Revisions that have no tasks stand nowhere; some of those that are wanted do, if any are. */
const isAmong = (stands: readonly string[] | undefined, wanted: readonly string[]): boolean => {
  if (!stands || wanted.length === 0) return stands?.length === 0;
  return stands.length > 0 && stands.every((id) => wanted.includes(id));
};

const soon = (why: string) => ({ status: 'IN_PROGRESS', delay: SOON, why }) as const;
const later = (why: string) => ({ status: 'IN_PROGRESS', delay: LATER, why }) as const;
const until = (seconds: number) =>
  ({
    status: 'IN_PROGRESS',
    delay: Math.min(seconds, LONGEST),
    why: `clients may go on with what they were told before for ${seconds} s`,
  }) as const;
