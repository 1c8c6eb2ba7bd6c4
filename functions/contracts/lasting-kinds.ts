import * as z from 'zod';
import type { ProbeWish } from '../domain/health/probe-shares.ts';
import type { HeldRemoval, UnexplainedRemoval } from '../domain/reading/held.ts';
import type { InventoryEntry } from '../domain/reading/inventory.ts';
import type { IdleAddresses } from '../domain/zone/addresses.ts';
import type { Quarantine } from '../domain/zone/quarantine.ts';
import type { LastingKind } from './lasting.ts';
import { type KeptOutcome, keptOutcome } from './outcome.ts';

const time = z.number().nonnegative();

const entry = z.object({
  task: z.string(),
  container: z.string().exactOptional(),
  containerPort: z.number().int().exactOptional(),
  protocol: z.enum(['tcp', 'udp']).exactOptional(),
  cluster: z.string(),
  containerInstance: z.string().exactOptional(),
  ec2Instance: z.string().exactOptional(),
  awsvpc: z.boolean(),
  networkInterface: z.string().exactOptional(),
  firstSeen: time,
  lastSeen: time,
  publishedAt: time.exactOptional(),
  absentSince: time.exactOptional(),
  outSince: time.exactOptional(),
  lastVerdict: z.string(),
  verdictSince: time.exactOptional(),
  writtenAt: time.exactOptional(),
}) satisfies z.ZodType<InventoryEntry>;

const written = z.object({
  print: z.string(),
  at: time,
  corrections: z.number().int().nonnegative(),
  since: time,
});

/** One part of the inventory. Lists, since what a workload says is no key of an object either. */
const shard = z.object({
  names: z.array(
    z.object({
      name: z.string(),
      written: written.exactOptional(),
      values: z.array(z.object({ key: z.string(), entry })),
    }),
  ),
});
export type StoredShard = z.infer<typeof shard>;

const clusterReadings = z.object({
  readings: z.array(z.object({ cluster: z.string(), readAt: time })),
  /** Whether everything that version 1 had kept has been taken over. */
  formerTaken: z.boolean(),
});
export type StoredReadings = z.infer<typeof clusterReadings>;

const removal = z.object({ name: z.string(), key: z.string(), value: z.string() });

const quarantined = z.object({
  reason: z.string(),
  since: time,
  lastTried: time,
  tries: z.number().int().nonnegative(),
});

const probeWish = z.object({ cluster: z.string(), batches: z.number().int().nonnegative() });

const kind = <T>(name: string, version: number, schema: z.ZodType<T>): LastingKind<T> => ({
  kind: name,
  version,
  schema,
});

/** Every kind of object that outlives runs, with the shape in which it is kept. */
export const LASTING = {
  shard: kind<StoredShard>('inventory', 2, shard),
  clusterReadings: kind<StoredReadings>('cluster-readings', 2, clusterReadings),
  formerEntries: kind('hints', 1, z.object({ written: written.exactOptional(), values: z.record(z.string(), entry) })),
  quarantine: kind<Quarantine>('quarantine', 1, z.record(z.string(), quarantined)),
  probeWishes: kind<readonly ProbeWish[]>('probe-wishes', 1, z.array(probeWish)),
  idleAddresses: kind<IdleAddresses>('idle-addresses', 1, z.record(z.string(), time)),
  heldNow: kind<readonly HeldRemoval[]>('held-now', 1, z.array(removal.extend({ since: time }))),
  held: kind<readonly UnexplainedRemoval[]>('held', 1, z.array(removal)),
  outcome: kind<KeptOutcome>('outcome', 1, keptOutcome),
} as const;
