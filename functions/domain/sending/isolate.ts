import { normalizeName } from '../dns/name.ts';
import type { ChangeUnit, Standing } from '../zone/change.ts';

/** Whether another reading can help: `moved` when the zone is not as it was read, else `refused`. */
export type Refusal = 'moved' | 'refused';

/** Complaints that only what stands in the zone can explain, in the order in which they are looked for (`aws-facts` 1.3). */
interface Obstacle {
  /** Matched without case: the texts vary over the years. */
  readonly complaint: RegExp;
  /** Whether something that the reading showed beside the change explains the complaint already. */
  readonly shown: (beside: Standing, sent: readonly Standing[]) => boolean;
}

/** What was read and is otherwise by now: the next reading shows how. */
const CONTENT: Obstacle = { complaint: /but (it was not found|the values provided do not match)/i, shown: () => false };

const sameType = (beside: Standing, sent: readonly Standing[]) => sent.filter(({ type }) => type === beside.type);

/** The very set that was to be created: whoever reads the zone at all is shown it. */
const EXISTS: Obstacle = {
  complaint: /already exists/i,
  shown: (beside, sent) => beside.policy === 'simple' && sameType(beside, sent).length > 0,
};

const OBSTACLES: readonly Obstacle[] = [
  CONTENT,
  // May end in "already exists in zone", and speaks of a CNAME record set all the same.
  { complaint: /conflicting RRSet|conflicts? with other records/i, shown: ({ type }) => type === 'CNAME' },
  {
    complaint: /same TTL/i,
    shown: (beside, sent) => sameType(beside, sent).some(({ ttl }) => ttl !== beside.ttl),
  },
  {
    complaint: /cannot be created as (a non[- ].{1,60} exists|other RRSets exist)/i,
    shown: (beside, sent) => sameType(beside, sent).some(({ policy }) => policy !== beside.policy),
  },
  { complaint: /exceeded limit on number of .{1,40} RRSets for/i, shown: () => false },
  EXISTS,
];

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
export function refusalOf(complaint: string, unit?: Pick<ChangeUnit, 'changes' | 'beside'>): Refusal {
  const obstacle = OBSTACLES.find((one) => one.complaint.test(withoutData(complaint)));
  if (!obstacle) return 'refused';
  const sent = (unit?.changes ?? []).flatMap(({ action, recordSet }) => (action === 'DELETE' ? [] : [recordSet]));
  return (unit?.beside ?? []).some((beside) => obstacle.shown(beside, sent)) ? 'refused' : 'moved';
}

/**
 * Whether a complaint is about something that stands beside the change. Where the next reading plans the very same change
 * and meets it again, it did not show that either: then another reading does not help. A set that exists and that no
 * reading shows is no such thing: there the readings are wrong, and the run must not end as if it had seen the zone.
 */
export function isObstacle(complaint: string): boolean {
  const found = OBSTACLES.find((one) => one.complaint.test(withoutData(complaint)));
  return found !== undefined && found !== CONTENT && found !== EXISTS;
}

/** Names, values and the comments of protections are what somebody has chosen: they say nothing of the complaint. */
const withoutData = (complaint: string) =>
  complaint
    .replace(/ protected from changes.*/is, '')
    .replace(/'[^']*'/g, '')
    .replace(/DNS name \S+/gi, '');

export interface NamedRefusal {
  readonly name: string;
  readonly refusal: Refusal;
  readonly message: string;
  /** It was not sent: something that it needs did not come about. */
  readonly unsent?: true;
}

/**
 * The names that Route 53's message complains of. A message that names nobody gives none: then the batch is halved.
 *
 * `[Tried to delete resource record set [name='N.', type='T'] but it was not found, …]`
 */
export function namesInMessage(message: string, units: readonly ChangeUnit[]): readonly NamedRefusal[] {
  const known = new Map(units.map((unit) => [unit.name, unit]));
  const complaints = message
    .replace(/^\[|\]$/g, '')
    .split(/,\s+(?=Tried to|RRSet|Invalid|The request|FATAL|Duplicate|InvalidInput|Exceeded|Number of)/i);
  const found = new Map<string, NamedRefusal>();
  for (const complaint of complaints) {
    for (const name of namesIn(complaint)) {
      const unit = known.get(name);
      if (!unit || found.get(name)?.refusal === 'refused') continue;
      found.set(name, { name, refusal: refusalOf(complaint, unit), message: complaint });
    }
  }
  return [...found.values()];
}

function namesIn(complaint: string): readonly string[] {
  const quoted = [...complaint.matchAll(/name='([^']+)'/gi), ...complaint.matchAll(/DNS name ([^\s,]+)/gi)];
  const set = [
    ...complaint.matchAll(/resource record set '\S+ ([^']+)'/gi),
    ...complaint.matchAll(/RRSets for ([^\s,]+)/gi),
  ];
  const first = [...quoted, ...set].map((match) => normalizeName(match[1] ?? ''));
  return [...new Set(first)];
}

/**
 * Two halves in their order: an address set stays in the same half as what needs it, or in the earlier one. The first is
 * the smaller one, because a bad name in it costs one call more than in the second.
 */
export function halve(units: readonly ChangeUnit[]): readonly [readonly ChangeUnit[], readonly ChangeUnit[]] {
  const middle = Math.floor(units.length / 2);
  return [units.slice(0, middle), units.slice(middle)];
}
