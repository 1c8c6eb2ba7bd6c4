import { normalizeName } from '../dns/name.ts';
import type { ChangeUnit } from './change.ts';

/** What Route 53 said of a batch that it refused as a whole, read from the message (`aws-facts` 1.3). */
export type Refusal = 'moved' | 'refused';

/** Fragments that mean "the zone is not as it was read"; matched without case, since the texts vary over the years. */
const MOVED = ['but it was not found', 'but the values provided do not match', 'but it already exists'];

/** What a complaint, or a message about a single name, means for the name. */
export const refusalOf = (complaint: string): Refusal =>
  MOVED.some((fragment) => complaint.toLowerCase().includes(fragment)) ? 'moved' : 'refused';

export interface NamedRefusal {
  readonly name: string;
  readonly refusal: Refusal;
  readonly message: string;
}

/**
 * The names that Route 53's message complains of. A message that names nobody gives none: then the batch is halved.
 *
 * `[Tried to delete resource record set [name='N.', type='T'] but it was not found, …]`
 */
export function namesInMessage(message: string, units: readonly ChangeUnit[]): readonly NamedRefusal[] {
  const known = new Set(units.map(({ name }) => name));
  const complaints = message
    .replace(/^\[|\]$/g, '')
    .split(/,\s+(?=Tried to|RRSet|Invalid|The request|FATAL|Duplicate|InvalidInput)/i);
  const found = new Map<string, NamedRefusal>();
  for (const complaint of complaints) {
    const refusal = refusalOf(complaint);
    for (const name of namesIn(complaint)) {
      if (known.has(name) && found.get(name)?.refusal !== 'refused')
        found.set(name, { name, refusal, message: complaint });
    }
  }
  return [...found.values()];
}

function namesIn(complaint: string): readonly string[] {
  const quoted = [...complaint.matchAll(/name='([^']+)'/gi), ...complaint.matchAll(/DNS name ([^\s,]+)/gi)];
  const set = [...complaint.matchAll(/resource record set '\S+ ([^']+)'/gi)];
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
