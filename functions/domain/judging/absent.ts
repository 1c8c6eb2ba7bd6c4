import { type InventoryEntry, LAST_SEEN_LAG } from '../reading/inventory.ts';
import { isPermitted, type Permit } from '../reading/permitted.ts';
import type { ClusterReading, HostFate, TaskFate } from '../reading/reading.ts';
import type { PublishedReason, RemovedReason } from '../words/reason.ts';

/** ECS keeps stopped tasks describable for an hour at least: MISSING after that means stopped. */
export const STOPPED_STAYS_DESCRIBABLE = 60 * 60_000;

export type Explanation =
  | { readonly action: 'remove'; readonly reason: RemovedReason }
  | { readonly action: 'hold'; readonly reason: PublishedReason };

export interface AbsenceFacts {
  readonly kind: 'full' | 'event';
  readonly now: number;
  readonly taskFate: (task: string) => TaskFate | undefined;
  readonly hostFate: (containerInstance: string) => HostFate | undefined;
  /** `unread` for clusters that this run did not read. */
  readonly cluster: (arn: string) => ClusterReading;
  readonly anyClusterUnread: boolean;
  /** Why a cluster was not read, where that is known. */
  readonly whyUnread?: (cluster: string) => string | undefined;
  /** We had so many values that the guard judges, and the reading shows no task at all. */
  readonly nothingListed: boolean;
  /** Addresses of stopped awsvpc tasks that another interface holds by now. */
  readonly addressTaken: (task: string) => boolean;
  /** Event runs: what the full plan, of which this is a slice, has decided about the value. */
  readonly permit?: Permit;
}

/**
 * Explains why a value of ours whose task is not listed may leave, or why it stays (design, section 4).
 *
 * | known of its task                                   | full run               | event run          |
 * | --------------------------------------------------- | ---------------------- | ------------------ |
 * | nothing, every cluster read                         | `unexplained`          | `held-until-full`  |
 * | nothing, some cluster unread                        | `held-unattributed`    | `held-until-full`  |
 * | nothing, a claim of the name runs nobody tells where | `held-unattributed`   | `held-until-full`  |
 * | its cluster was not read                            | `held-unread`          | `held-until-full`  |
 * | STOPPED or stopping                                 | `task-stopped`         | `task-stopped`     |
 * | the same of a run that only planned, not RUNNING now | `task-stopped`        | `held-until-full`  |
 * | stopped, but another interface has its address      | `task-stopped`         | `held-until-full`  |
 * | MISSING an hour or more after it was last seen      | `task-stopped`         | `held-until-full`  |
 * | its cluster was only asked, and says nothing of it  | `held-unread`          | `held-until-full`  |
 * | EC2 says terminated, or its instance is INACTIVE    | `host-gone`            | `held-until-full`  |
 * | RUNNING, and its host is not known to be gone       | `held-contradiction`   | `held-until-full`  |
 * | anything else                                       | `unexplained`          | `held-until-full`  |
 *
 * Where we had many values and the reading shows no task at all, an empty answer is the likelier explanation: only
 * STOPPED or stopping explains then, and RUNNING contradicts whatever is said of the host. What is RUNNING is never
 * `unexplained`, so that nobody is asked to approve its removal.
 *
 * A slice of a full run obeys the rules of event runs, and makes what its full plan has decided (`permit`) where its own
 * reading explains it in the same way, unless another interface has the address.
 *
 * @param unplaced whether something that claims the name runs, and the answers do not tell where
 */
export function explainAbsence(entry: InventoryEntry | undefined, facts: AbsenceFacts, unplaced = false): Explanation {
  const untilFull: Explanation = { action: 'hold', reason: 'held-until-full' };
  const explained = entry ? explainRemembered(entry, facts) : explainUnknown(unplaced || facts.anyClusterUnread);
  if (facts.kind === 'full') return explained;
  if (explained.action === 'hold' || (entry && facts.addressTaken(entry.task))) return untilFull;
  const stopped = entry !== undefined && facts.taskFate(entry.task) === 'stopped';
  const { reason } = explained;
  return stopped || isPermitted(facts.permit, { reason, ...(entry && { task: entry.task }) }) ? explained : untilFull;
}

function explainUnknown(mayBeSomebodys: boolean): Explanation {
  return mayBeSomebodys ? { action: 'hold', reason: 'held-unattributed' } : { action: 'remove', reason: 'unexplained' };
}

function explainRemembered(entry: InventoryEntry, facts: AbsenceFacts): Explanation {
  const cluster = facts.cluster(entry.cluster);
  if (cluster === 'unread') return { action: 'hold', reason: 'held-unread' };
  const fate = facts.taskFate(entry.task) ?? 'unknown';
  const toldBefore = entry.stoppedAt !== undefined && fate !== 'running';
  if (fate === 'stopped' || toldBefore) return { action: 'remove', reason: 'task-stopped' };
  const longUnseen = facts.now - entry.lastSeen >= STOPPED_STAYS_DESCRIBABLE + LAST_SEEN_LAG;
  const longMissing = fate === 'missing' && longUnseen && !facts.nothingListed;
  if (longMissing) return { action: 'remove', reason: 'task-stopped' };
  if (cluster === 'asked') return { action: 'hold', reason: 'held-unread' };
  const host = entry.containerInstance === undefined ? 'live' : facts.hostFate(entry.containerInstance);
  if (host === 'gone' && !facts.nothingListed) return { action: 'remove', reason: 'host-gone' };
  return fate === 'running'
    ? { action: 'hold', reason: 'held-contradiction' }
    : { action: 'remove', reason: 'unexplained' };
}
