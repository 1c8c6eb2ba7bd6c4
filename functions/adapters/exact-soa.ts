import { sameAnswer } from '../domain/dns/record-set.ts';
import { BatchRefusedError } from '../domain/words/errors.ts';
import type { ZoneReader, ZoneWriter } from './route53-zone.ts';

/**
 * A zone has exactly one SOA record set, which can neither be deleted nor created: only UPSERT changes it, and that
 * overwrites whatever is there. So it is read immediately before, and where it is not what the plan read, the batch is
 * refused as Route 53 refuses the DELETE of a record set that has changed.
 */
export const exactSoa = (writer: ZoneWriter, reader: Pick<ZoneReader, 'at'>): ZoneWriter & Pick<ZoneReader, 'at'> => ({
  at: (name) => reader.at(name),
  async change(changes, comment) {
    for (const { replaces } of changes) {
      if (!replaces) continue;
      const { ownerName, type } = replaces;
      const found = (await reader.at(ownerName)).find((set) => set.type === type);
      if (found && sameAnswer(found, replaces)) continue;
      const text = `the ${type} record set at ${ownerName} is not as it was read`;
      throw new BatchRefusedError(text, [{ kind: 'content', names: [ownerName], text }]);
    }
    return writer.change(changes, comment);
  },
});
