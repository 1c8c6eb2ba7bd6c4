import { readable } from '../../../functions/adapters/compact.ts';
import { type Payload, payloadsIn } from '../../../functions/contracts/crossing.ts';
import { EMPTY_SCOPE, type Scope } from '../../../functions/domain/reading/scope.ts';
import type { Stage } from './stage.ts';

/** What a pass was told to look at: from the state itself, or from the run bucket where it was too large for it. */
export async function loadScope({ cloud, deployment }: Stage, scope: Payload | undefined): Promise<Scope> {
  if (!scope) return EMPTY_SCOPE;
  const [Bucket] = deployment.buckets;
  const never = (): never => {
    throw new Error('a bench writes no objects');
  };
  const get = async (Key: string): Promise<string | undefined> => {
    const bytes = await (await cloud.clients.s3.getObject({ Bucket, Key })).Body?.transformToByteArray();
    return bytes && readable(bytes, Key);
  };
  return payloadsIn({ get, put: never, revise: never }).load('scope', scope);
}
