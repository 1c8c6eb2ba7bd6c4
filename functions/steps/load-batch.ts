import { runStore } from '../adapters/run-store.ts';
import { readEnvironment } from '../contracts/environment.ts';
import { type Payload, type Payloads, payloadsIn } from '../contracts/payloads.ts';
import { loadBatchContract, type ProbeTarget } from '../contracts/states.ts';
import { step } from '../runtime/step.ts';

/** Puts one batch of endpoints into the state: the health checker cannot read the run bucket itself. */
export const loadBatch =
  ({ payloads }: { readonly payloads: Payloads }) =>
  async ({ batch }: { batch: Payload }) => ({ targets: await payloads.load<ProbeTarget[]>('targets', batch) });

export const handler = step(loadBatchContract, () =>
  loadBatch({ payloads: payloadsIn(runStore(readEnvironment(process.env, 'RUN_BUCKET').RUN_BUCKET)) }),
);
