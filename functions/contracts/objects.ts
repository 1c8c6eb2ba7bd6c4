import * as z from 'zod';
import type { Claim } from '../domain/ecs/claim.ts';
import type { Host } from '../domain/ecs/task.ts';

/** What one iteration of ObserveClusters read of its cluster; kind `observation`. */
export interface Observation {
  readonly cluster: string;
  readonly claims: readonly Claim[];
  /** Every task that was read, whether it declares something or not. */
  readonly listed: readonly string[];
  readonly hosts: readonly Host[];
  /** When ECS and EC2 had answered, in milliseconds since the epoch; absent where nobody noted it. */
  readonly observedAt?: number;
  /** What a person should know of the declarations, each once. */
  readonly remarks?: readonly string[];
  /** Ids of claims for whose probes there was no room. */
  readonly beyond?: readonly number[];
  /** Batches that probing the cluster whole takes, where that has changed. */
  readonly wanted?: number;
}

/** What waits in the event queue: where to look, and whether ECS wants the task to stop, so that it can be told as old news. */
export const wakeUp = z.object({
  cluster: z.string().startsWith('arn:'),
  task: z.string().startsWith('arn:'),
  containerInstance: z.string().startsWith('arn:').exactOptional(),
  awsvpc: z.boolean(),
  version: z.number().int().min(0),
  /** Fully qualified owner names that the task declares. */
  names: z.array(z.string().min(2).max(255)).min(1).max(500),
  /** ECS wants the task to stop, which is final: so many endpoints of it may stand. Earlier versions have queued none. */
  stops: z.object({ endpoints: z.number().int().min(0) }).exactOptional(),
});
export type WakeUp = z.infer<typeof wakeUp>;

/** Receipt of a message that a run has drained; kind `receipts`. */
export interface Receipt {
  readonly receipt: string;
  readonly receiveCount: number;
  /** When the trigger queued it, in milliseconds since the epoch. */
  readonly sentAt: number;
}

/**
 * Keys of what outlives an execution: digests and words of ours. No text of a workload is a key, whatever it declares.
 */
export const keys = {
  /** One of the parts in which the inventory is kept; fixed for its version, which is part of the key. */
  shard: (shard: number) => `inventory/v2/${shard.toString(16)}.json`,
  /** When each cluster was read as a whole. */
  clusterReadings: 'inventory/v2/clusters.json',
  /** Where version 1 kept what it remembered of one name; read once, never written. */
  formerEntries: (name: string) => `inventory/${name}json`,
  quarantine: 'inventory/quarantine.json',
  idleAddresses: 'inventory/idle-addresses.json',
  /** How many batches of probes clusters want. */
  probeWishes: 'inventory/probe-wishes.json',
  /** What the guard holds at present. */
  heldNow: 'inventory/held.json',
  held: (hash: string) => `held/${hash}.json`,
  outcome: (day: string, execution: string) => `outcomes/${day}/${execution}.json`,
} as const;
