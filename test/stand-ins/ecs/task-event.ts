import type { Attachment, Container, Task } from '@aws-sdk/client-ecs';
import { type Account, uuid } from './identity.ts';

/** A container as events show it: without health. */
export type EventContainer = Omit<Container, 'healthStatus'>;

/** The task as events show it: times as ISO strings, no health, interfaces of type `eni`. */
export interface TaskStateChangeDetail {
  readonly clusterArn: string;
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  readonly containerInstanceArn?: string;
  readonly launchType: string;
  readonly group?: string;
  readonly startedBy?: string;
  readonly lastStatus: string;
  readonly desiredStatus: string;
  /** Grows with each change of the task; equal in duplicates. */
  readonly version: number;
  readonly attachments: readonly Attachment[];
  readonly containers: readonly EventContainer[];
  readonly overrides: Task['overrides'];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly [field: string]: unknown;
}

/** `ECS Task State Change`, as EventBridge delivers it. */
export interface TaskStateChangeEvent {
  /** Of the envelope, always "0"; the task's own is in the detail. */
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'ECS Task State Change';
  readonly source: 'aws.ecs';
  readonly account: string;
  /** ISO, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: TaskStateChangeDetail;
}

/** The event of a change that made the task what it is now. */
export function taskStateChange(
  task: Task,
  origin: { readonly account: Account; readonly id: string; readonly at: number },
): TaskStateChangeEvent {
  const { healthStatus: _, tags: __, containers = [], attachments = [], overrides, ...rest } = task;
  const { taskArn = '', clusterArn = '', taskDefinitionArn = '', launchType = '' } = task;
  const updatedAt = new Date(origin.at).toISOString();
  return {
    version: '0',
    id: uuid(origin.id),
    'detail-type': 'ECS Task State Change',
    source: 'aws.ecs',
    account: origin.account.accountId,
    time: updatedAt.replace(/\.\d+Z$/, 'Z'),
    region: origin.account.region,
    resources: [taskArn],
    detail: {
      ...withIsoTimes(rest),
      clusterArn,
      taskArn,
      taskDefinitionArn,
      launchType,
      lastStatus: task.lastStatus ?? '',
      desiredStatus: task.desiredStatus ?? '',
      version: task.version ?? 0,
      attachments: attachments.map((one) => (one.type === 'ElasticNetworkInterface' ? { ...one, type: 'eni' } : one)),
      containers: containers.map(({ healthStatus: ___, ...container }) => container),
      overrides: overrides ?? { containerOverrides: [] },
      createdAt: task.createdAt?.toISOString() ?? updatedAt,
      updatedAt,
    },
  };
}

function withIsoTimes(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );
}
