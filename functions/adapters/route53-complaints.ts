import { normalizeName } from '../domain/dns/name.ts';
import type { Complaint, ComplaintKind } from '../domain/words/complaint.ts';

/** Looked for in this order, without case: the texts vary over the years (Route 53 API reference, InvalidChangeBatch). */
const KINDS: readonly { readonly kind: ComplaintKind; readonly says: RegExp }[] = [
  { kind: 'content', says: /but (it was not found|the values provided do not match|that target was not found)/i },
  // May end in "already exists in zone", and speaks of a CNAME record set all the same.
  { kind: 'cname', says: /conflicting RRSet|conflicts? with other records/i },
  { kind: 'ttl', says: /same TTL/i },
  { kind: 'policy', says: /cannot be created as (a non[- ].{1,60} exists|other RRSets exist)/i },
  { kind: 'number', says: /exceeded limit on number of .{1,40} RRSets for/i },
  { kind: 'exists', says: /already exists/i },
];

/**
 * The complaints of one refusal.
 *
 * `[Tried to delete resource record set [name='N.', type='T'] but it was not found, …]`
 */
export function complaintsIn(message: string): readonly Complaint[] {
  return message
    .replace(/^\[|\]$/g, '')
    .split(/,\s+(?=Tried to|RRSet|Invalid|The request|FATAL|Duplicate|InvalidInput|Exceeded|Number of)/i)
    .map((text) => ({ kind: kindOf(text), names: namesIn(text), ...typeIn(text), text }));
}

function kindOf(complaint: string): ComplaintKind {
  const said = withoutData(complaint);
  return KINDS.find(({ says }) => says.test(said))?.kind ?? 'other';
}

/** Names, values and the comments of protections are what somebody has chosen: they say nothing of the complaint. */
const withoutData = (complaint: string) =>
  complaint
    .replace(/ protected from changes.*/is, '')
    .replace(/'[^']*'/g, '')
    .replace(/DNS name \S+/gi, '');

/** `type='A'`, `, type A`, `RRSet of type A`, `resource record set 'A x'`. */
function typeIn(complaint: string): { readonly type?: string } {
  const [, type] =
    /\btype='([A-Z]+)'/.exec(complaint) ??
    /\btype ([A-Z]+)\b/.exec(complaint) ??
    /resource record set '([A-Z]+) /.exec(complaint) ??
    [];
  return type === undefined ? {} : { type };
}

function namesIn(complaint: string): readonly string[] {
  const quoted = [...complaint.matchAll(/name='([^']+)'/gi), ...complaint.matchAll(/DNS name ([^\s,]+)/gi)];
  const set = [
    ...complaint.matchAll(/resource record set '\S+ ([^']+)'/gi),
    ...complaint.matchAll(/RRSets for ([^\s,]+)/gi),
    ...complaint.matchAll(/alias that targets ([^\s,]+)/gi),
  ];
  return [...new Set([...quoted, ...set].map((match) => normalizeName(match[1] ?? '')))];
}
