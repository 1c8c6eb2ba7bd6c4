import { idOf, type UnexplainedRemoval } from '../reading/held.ts';
import type { Disposition } from '../words/reason.ts';

/** A removal that was approved and that the run, which looked again first, has not made. */
export interface LeftStanding extends Pick<UnexplainedRemoval, 'name' | 'value'> {
  /** Why it stands: the reason code of the published value. */
  readonly reason: string;
  readonly detail?: string;
}

/** A list of held removals, as a person has approved it. */
export interface ApprovedRemovals {
  /** Names the list. */
  readonly hash: string;
  readonly removals: readonly UnexplainedRemoval[];
}

/** What a run holds, and under which hash. */
export interface Held {
  readonly held: readonly unknown[];
  readonly heldHash?: string;
}

/** What became of the list of removals that a person has approved. */
export interface Approval {
  readonly hash: string;
  readonly approved: number;
  /** Left in this run: without an explanation, as approved, or for a reason of their own. */
  readonly removed: number;
  readonly standing: readonly LeftStanding[];
}

/**
 * Compares an approved list with what the run did, endpoint by endpoint.
 *
 * | the run says of it | so it is                                             |
 * | ------------------ | ---------------------------------------------------- |
 * | published          | left standing, with that reason                      |
 * | removed            | removed                                              |
 * | nothing            | neither: it had left before this run                 |
 */
export function approvalOf({ hash, removals }: ApprovedRemovals, dispositions: readonly Disposition[]): Approval {
  const said = Map.groupBy(dispositions, ({ name, target, port }) => `${name} ${target}:${port}`);
  const about = ({ name, key }: UnexplainedRemoval) => said.get(`${name} ${key}`) ?? [];
  const standing = removals.flatMap((removal): readonly LeftStanding[] => {
    const published = about(removal).find(({ outcome }) => outcome === 'published');
    if (!published) return [];
    const { reason, detail } = published;
    return [{ name: removal.name, value: removal.value, reason, ...(detail !== undefined && { detail }) }];
  });
  const stands = new Set(standing.map(idOf));
  const removed = removals.filter(
    (removal) => !stands.has(idOf(removal)) && about(removal).some(({ outcome }) => outcome === 'removed'),
  );
  return { hash, approved: removals.length, removed: removed.length, standing };
}

/**
 * For people: what of an approved list had left before, what was left standing and why, and what is held still; nothing
 * where the run has removed all of it.
 */
export function approvalFindings(
  { hash, approved, removed, standing }: Approval,
  { held, heldHash = '' }: Held,
): readonly string[] {
  const before = approved - removed - standing.length;
  const still = held.length === 0 ? 'nothing is held any more' : `held still: ${held.length} under ${heldHash}`;
  const left = `of ${approved} removals approved as ${hash} ${before} had been made before this run; ${still}`;
  return [...(before > 0 ? [left] : []), ...standingFindings({ hash, approved, standing })];
}

function standingFindings({ hash, approved, standing }: Omit<Approval, 'removed'>): readonly string[] {
  const [first] = standing;
  if (!first) return [];
  const reasons = [...Map.groupBy(standing, ({ reason }) => reason)].map(([reason, all]) => `${all.length} ${reason}`);
  return [
    `of ${approved} removals approved as ${hash} ${standing.length} were not made: ${reasons.join(', ')}; first ${first.name} ${first.value}`,
  ];
}
