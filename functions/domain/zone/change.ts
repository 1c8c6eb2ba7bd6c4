import { lengthOf, type RecordSet } from '../dns/record-set.ts';
import type { Written } from './contention.ts';

/**
 * One change of the Route 53 API. A CREATE that finds something, or a DELETE that does not, must fail (L4); so UPSERT is
 * for the SOA only, which knows nothing else.
 */
export interface Change {
  readonly action: 'CREATE' | 'DELETE' | 'UPSERT';
  readonly recordSet: RecordSet;
  /** What an UPSERT may overwrite: the set as it was read. */
  readonly replaces?: RecordSet;
}

/** Takes some record sets away and makes others. */
export const exchange = (going: readonly RecordSet[], coming: readonly RecordSet[]): readonly Change[] => [
  ...going.map((recordSet) => ({ action: 'DELETE' as const, recordSet })),
  ...coming.map((recordSet) => ({ action: 'CREATE' as const, recordSet })),
];

/** The record sets that changes of one kind are about. */
export const setsOfChanges = (changes: readonly Change[], action: Change['action']): readonly RecordSet[] =>
  changes.flatMap((change) => (change.action === action ? [change.recordSet] : []));

/** What tells whether Route 53 lets two sets of one name stand together. */
export type Standing = Pick<RecordSet, 'type' | 'policy' | 'ttl'>;

/** Changes of one owner name that take effect together or not at all; those of an alias go with the set that it names. */
export interface ChangeUnit {
  /** The owner name that all of its changes share, but for an alias. */
  readonly name: string;
  readonly kind: 'marker' | 'address' | 'name' | 'address-mark' | 'address-removal' | 'soa';
  readonly changes: readonly Change[];
  /**
   * Names of the marker and of address record sets created by this plan, without which this unit is not sent (L9); its own
   * where it rests on the unit of the name before it.
   */
  readonly needs: readonly string[];
  /** There is a unit of the same name before it, in an earlier batch. */
  readonly follows?: boolean;
  /** What stood at the name when it was read and stays there, whoever's, each kind once; nothing where absent. */
  readonly beside?: readonly Standing[];
  /** The name is quarantined, and is tried again. */
  readonly retry?: boolean;
  /** What to remember of the name once this is applied. */
  readonly written?: Written;
}

/** What one change batch costs against the quotas of Route 53: ResourceRecord elements and characters of their values. */
export function weightOf({ changes }: Pick<ChangeUnit, 'changes'>) {
  const values = changes.flatMap(({ recordSet }) => recordSet.values);
  const aliases = changes.filter(({ recordSet }) => recordSet.aliasTarget).length;
  const characters = values.reduce((sum, value) => sum + lengthOf(value), 0);
  return { elements: values.length + aliases, characters };
}

/**
 * A unit with what the reading showed at its name beside what is taken away, so that a refusal can be told from a move.
 *
 * @param changes of the whole name, where the unit is one of several
 */
export function withBeside(
  unit: ChangeUnit,
  shown: readonly RecordSet[],
  changes: readonly Change[] = unit.changes,
): ChangeUnit {
  const gone = new Set(setsOfChanges(changes, 'DELETE').map(identityOf));
  const kinds = shown
    .filter((set) => !gone.has(identityOf(set)))
    .map(({ type, policy, ttl }) => [`${type} ${policy} ${ttl}`, { type, policy, ttl }] as const);
  return kinds.length === 0 ? unit : { ...unit, beside: [...new Map(kinds).values()] };
}

const identityOf = ({ ownerName, type, setIdentifier = '' }: RecordSet) => `${ownerName} ${type} ${setIdentifier}`;
