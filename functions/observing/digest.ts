import { createHash } from 'node:crypto';

/** Stands for a text in a key or a comparison: the first 16 hex digits of its SHA-256. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** A cluster's part of an object key: short, since it stands in the state once for each cluster and batch. */
export const clusterKey = (cluster: string) => digestOf(cluster);
