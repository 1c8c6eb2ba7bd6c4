import { runStore } from '../adapters/run-store.ts';
import { type Claim, type ClaimCheck, claimCheck } from '../contracts/claim-check.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { loadBatchContract, type ProbeTarget } from '../contracts/states.ts';
import { step } from '../runtime/step.ts';

/** Puts one batch of endpoints into the state: the health checker cannot read the run bucket itself. */
export const loadBatch =
  ({ claims }: { readonly claims: ClaimCheck }) =>
  async ({ batch }: { batch: Claim }) => ({ targets: await claims.load<ProbeTarget[]>('targets', batch) });

export const handler = step(loadBatchContract, () =>
  loadBatch({ claims: claimCheck(runStore(readEnvironment(process.env, 'RUN_BUCKET').RUN_BUCKET)) }),
);
