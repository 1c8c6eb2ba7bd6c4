/**
 * The states that runs enter, by what makes them: what Step Functions bills, and which functions are called. A test
 * compares them with the history of real runs of the deployed definition.
 */
const PASS = [
  'SnapshotZone',
  'AnythingNew?',
  'ListClusters',
  'ObserveClusters',
  'CompleteReading',
  'PlanChanges',
  'AnythingToDo?',
];

/** Once in each run. */
export const RUN: readonly string[] = [
  'StartedByEvents?',
  'ReadTrigger',
  ...PASS,
  'PublishOutcome',
  'Outcome?',
  'ZoneInSync',
];
/** For each cluster of a pass. */
export const CLUSTER: readonly string[] = ['CollectTasks', 'CheckEndpoints'];
/** For each batch of endpoints that are probed. */
export const PROBES: readonly string[] = ['LoadBatch', 'CheckHealth', 'SaveVerdicts'];
/** Where a pass has something to change, or to wait for. */
export const CHANGE: readonly string[] = ['ApplyBatches', 'VerifyChanges', 'InSync?'];
/** For each change batch. */
export const BATCH: readonly string[] = ['ApplyBatch'];
/** Another look at an instance that does not pass yet. */
export const LOOK: readonly string[] = ['WaitForStarts', 'LookAgain', ...PASS];

/** Memory of the function behind each Task state, in MiB, as `infra/steps.ts` sets it. */
export const MEMORY: Readonly<Record<string, number>> = {
  ReadTrigger: 512,
  SnapshotZone: 1_024,
  ListClusters: 512,
  CollectTasks: 1_024,
  LoadBatch: 512,
  CheckHealth: 1_769,
  SaveVerdicts: 512,
  CompleteReading: 1_024,
  PlanChanges: 1_024,
  ApplyBatch: 512,
  VerifyChanges: 1_024,
  PublishOutcome: 1_024,
};
/** Memory of the function that takes each event, in MiB. */
export const TRIGGER_MEMORY = 512;
