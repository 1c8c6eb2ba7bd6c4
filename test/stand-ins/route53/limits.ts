import type { BucketSize } from '../token-bucket.ts';

/** Route 53's quotas (DNSLimitations.html); smaller ones make a test short. */
export interface Route53Limits {
  /** ResourceRecord elements of one change batch; those of an UPSERT count twice, an alias counts as one. */
  readonly elementsPerBatch: number;
  /** Characters of all values of one change batch; those of an UPSERT count twice. */
  readonly charactersPerBatch: number;
  /** Values in one record set. */
  readonly valuesPerSet: number;
  /** Record sets with one name and type where the routing policy allows several. */
  readonly setsPerNameAndType: number;
  /** Record sets in one hosted zone. */
  readonly setsPerZone: number;
  /** Record sets, hosted zones or protections on one page. */
  readonly pageSize: number;
  /** Protections in one hosted zone. */
  readonly protectionsPerZone: number;
}

export const ROUTE53_LIMITS: Route53Limits = {
  elementsPerBatch: 1000,
  charactersPerBatch: 32_000,
  valuesPerSet: 400,
  setsPerNameAndType: 100,
  setsPerZone: 10_000,
  pageSize: 300,
  // Only "limited by a quota" is documented; the value is ours.
  protectionsPerZone: 10_000,
};

/** Requests of an account to all actions together, and of each action (throttling-api-requests.html, 2026). */
export const REQUEST_BUCKET: BucketSize = { capacity: 50, refillPerSecond: 10 };

/** Actions with buckets of their own size, same source. */
export const ACTION_BUCKETS: Readonly<Record<string, BucketSize>> = {
  CreateHostedZone: { capacity: 40, refillPerSecond: 2 },
  DeleteHostedZone: { capacity: 40, refillPerSecond: 5 },
};

/** Changes of an account: CREATE and DELETE cost 1, UPSERT 2, a new or deleted zone 2. */
export const CHANGE_BUCKET: BucketSize = { capacity: 1500, refillPerSecond: 100 };
