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

/**
 * Why a declared instance is not in the zone, and what its declaration is to the zone nevertheless.
 *
 * | kind     | claims a name of the zone | cured by                                  |
 * | -------- | ------------------------- | ----------------------------------------- |
 * | `claim`  | yes                       | time, people, another run                 |
 * | `faulty` | no, whatever it says      | another task definition                   |
 * | `silent` | no                        | nobody can tell what its task declares    |
 */
const LEFT_OUT = {
  'invalid-name': 'faulty',
  'invalid-port': 'faulty',
  'invalid-value': 'faulty',
  'too-many': 'faulty',
  'reserved-name': 'faulty',
  ignored: 'claim',
  'no-binding': 'claim',
  'no-address': 'claim',
  'no-definition': 'silent',
  starting: 'claim',
  stopping: 'claim',
  'host-gone': 'claim',
  unhealthy: 'claim',
  unprobed: 'claim',
  'over-capacity': 'claim',
  conflict: 'claim',
  quarantined: 'claim',
  withdrawn: 'claim',
} as const;
export type LeftOutReason = keyof typeof LEFT_OUT;
export const LEFT_OUT_REASONS = Object.keys(LEFT_OUT) as readonly LeftOutReason[];

/** Reasons of declarations that only another task definition cures. */
export type DeclarationFaultReason = {
  [R in LeftOutReason]: (typeof LEFT_OUT)[R] extends 'faulty' ? R : never;
}[LeftOutReason];

/**
 * Whether a declaration claims a name of the zone. The name of one that does not is a text like any other: nothing is
 * looked up by it.
 */
export const claimsName = ({ left }: { readonly left?: { readonly reason: LeftOutReason } }): boolean =>
  left === undefined || LEFT_OUT[left.reason] === 'claim';

/** Whether a disposition tells of a declaration that only another task definition cures. */
export const isDeclarationFault = ({ outcome, reason }: Pick<Disposition, 'outcome' | 'reason'>): boolean =>
  outcome === 'left-out' && LEFT_OUT[reason as LeftOutReason] === 'faulty';

/** What a run decided about one value or one declared instance; each carries exactly one reason (L6). */
export type Disposition = {
  /** Fully qualified owner name; where the declaration claims none, what it says, printable and bounded. */
  readonly name: string;
  readonly target?: string;
  readonly port?: number;
  /** Task ARN, where it is known. */
  readonly task?: string;
  /** For people, printable, at most 200 characters: the text that was given, the last cause of a failing check. */
  readonly detail?: string;
} & (
  | { readonly outcome: 'published'; readonly reason: PublishedReason; readonly isNew?: boolean }
  | { readonly outcome: 'removed'; readonly reason: RemovedReason }
  | { readonly outcome: 'left-out'; readonly reason: LeftOutReason }
);
