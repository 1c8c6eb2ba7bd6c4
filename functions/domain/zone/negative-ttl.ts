import { type RecordSet, valueText } from '../dns/record-set.ts';
import type { ChangeUnit } from './change.ts';

/** Seconds up to which a client that asked too early is not blind for long. */
export const SHORT_BLINDNESS = 60;

/** What a run makes of the zone's SOA record set: nothing, a finding, or a change that lowers it. */
export interface NegativeTtlPlan {
  readonly units: readonly ChangeUnit[];
  readonly findings: readonly string[];
}

/** `<primary> <mailbox> <serial> <refresh> <retry> <expire> <minimum>` (RFC 1035, section 3.3.13). */
const SOA = /^(?<rest>\S+(?:\s+\S+){5})\s+(?<minimum>\d+)$/;

/**
 * How long resolvers remember that a name does not exist: the lesser of the TTL of the SOA record set and its last field
 * (RFC 2308, section 5), 900 s as Route 53 creates a zone. A client that asks before the first instance exists stays
 * blind for that long.
 *
 * | asked for           | cached for          | plan                                  |
 * | ------------------- | ------------------- | ------------------------------------- |
 * | nothing             | at most 60 s        | nothing                               |
 * | nothing             | longer              | a finding                             |
 * | so many seconds     | at most as long     | nothing: it is only ever lowered      |
 * | so many seconds     | longer              | TTL and last field become that, and a finding says so |
 *
 * @param soa the zone's own; undefined where it was not read, as in event runs
 * @param wanted seconds; undefined: the SOA is not ours to change
 */
export function planNegativeTtl(soa: RecordSet | undefined, wanted: number | undefined): NegativeTtlPlan {
  const { rest } = fieldsOf(soa);
  const cached = soa && negativeTtlOf(soa);
  if (!soa || cached === undefined) return { units: [], findings: [] };
  const said = `resolvers remember for ${cached} s that a name does not exist, so clients that ask too early stay blind`;
  if (wanted === undefined) {
    const advice = 'negativeTtl lowers the SOA record set of the zone';
    return { units: [], findings: cached > SHORT_BLINDNESS ? [`${said}: ${advice}`] : [] };
  }
  if (cached <= wanted) return { units: [], findings: [] };
  const { stored: _, ...known } = soa;
  const recordSet = { ...known, ttl: wanted, values: [`${rest} ${wanted}`] };
  const changes = [{ action: 'UPSERT', recordSet, replaces: soa } as const];
  return {
    units: [{ name: soa.ownerName, kind: 'soa', changes, needs: [] }],
    findings: [`${said}: negativeTtl lowers the SOA record set of the zone to ${wanted} s`],
  };
}

/** Seconds for which resolvers remember that a name does not exist; undefined where the record set is no SOA. */
export function negativeTtlOf(soa: RecordSet): number | undefined {
  const { minimum } = fieldsOf(soa);
  return minimum === undefined ? undefined : Math.min(soa.ttl, Number(minimum));
}

const fieldsOf = (soa: RecordSet | undefined): { readonly rest?: string; readonly minimum?: string } =>
  SOA.exec(valueText(soa?.values[0] ?? '').trim())?.groups ?? {};
