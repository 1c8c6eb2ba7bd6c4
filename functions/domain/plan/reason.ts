/** Why a value stands in the zone (design, section 4: the lists are closed). */
export const PUBLISHED_REASONS = [
  'running',
  'healthy',
  'held-unread',
  'held-unattributed',
  'held-panic',
  'held-prober',
  'held-contradiction',
  'held-guard',
  'held-no-address',
  'held-quarantined',
  'held-contended',
  'held-until-full',
] as const;
export type PublishedReason = (typeof PUBLISHED_REASONS)[number];

/** Why a value leaves the zone. */
export const REMOVED_REASONS = [
  'task-stopped',
  'host-gone',
  'unhealthy',
  'unexplained',
  'ignored',
  'replaced',
  'over-capacity',
  'withdrawn',
] as const;
export type RemovedReason = (typeof REMOVED_REASONS)[number];

/** Why a declared instance is not in the zone. */
export const LEFT_OUT_REASONS = [
  'invalid-name',
  'invalid-port',
  'invalid-value',
  'reserved-name',
  'ignored',
  'no-binding',
  'no-address',
  'no-definition',
  'starting',
  'stopping',
  'host-gone',
  'unhealthy',
  'unprobed',
  'over-capacity',
  'conflict',
  'quarantined',
  'withdrawn',
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

/** What a run decided about one value or one declared instance; each carries exactly one reason (L6). */
export type Disposition = {
  /** Fully qualified owner name; the text as it was declared where it is no valid name. */
  readonly name: string;
  readonly target?: string;
  readonly port?: number;
  /** Task ARN, where it is known. */
  readonly task?: string;
  /** For people: the text that was given, the last cause of a failing check. */
  readonly detail?: string;
} & (
  | { readonly outcome: 'published'; readonly reason: PublishedReason; readonly isNew?: boolean }
  | { readonly outcome: 'removed'; readonly reason: RemovedReason }
  | { readonly outcome: 'left-out'; readonly reason: LeftOutReason }
);
