import type { Change, ChangeBatch, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { ServiceFault } from '../service.ts';
import { POLICY_MEMBERS } from './record-set.ts';

const ACTIONS: ReadonlySet<unknown> = new Set(['CREATE', 'DELETE', 'UPSERT']);

const TYPES: ReadonlySet<unknown> = new Set(
  'SOA A TXT NS CNAME MX NAPTR PTR SRV SPF AAAA CAA DS TLSA SSHFP SVCB HTTPS'.split(' '),
);

/** A change whose required members are there. */
export interface CheckedChange {
  readonly action: 'CREATE' | 'DELETE' | 'UPSERT';
  readonly set: ResourceRecordSet & { readonly Name: string; readonly Type: NonNullable<ResourceRecordSet['Type']> };
}

/**
 * Checks what Route 53 checks before it looks at the zone: required members, lengths, ranges, exactly one content.
 *
 * @throws ServiceFault `InvalidInput`
 */
export function checkRequest({ Changes: changes, Comment: comment }: ChangeBatch): CheckedChange[] {
  if (comment !== undefined && comment.length > 256) {
    throw constraint(comment, 'changeBatch.comment', 'length less than or equal to 256');
  }
  if (!changes || changes.length === 0) {
    throw constraint('[]', 'changeBatch.changes', 'length greater than or equal to 1');
  }
  return changes.map((change, index) => checkChange(change, `changeBatch.changes.${index + 1}.member`));
}

function checkChange({ Action: action, ResourceRecordSet: set }: Change, path: string): CheckedChange {
  if (!ACTIONS.has(action) || !action) throw enumeration(action, `${path}.action`, ACTIONS);
  const at = `${path}.resourceRecordSet`;
  if (!set?.Name) throw constraint(String(set?.Name), `${at}.name`, 'length greater than or equal to 1');
  if (!TYPES.has(set.Type) || !set.Type) throw enumeration(set.Type, `${at}.type`, TYPES);
  checkRanges(set, at);
  checkContent(action, set);
  if (action !== 'DELETE') checkPolicy(action, set);
  return { action, set: { ...set, Name: set.Name, Type: set.Type } };
}

function checkRanges(set: ResourceRecordSet, at: string): void {
  const { TTL: ttl, Weight: weight, SetIdentifier: identifier, ResourceRecords: records } = set;
  if (ttl !== undefined && !isInteger(ttl, 2_147_483_647)) {
    throw constraint(String(ttl), `${at}.tTL`, 'value between 0 and 2147483647');
  }
  if (weight !== undefined && !isInteger(weight, 255)) {
    throw constraint(String(weight), `${at}.weight`, 'value between 0 and 255');
  }
  if (identifier !== undefined && (identifier.length === 0 || identifier.length > 128)) {
    throw constraint(identifier, `${at}.setIdentifier`, 'length between 1 and 128');
  }
  if (records?.length === 0) throw constraint('[]', `${at}.resourceRecords`, 'length greater than or equal to 1');
  for (const { Value: value } of records ?? []) {
    if (value === undefined) throw constraint('null', `${at}.resourceRecords.member.value`, 'a value');
    if (value.length > 4000) {
      throw constraint(value, `${at}.resourceRecords.member.value`, 'length less than or equal to 4000');
    }
  }
}

function checkContent(action: string, set: ResourceRecordSet): void {
  const direct = set.TTL !== undefined && set.ResourceRecords !== undefined;
  const partly = set.TTL !== undefined || set.ResourceRecords !== undefined;
  if (direct !== (set.AliasTarget !== undefined) && direct === partly) return;
  throw invalid(
    'Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], ' +
      `but found ${set.AliasTarget ? 'more than one' : 'none'} in Change with ${changeLabel(action, set)}`,
  );
}

function checkPolicy(action: string, set: ResourceRecordSet): void {
  const policies = POLICY_MEMBERS.filter(([member]) => set[member] !== undefined && set[member] !== false);
  if (policies.length > 0 && set.SetIdentifier === undefined) {
    throw invalid(`Missing field 'SetIdentifier' in Change with ${changeLabel(action, set)}`);
  }
  if (set.SetIdentifier === undefined || policies.length === 1) return;
  throw invalid(
    'Expected exactly one of [Weight, Region, Failover, GeoLocation, GeoProximityLocation, MultiValueAnswer, or ' +
      `CidrRoutingConfig], but found ${policies.length > 1 ? 'more than one' : 'none'} in Change with ${changeLabel(action, set)}`,
  );
}

function changeLabel(action: string, { Name, Type, SetIdentifier }: ResourceRecordSet): string {
  return `[Action=${action}, Name=${Name}, Type=${Type}, SetIdentifier=${SetIdentifier ?? 'null'}]`;
}

function isInteger(value: number, largest: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= largest;
}

function invalid(text: string): ServiceFault {
  return new ServiceFault('InvalidInput', `Invalid request: ${text}`);
}

function constraint(value: string, at: string, allowed: string): ServiceFault {
  return new ServiceFault(
    'InvalidInput',
    `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: Member must have ${allowed}`,
  );
}

function enumeration(value: unknown, at: string, allowed: ReadonlySet<unknown>): ServiceFault {
  return new ServiceFault(
    'InvalidInput',
    `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${[...allowed].join(', ')}]`,
  );
}
