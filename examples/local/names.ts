/** The zone of the local run, and the cluster that there is from the beginning. */
export const ZONE_NAME = 'servicediscovery.internal';
export const CLUSTER = 'demo';
