import type { SendingLimits } from '../../functions/domain/sending/slices.ts';

/** A second for each batch; elements in one, and how many of them a slice has. */
export function smallSlices({
  elements,
  batches,
}: {
  readonly elements: number;
  readonly batches: number;
}): SendingLimits {
  return {
    batch: { elements, characters: 32_000 },
    tempo: { batch: 1_000, tokens: { capacity: 1_000, refill: 100 }, lifetime: 1_000 * (batches - 1) },
  };
}
