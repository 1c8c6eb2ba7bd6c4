import { expect, it } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { keepClusterReadings, readInventory } from '../../functions/observing/inventory-store.ts';
import { impatientObjects } from '../../functions/observing/noted-objects.ts';
import { CLUSTER, HOUR, NOW, OTHER_CLUSTER } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';

const DAY = 24 * HOUR;

/** When each cluster was read as a whole, as runs at some times keep it, one after another. */
function stage() {
  const bucket = new Map<string, string>();
  const objects = () => impatientObjects(payloadsIn(mapped(bucket)).lasting);
  const known = async () => readInventory(objects(), { names: [], whole: false });
  return {
    known: async () => (await known()).clusterReadings,
    async ran(now: number, read: readonly string[], clusterReadings?: Readonly<Record<string, number>>) {
      const before = await known();
      await keepClusterReadings(objects(), read, { ...before, ...(clusterReadings && { clusterReadings }), now });
    },
  };
}

it.each([
  { row: 'a day', days: 1, kept: true },
  { row: 'less than thirty days', days: 29.9, kept: true },
  { row: 'thirty days', days: 30, kept: false },
])('a cluster that nobody has read for $row is remembered: $kept', async ({ days, kept }) => {
  const { ran, known } = stage();

  await ran(NOW, [CLUSTER]);
  await ran(NOW + days * DAY, [OTHER_CLUSTER]);

  expect(await known()).toEqual({ ...(kept && { [CLUSTER]: NOW }), [OTHER_CLUSTER]: NOW + days * DAY });
});

it('what an overlapping run has kept meanwhile stays, and the later of two times', async () => {
  const { ran, known } = stage();
  await ran(NOW + HOUR, [CLUSTER]);

  await ran(NOW, [CLUSTER, OTHER_CLUSTER], {});

  expect(await known()).toEqual({ [CLUSTER]: NOW + HOUR, [OTHER_CLUSTER]: NOW });
});
