import type { S3 } from '@aws-sdk/client-s3';
import { runStore } from '../../../functions/adapters/run-store.ts';
import { payloadsIn } from '../../../functions/contracts/crossing.ts';
import { objectAt } from '../../../functions/contracts/payloads.ts';
import type { Disposition } from '../../../functions/domain/words/reason.ts';

/** What one pass of an execution decided, as it is kept in the run bucket. */
export type ReadPlan = (origin: { execution: string; pass: number }) => Promise<readonly Disposition[]>;

export function planReader(bucket: string, client: S3): ReadPlan {
  const payloads = payloadsIn(runStore(bucket, client));
  return async (origin) => (await payloads.find(objectAt('plan', origin)))?.dispositions ?? [];
}
