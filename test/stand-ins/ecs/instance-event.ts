import type { ContainerInstance } from '@aws-sdk/client-ecs';
import { type Account, uuid } from './identity.ts';

/** `ECS Container Instance State Change`, as EventBridge delivers it (ecs_container_instance_events). */
export interface InstanceStateChangeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'ECS Container Instance State Change';
  readonly source: 'aws.ecs';
  readonly account: string;
  /** ISO, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: {
    readonly clusterArn: string;
    readonly containerInstanceArn: string;
    readonly status: string;
    /** Grows with each change of the container instance; equal in duplicates. */
    readonly version: number;
    readonly [field: string]: unknown;
  };
}

/** The event of a change that made the container instance what it is now; it does not say what has changed. */
export function instanceStateChange(
  instance: ContainerInstance,
  origin: { readonly cluster: string; readonly account: Account; readonly id: string; readonly at: number },
): InstanceStateChangeEvent {
  const { containerInstanceArn = '', ec2InstanceId, status = '', version = 0, agentConnected, attributes } = instance;
  const updatedAt = new Date(origin.at).toISOString();
  return {
    version: '0',
    id: uuid(origin.id),
    'detail-type': 'ECS Container Instance State Change',
    source: 'aws.ecs',
    account: origin.account.accountId,
    time: updatedAt.replace(/\.\d+Z$/, 'Z'),
    region: origin.account.region,
    resources: [containerInstanceArn],
    detail: {
      agentConnected,
      attributes,
      clusterArn: origin.cluster,
      containerInstanceArn,
      ec2InstanceId,
      status,
      version,
      versionInfo: instance.versionInfo,
      updatedAt,
    },
  };
}
