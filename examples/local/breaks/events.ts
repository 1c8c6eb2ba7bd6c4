import type { DeliveryFaults } from '../../../test/stand-ins/events.ts';
import { UsageError } from '../options.ts';
import { type Break, choice, given } from './break.ts';

const WAYS: Readonly<
  Record<string, { readonly label: string; readonly faults: DeliveryFaults; readonly says: string }>
> = {
  usual: { label: 'as usual', faults: { loss: 0, duplicates: 0, delayMs: 0 }, says: 'events come once, and soon' },
  lost: { label: 'none comes', faults: { loss: 1, duplicates: 0, delayMs: 0 }, says: 'no event comes any more' },
  twice: { label: 'each comes twice', faults: { loss: 0, duplicates: 1, delayMs: 0 }, says: 'each event comes twice' },
  late: {
    label: 'late, and in any order',
    faults: { loss: 0, duplicates: 0, delayMs: 30_000 },
    says: 'each event comes up to 30 s late, so that they overtake each other',
  },
};

/** What becomes of events between ECS and the function that takes them. */
export function eventBreak(setFaults: (faults: DeliveryFaults) => void): Break {
  let now = 'usual';
  return {
    id: 'events',
    label: 'Lose, repeat or delay events',
    says: () =>
      `EventBridge delivers at least once and in no order; without events the schedule finds everything. Now ${WAYS[now]?.says}.`,
    fields: () => [
      {
        ...choice(
          'how',
          'Events',
          Object.entries(WAYS).map(([id, { label }]) => [id, label]),
        ),
        // The first push breaks them, the next one mends them.
        value: now === 'usual' ? 'lost' : 'usual',
      },
    ],
    async act(fields) {
      const id = fields.get('how') ?? '';
      const way = Object.hasOwn(WAYS, id) ? WAYS[id] : undefined;
      if (!way) throw new UsageError(`got ${given(fields, 'how')}, want ${Object.keys(WAYS).join(', ')}`);
      setFaults(way.faults);
      now = id;
      return `EventBridge: ${way.says}`;
    },
  };
}
