/**
 * What Route 53 complains of when it refuses a change batch, as the adapter has read it.
 *
 * | kind      | Route 53 complains of                                         |
 * | --------- | ------------------------------------------------------------- |
 * | `content` | a set that is not there, or has other values                  |
 * | `cname`   | a CNAME record set, "other records"                           |
 * | `ttl`     | another TTL of the weighted sets of the name                  |
 * | `policy`  | sets of another routing policy                                |
 * | `number`  | more sets at the name than can stand there                    |
 * | `exists`  | a set that exists                                             |
 * | `other`   | anything else: a value, a protection, a quota                 |
 */
export const COMPLAINT_KINDS = ['content', 'cname', 'ttl', 'policy', 'number', 'exists', 'other'] as const;
export type ComplaintKind = (typeof COMPLAINT_KINDS)[number];

export interface Complaint {
  readonly kind: ComplaintKind;
  /** Owner names that it names, normalized; none where it names nobody. */
  readonly names: readonly string[];
  /** Of the record set, where it says it: two names may share an owner name, one with SRV sets and one with an alias. */
  readonly type?: string;
  /** Word for word, for people. */
  readonly text: string;
}
