import { payloadsIn } from '../../functions/contracts/crossing.ts';
import type { Objects } from '../../functions/contracts/envelope.ts';
import type { Plan } from '../../functions/domain/plan/plan.ts';
import type { RememberedName } from '../../functions/domain/reading/inventory.ts';
import { mergeShard } from '../../functions/domain/reading/shards.ts';
import { inventoryNews } from '../../functions/domain/sending/unclaimed.ts';
import { readInventory } from '../../functions/observing/inventory-store.ts';
import { impatientObjects } from '../../functions/observing/noted-objects.ts';

/** A run bucket that is a map. */
export const mapped = (bucket: Map<string, string>): Objects => ({
  get: async (key) => bucket.get(key),
  put: async (key, text) => void bucket.set(key, text),
  revise: async (key, change) => {
    const text = change(bucket.get(key));
    if (text !== undefined) bucket.set(key, text);
  },
});

/** From now on ECS is asked for definitions again, once functions have forgotten them too. */
export function forgetDefinitions(bucket: Map<string, string>): void {
  for (const key of [...bucket.keys()]) if (key.startsWith('definitions/')) bucket.delete(key);
}

/** Everything that is remembered in a run bucket, by owner name, as the next full run reads it. */
export async function rememberedIn(bucket: Map<string, string>): Promise<ReadonlyMap<string, RememberedName>> {
  const objects = impatientObjects(payloadsIn(mapped(bucket)).lasting);
  const { remembered } = await readInventory(objects, { names: [], whole: true });
  return new Map(remembered.map((one) => [one.name, one]));
}

/** The entries after a plan, where nobody else writes. */
export function rememberedAfter(
  remembered: readonly RememberedName[],
  { sightings }: Pick<Plan, 'sightings'>,
  { now, takenAt, whole }: { readonly now: number; readonly takenAt: number; readonly whole: boolean },
): readonly RememberedName[] {
  return mergeShard(remembered, inventoryNews(sightings, remembered, { now, takenAt, whole, readingKept: whole }))
    .names;
}
