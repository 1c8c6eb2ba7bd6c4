import { S3Client } from '@aws-sdk/client-s3';
import { runStore } from '../../../functions/adapters/run-store.ts';
import type { Objects } from '../../../functions/contracts/envelope.ts';
import { inMemoryClient } from '../../stand-ins/in-memory-client.ts';
import { s3StandIn } from '../../stand-ins/s3.ts';

export interface Contested {
  readonly objects: Objects;
  /** Everything that was written, in its order. */
  readonly written: readonly { readonly key: string; readonly text: string }[];
}

/** A run bucket behind our own adapter, in which each call waits for its turn: where a scheduler picks the interleaving. */
export function contested(turn: () => Promise<unknown>): Contested {
  const s3 = s3StandIn({ now: () => 0 });
  s3.addBucket('runs');
  const written: { key: string; text: string }[] = [];
  const client = inMemoryClient(s3, {
    of: S3Client,
    around: async ({ operation, input }, perform) => {
      await turn();
      const output = await perform();
      const { Key = '', Body = '' } = input as { readonly Key?: string; readonly Body?: string };
      if (operation === 'PutObject') written.push({ key: Key, text: String(Body) });
      return output;
    },
  });
  return { objects: runStore('runs', client), written };
}
