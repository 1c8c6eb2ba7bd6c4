import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { ServiceFault } from '../service.ts';

/** Entries of one batch request (the API reference's batch calls). */
export const MAX_BATCH_ENTRIES = 10;

interface Entry {
  readonly Id: string | undefined;
}

/** @throws ServiceFault EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct */
export function checkEntries<E extends Entry>(entries: readonly E[] | undefined): readonly E[] {
  if (!entries || entries.length === 0) {
    throw new ServiceFault('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MAX_BATCH_ENTRIES) {
    throw new ServiceFault(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_BATCH_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  for (const { Id } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id ?? '')) {
      throw new ServiceFault(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new ServiceFault('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  return entries;
}

/** Does each entry's work; an entry that the service refuses fails alone. Both lists are there, empty or not. */
export function eachEntry<E extends Entry, S extends object>(
  entries: readonly E[],
  work: (entry: E) => S,
): { Successful: (S & { Id: string | undefined })[]; Failed: BatchResultErrorEntry[] } {
  const Successful: (S & { Id: string | undefined })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...work(entry) });
    } catch (fault) {
      if (!(fault instanceof ServiceFault)) throw fault;
      Failed.push({ Id: entry.Id, SenderFault: fault.statusCode < 500, Code: fault.name, Message: fault.message });
    }
  }
  return { Successful, Failed };
}
