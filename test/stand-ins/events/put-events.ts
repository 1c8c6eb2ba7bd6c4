import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { ServiceFault } from '../service.ts';
import { isObject, type Json } from '../step-functions/json.ts';

/** Entries of one PutEvents call, and bytes of all of them ("PutEvents" of the API reference). */
export const MAX_ENTRIES = 10;
export const MAX_ENTRIES_BYTES = 1_048_576;

/** An event as rules see it and targets get it. */
export interface BusEvent {
  readonly version: string;
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Json;
}

/** @throws ServiceFault ValidationException for what concerns the whole call */
export function checkEntries(entries: readonly PutEventsRequestEntry[] | undefined): readonly PutEventsRequestEntry[] {
  if (!entries || entries.length < 1 || entries.length > MAX_ENTRIES) {
    throw new ServiceFault(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${MAX_ENTRIES}, got ${entries?.length ?? 0}`,
    );
  }
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes < MAX_ENTRIES_BYTES) return entries;
  throw new ServiceFault('ValidationException', 'Total size of the entries in the request is over the limit.');
}

/** "Calculating PutEvents event entry size" of the user guide. */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: PutEventsRequestEntry): number {
  return (
    (Time ? 14 : 0) + [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  );
}

/**
 * @throws ServiceFault for this entry alone: InvalidArgument, MalformedDetail, NotAuthorizedForSourceException
 */
export function eventOf(
  entry: PutEventsRequestEntry,
  {
    id,
    now,
    account,
    region,
  }: { readonly id: string; readonly now: number; readonly account: string; readonly region: string },
): BusEvent {
  const source = required('Source', entry.Source);
  const detailType = required('DetailType', entry.DetailType);
  const text = required('Detail', entry.Detail);
  if (source.startsWith('aws.'))
    throw new ServiceFault('NotAuthorizedForSourceException', 'Not authorized for the source.');
  return {
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account,
    time: new Date(entry.Time ?? now).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: entry.Resources ?? [],
    detail: detailOf(text),
  };
}

function required(name: string, value: string | undefined): string {
  if (value) return value;
  throw new ServiceFault('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
}

function detailOf(text: string): Json {
  const malformed = (cause?: unknown): ServiceFault =>
    new ServiceFault('MalformedDetail', 'Detail is malformed.', { cause });
  let detail: Json;
  try {
    detail = JSON.parse(text);
  } catch (cause) {
    throw malformed(cause);
  }
  if (isObject(detail)) return detail;
  throw malformed();
}
