import type {
  ListResourceRecordSetProtectionsRequest,
  ListResourceRecordSetProtectionsResponse,
  ProtectionError,
  ResourceRecordSetProtectionConfig,
} from '@aws-sdk/client-route-53';
import { ServiceFault } from '../service.ts';
import { readMaxItems } from './listing.ts';
import { isInZone, isProblem, readName } from './name.ts';
import { setKey } from './record-set.ts';
import type { Protection, Zone } from './zone.ts';

// CreateResourceRecordSetProtections: 1 to 100 entries per call.
const ENTRIES_PER_CALL = 100;

interface Entry {
  readonly key: string;
  readonly protection: Protection;
}

/**
 * Creates all protections of a request or none (CreateResourceRecordSetProtections).
 *
 * @throws ServiceFault with every failing entry: `ProtectionAlreadyExists` when each has one already, else
 *   `InvalidResourceRecordSetProtectionBatch`; `LimitsExceeded`
 */
export function createProtections(
  zone: Zone,
  configs: readonly ResourceRecordSetProtectionConfig[],
  largest: number,
): void {
  const entries = readEntries(zone, configs);
  const existing = entries.filter(({ key }) => zone.protections.has(key));
  if (existing.length > 0) {
    const code = existing.length === entries.length ? 'ProtectionAlreadyExists' : BATCH_FAULT;
    throw entriesFault(
      code,
      existing.map(({ protection }) => entryError(protection, 'ProtectionAlreadyExists', 'a protection exists')),
    );
  }
  if (zone.protections.size + entries.length > largest) {
    throw new ServiceFault('LimitsExceeded', `a hosted zone can have ${largest} protections`);
  }
  for (const { key, protection } of entries) zone.protections.set(key, protection);
}

/**
 * Deletes all protections of a request or none.
 *
 * @throws ServiceFault `InvalidResourceRecordSetProtectionBatch` with every failing entry
 */
export function deleteProtections(zone: Zone, keys: readonly ResourceRecordSetProtectionConfig[]): void {
  const entries = readEntries(zone, keys);
  const missing = entries.filter(({ key }) => !zone.protections.has(key));
  if (missing.length > 0) {
    throw entriesFault(
      BATCH_FAULT,
      missing.map(({ protection }) => entryError(protection, 'ProtectionNotFound', 'no protection exists')),
    );
  }
  for (const { key } of entries) zone.protections.delete(key);
}

/** One page of protections, ordered like record sets. */
export function listProtections(
  zone: Zone,
  request: ListResourceRecordSetProtectionsRequest,
  pageSize: number,
): ListResourceRecordSetProtectionsResponse {
  const size = readMaxItems(request.MaxResults, pageSize);
  const start = request.NextToken ? Buffer.from(request.NextToken, 'base64url').toString('latin1') : startKey(request);
  const ordered = [...zone.protections.values()]
    .map((protection) => ({ protection, order: setKey(protection.name, protection.type) }))
    .filter(({ order }) => order >= start)
    .sort((one, other) => (one.order < other.order ? -1 : 1));
  const next = ordered[size];
  return {
    ResourceRecordSetProtections: ordered.slice(0, size).map(({ protection: { name, type, comment } }) => ({
      RecordName: name.text,
      RecordType: type,
      ...(comment !== undefined && { Comment: comment }),
    })),
    ...(next && { NextToken: Buffer.from(next.order, 'latin1').toString('base64url') }),
  };
}

const BATCH_FAULT = 'InvalidResourceRecordSetProtectionBatch';

function readEntries(zone: Zone, configs: readonly ResourceRecordSetProtectionConfig[]): Entry[] {
  if (configs.length === 0 || configs.length > ENTRIES_PER_CALL) {
    throw new ServiceFault(
      'InvalidInput',
      `Invalid request: ${configs.length} protections, allowed are 1 to ${ENTRIES_PER_CALL}`,
    );
  }
  const entries: Entry[] = [];
  const errors: ProtectionError[] = [];
  const seen = new Set<string>();
  for (const { RecordName: text = '', RecordType: type, Comment: comment } of configs) {
    const name = readName(text);
    const key = isProblem(name) ? '' : `${name.text}\0${type}`;
    const reason = isProblem(name)
      ? name.explanation
      : !isInZone(name, zone.name)
        ? `the name is not in zone ${zone.name.text}`
        : seen.has(key)
          ? 'the name and type appear more than once'
          : undefined;
    seen.add(key);
    if (isProblem(name) || reason !== undefined || type === undefined) {
      errors.push({
        RecordName: text,
        RecordType: type,
        Code: 'InvalidInput',
        Message: reason ?? 'the type is missing',
      });
    } else entries.push({ key, protection: { name, type, comment } });
  }
  if (errors.length > 0) throw entriesFault(BATCH_FAULT, errors);
  return entries;
}

function startKey({ StartRecordName: text, StartRecordType: type }: ListResourceRecordSetProtectionsRequest): string {
  if (text === undefined && type === undefined) return '';
  const name = readName(text ?? '');
  if (isProblem(name)) throw new ServiceFault('InvalidInput', 'Invalid request: the start needs a valid name');
  return setKey(name, type);
}

function entryError({ name, type }: Protection, code: string, message: string): ProtectionError {
  return { RecordName: name.text, RecordType: type, Code: code, Message: `${message} for ${name.text} ${type}` };
}

function entriesFault(code: string, errors: readonly ProtectionError[]): ServiceFault {
  const message = errors.map(({ Message: text }) => text).join(', ');
  return new ServiceFault(code, `[${message}]`, { fields: { Errors: errors } });
}
