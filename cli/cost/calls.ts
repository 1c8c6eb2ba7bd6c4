/**
 * What runs ask of S3, SQS and CloudWatch. A test compares these figures with what real runs of the steps have asked and
 * sent, and with the alarms of the synthesized template.
 */
export interface Calls {
  readonly writes: number;
  readonly reads: number;
  readonly messages: number;
}

/** Tasks of a cluster from which on what crosses states is too large to stay inline (contracts/crossing.ts). */
const LARGE = 50;

/**
 * Of a full run that finds nothing to change: snapshot, reading, plan, outcome and its index are kept whatever their size. The
 * definitions of each cluster are read by functions that have just started.
 */
export function fullRunCalls({
  clusters,
  tasks,
  batches,
}: {
  readonly clusters: number;
  readonly tasks: number;
  readonly batches: number;
}): Calls {
  const stored = clusters + (clusters > 0 && tasks / clusters > LARGE ? 2 * batches : 0);
  // What several clusters have taken is kept anew when it changes, so that they share the pace.
  const shares = clusters > 1 ? 1 : 0;
  return { writes: 5 + shares + stored, reads: 26 + clusters + stored, messages: 2 };
}

/** Of a run that one event starts; definitions included, where CollectTasks and VerifyChanges have just started. */
export function eventRunCalls({ tasks }: { readonly tasks: number }): Calls {
  return tasks > LARGE ? { writes: 13, reads: 18, messages: 5 } : { writes: 9, reads: 10, messages: 5 };
}

export const METRICS_OF_FULL_RUNS: readonly string[] = ['FullRunsInSync'];
/** Metrics that hours with starts and stops have besides. */
export const METRICS_OF_CHANGES: readonly string[] = [
  'ChangesApplied',
  'EventLatency',
  'EventsQueued',
  'InstancesPublished',
];
/** Metrics that the alarms of the stack watch, of AWS and ours. */
export const METRICS_IN_ALARMS = 18;
