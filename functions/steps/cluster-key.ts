import { createHash } from 'node:crypto';

/** A cluster's part of an object key: short, since it stands in the state once for each cluster and batch. */
export const clusterKey = (cluster: string) => createHash('sha256').update(cluster).digest('hex').slice(0, 16);
