import { type RecordSet, sameRecordSet, type Value } from '../dns/record-set.ts';
import { type Change, exchange } from './change.ts';
import { inStableOrder, isShared } from './routing.ts';

export interface Decision {
  /** To be applied together: what goes first, then what comes. None: everything stays as it is. */
  readonly changes: readonly Change[];
  /** The record sets as they stand afterwards, those of others included. */
  readonly after: readonly RecordSet[];
}

/**
 * Decides what becomes of the SRV record sets at one name, which several owners may share.
 *
 * | our values wanted | found                       | simple                          | one set each                   |
 * | ----------------- | --------------------------- | ------------------------------- | ------------------------------ |
 * | some              | nothing                     | create                          | create each                    |
 * | some              | exactly these               | keep                            | keep                           |
 * | some              | others of ours              | replace                         | delete these, create those     |
 * | some or none      | theirs too                  | replace; theirs and TTL stay    | theirs stay, their TTL is ours |
 * | none              | only ours                   | delete                          | delete each                    |
 * | none              | only theirs                 | keep                            | keep                           |
 * | some              | ours, with another routing  | delete all of ours and create what is wanted, together          |
 *
 * Pure: no clock, no I/O, no mutation. Deciding again on the outcome changes nothing.
 *
 * @param wanted the sets that publish our values, with our TTL in seconds (`routing.ts`)
 * @param current the SRV sets at the name as they were read from Route 53, every owner's included
 * @param isOurs tells our values by their target (design, section 3)
 */
export function decide(
  wanted: readonly RecordSet[],
  current: readonly RecordSet[],
  isOurs: (value: Value) => boolean,
): Decision {
  const shared = current.find((set) => set.policy === 'simple' && isShared(set, isOurs));
  const theirs = current.filter((set) => set.policy !== 'simple' && isShared(set, isOurs));
  const mine = current.filter((set) => !theirs.includes(set));
  const desired = shared ? [joined(wanted, shared, isOurs)] : withTtl(wanted, theirs[0]?.ttl);

  const standing = mine.filter((set) => desired.some((one) => sameRecordSet(one, set)));
  const coming = desired.filter((set) => !mine.some((one) => sameRecordSet(one, set)));
  const going = mine.filter((set) => !standing.includes(set));
  return {
    changes: exchange(going, coming),
    after: [...theirs, ...standing, ...coming],
  };
}

/** Values of others travel along unchanged, and so does the TTL that they live with. */
function joined(wanted: readonly RecordSet[], shared: RecordSet, isOurs: (value: Value) => boolean): RecordSet {
  const { ownerName, type, ttl, policy } = shared;
  const theirs = shared.values.filter((value) => !isOurs(value));
  return {
    ownerName,
    type,
    ttl,
    policy,
    values: inStableOrder([...theirs, ...wanted.flatMap(({ values }) => values)]),
  };
}

/** Weighted sets of one name and type must share one TTL (R53-MODEL), so that of others is ours too. */
const withTtl = (wanted: readonly RecordSet[], ttl: number | undefined) =>
  ttl === undefined ? wanted : wanted.map((set) => ({ ...set, ttl }));
