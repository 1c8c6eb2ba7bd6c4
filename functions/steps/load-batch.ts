import type { Payload, Payloads } from '../contracts/crossing.ts';
import { loadBatchContract } from '../contracts/states.ts';
import { payloads } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

/** Puts one batch of endpoints into the state: the health checker cannot read the run bucket itself. */
export const loadBatch =
  ({ payloads }: { readonly payloads: Payloads }) =>
  async ({ batch }: { batch: Payload }) => ({ targets: await payloads.load('targets', batch) });

export const handler = wire('LoadBatch', { contract: loadBatchContract, ports: { payloads }, work: loadBatch });
