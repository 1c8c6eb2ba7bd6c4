import type { VariableName } from './settings.ts';

/** The zone, and how it is reached. */
const ZONE = ['HOSTED_ZONE_ID', 'HOSTED_ZONE_ROLE', 'HOSTED_ZONE_EXTERNAL_ID'] as const;

/**
 * The environment variables that each function reads, and no others: the template writes them, the wiring reads them. The
 * steps have the names of their states in `statemachines/reconcile.asl.yaml`.
 */
export const VARIABLES = {
  ReadTrigger: ['RUN_BUCKET', 'EVENT_QUEUE_URL', 'DEAD_LETTER_QUEUE_URL'],
  SnapshotZone: [...ZONE, 'ZONE_NAME', 'OWNER_LABEL', 'DEPLOYMENT_ID', 'REQUEST_SHARE', 'RUN_BUCKET'],
  ListClusters: ['CLUSTERS', 'REQUEST_SHARE', 'RUN_BUCKET'],
  CollectTasks: [
    'ZONE_NAME',
    'OWNER_LABEL',
    'PUBLISH_TASKS',
    'ADDRESS_FAMILY',
    'HEALTH_CHECK',
    'HEALTH_CHECK_PATH',
    'CHECKER_VPC',
    'ECS_ANYWHERE',
    'ANYWHERE_PROBED',
    'ON_DRAINING',
    'PUBLISH_PRIMARY_TASK_SET',
    'SHIFT_HOOK',
    'REQUEST_SHARE',
    'RUN_BUCKET',
  ],
  LoadBatch: ['RUN_BUCKET'],
  CheckHealth: [],
  SaveVerdicts: ['RUN_BUCKET'],
  CompleteReading: [
    ...ZONE,
    'ZONE_NAME',
    'OWNER_LABEL',
    'HEALTH_CHECK',
    'CHECKER_VPC',
    'ANYWHERE_PROBED',
    'REQUEST_SHARE',
    'RUN_BUCKET',
  ],
  PlanChanges: [
    'ZONE_NAME',
    'OWNER_LABEL',
    'ADDRESS_FAMILY',
    'RECORD_TTL',
    'MINIMUM_TTL',
    'ROUTING',
    'BEYOND_CAPACITY',
    'NEGATIVE_TTL',
    'DEPLOYMENT_ID',
    'MAX_DELETE_SHARE',
    'GUARD_MINIMUM',
    'MINIMUM_HEALTHY_SHARE',
    'ON_DRAINING',
    'REQUEST_SHARE',
    'RUN_BUCKET',
  ],
  ApplyBatch: [...ZONE, 'REQUEST_SHARE', 'RUN_BUCKET'],
  VerifyChanges: [
    'ZONE_NAME',
    'OWNER_LABEL',
    'PUBLISH_TASKS',
    'ADDRESS_FAMILY',
    'HEALTH_CHECK_PATH',
    'ECS_ANYWHERE',
    ...ZONE,
    'REQUEST_SHARE',
    'RUN_BUCKET',
    'EVENT_QUEUE_URL',
  ],
  PublishOutcome: ['RUN_BUCKET', 'EVENT_QUEUE_URL', 'EVENT_WINDOW', 'ON_UNHEALTHY', 'RELEASE'],
  StartRun: [
    'ZONE_NAME',
    'OWNER_LABEL',
    'PUBLISH_TASKS',
    'EVENT_WINDOW',
    'CLUSTERS',
    'EVENT_QUEUE_URL',
    'STATE_MACHINE_ARN',
  ],
  ShiftHook: [
    'HOSTED_ZONE_ROLE',
    'HOSTED_ZONE_EXTERNAL_ID',
    'ZONE_NAME',
    'OWNER_LABEL',
    'EVENT_WINDOW',
    'PUBLISH_PRIMARY_TASK_SET',
    'SHIFT_HOOK',
    'RUN_BUCKET',
    'EVENT_QUEUE_URL',
    'STATE_MACHINE_ARN',
  ],
} as const satisfies Readonly<Record<string, readonly VariableName[]>>;

export type FunctionName = keyof typeof VARIABLES;
