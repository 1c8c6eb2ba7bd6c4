import { COMPLAINT_KINDS, type Complaint, type ComplaintKind } from '../words/complaint.ts';
import type { ChangeUnit, Standing } from '../zone/change.ts';

/** Whether another reading can help: `moved` when the zone is not as it was read, else `refused`. */
export type Refusal = 'moved' | 'refused';

const sameType = (beside: Standing, sent: readonly Standing[]) => sent.filter(({ type }) => type === beside.type);

/** Whether something that the reading showed beside the change explains a complaint of the kind already. */
const SHOWN: Readonly<Record<ComplaintKind, (beside: Standing, sent: readonly Standing[]) => boolean>> = {
  content: () => false,
  cname: ({ type }) => type === 'CNAME',
  ttl: (beside, sent) => sameType(beside, sent).some(({ ttl }) => ttl !== beside.ttl),
  policy: (beside, sent) => sameType(beside, sent).some(({ policy }) => policy !== beside.policy),
  number: () => false,
  exists: (beside, sent) => beside.policy === 'simple' && sameType(beside, sent).length > 0,
  other: () => true,
};

/**
 * What Route 53's complaint about a change, or about one name of it, means for what was sent.
 *
 * | Route 53 complains of                                | moved, unless the reading showed at the name       |
 * | ---------------------------------------------------- | -------------------------------------------------- |
 * | a set that is not there, or has other values         | – it was read so, and is otherwise by now          |
 * | a CNAME, "other records"                             | a CNAME                                            |
 * | another TTL of the weighted sets                     | a set of that type with another TTL                |
 * | sets of another routing policy                       | a set of that type with another policy             |
 * | more sets at the name than can stand there           | – planning never wants more than fit               |
 * | a set that exists                                    | a simple set of that type                          |
 * | anything else: a value, a protection, a quota        | refused: another reading would not help            |
 *
 * @param unit what was sent at the name; without it nothing is taken to stand beside
 */
export function refusalOf(kind: ComplaintKind, unit?: Pick<ChangeUnit, 'changes' | 'beside'>): Refusal {
  if (kind === 'other') return 'refused';
  const sent = (unit?.changes ?? []).flatMap(({ action, recordSet }) => (action === 'DELETE' ? [] : [recordSet]));
  return (unit?.beside ?? []).some((beside) => SHOWN[kind](beside, sent)) ? 'refused' : 'moved';
}

/**
 * Whether a complaint is about something that stands beside the change. Where the next reading plans the very same change
 * and meets it again, it did not show that either: then another reading does not help. A set that exists and that no
 * reading shows is no such thing: there the readings are wrong, and the run must not end as if it had seen the zone.
 */
export const isObstacle = (kind: ComplaintKind): boolean =>
  kind === 'cname' || kind === 'ttl' || kind === 'policy' || kind === 'number';

export interface NamedRefusal {
  readonly name: string;
  readonly refusal: Refusal;
  readonly message: string;
  /** What Route 53 complained of; absent where it was not asked. */
  readonly kind?: ComplaintKind;
}

/** The names that complaints name, each once. Complaints that name nobody give none: then the batch is halved. */
export function namedIn(complaints: readonly Complaint[], units: readonly ChangeUnit[]): readonly NamedRefusal[] {
  const known = new Map(units.map((unit) => [unit.name, unit]));
  const changing = Map.groupBy(
    units.flatMap(({ name, changes }) => changes.map(({ recordSet }) => ({ name, recordSet }))),
    ({ recordSet: { ownerName, type } }) => `${ownerName} ${type}`,
  );
  const found = new Map<string, NamedRefusal>();
  for (const { kind, names, type, text } of complaints) {
    for (const told of names) {
      // An alias is a change of the name whose addresses it stands for.
      const name = changing.get(`${told} ${type}`)?.[0]?.name ?? told;
      const unit = known.get(name);
      if (!unit || found.get(name)?.refusal === 'refused') continue;
      found.set(name, { name, kind, refusal: refusalOf(kind, unit), message: text });
    }
  }
  return [...found.values()];
}

/** What complaints about one unit mean for it, whomever they name; of several kinds the one that the table has first. */
export function refusalOfAll(complaints: readonly Complaint[], unit: ChangeUnit): NamedRefusal {
  const kinds = new Set(complaints.map(({ kind }) => kind));
  const kind = COMPLAINT_KINDS.find((one) => kinds.has(one)) ?? 'other';
  const message = complaints.map(({ text }) => text).join(', ');
  return { name: unit.name, kind, refusal: refusalOf(kind, unit), message };
}

/**
 * Two halves in their order: an address set stays in the same half as what needs it, or in the earlier one. The first is
 * the smaller one, because a bad name in it costs one call more than in the second.
 */
export function halve(units: readonly ChangeUnit[]): readonly [readonly ChangeUnit[], readonly ChangeUnit[]] {
  const middle = Math.floor(units.length / 2);
  return [units.slice(0, middle), units.slice(middle)];
}
