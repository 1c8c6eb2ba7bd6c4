import type { ContainerInstance, ContainerInstanceStatus } from '@aws-sdk/client-ecs';
import { History } from './history.ts';
import { ecsArn } from './identity.ts';
import { HostPorts } from './network.ts';
import { type ClusterRecord, type EcsStore, type InstanceRecord, invalid } from './store.ts';

/** A host that joins a cluster. */
export interface NewContainerInstance {
  /** Name or ARN; `default` unless given. */
  readonly cluster?: string;
  /** `i-…`, or `mi-…` for ECS Anywhere. */
  readonly ec2InstanceId: string;
  /** ACTIVE unless given. */
  readonly status?: ContainerInstanceStatus;
  /** True unless given. */
  readonly agentConnected?: boolean;
  readonly vpcId?: string;
  readonly subnetId?: string;
  /** First zone of the Region unless given. */
  readonly availabilityZone?: string;
}

/** What changes of a host without any event about its tasks. */
export interface ContainerInstancePatch {
  readonly status?: 'ACTIVE' | 'DRAINING';
  readonly agentConnected?: boolean;
}

export function addInstance(store: EcsStore, cluster: ClusterRecord, spec: NewContainerInstance): InstanceRecord {
  const id = store.nextId();
  const arn = ecsArn(store.account, 'container-instance', `${cluster.name}/${id}`);
  const instance: ContainerInstance = {
    containerInstanceArn: arn,
    ec2InstanceId: spec.ec2InstanceId,
    version: 1,
    versionInfo: { agentVersion: '1.90.0', dockerVersion: 'DockerVersion: 25.0.8' },
    status: spec.status ?? 'ACTIVE',
    agentConnected: spec.agentConnected ?? true,
    attributes: attributesOf(spec, store.account.region),
    registeredAt: new Date(store.now()),
    attachments: [],
    tags: [],
  };
  const record: InstanceRecord = {
    sequence: store.nextSequence(),
    id,
    arn,
    ports: new HostPorts(),
    tasks: [],
    history: new History(store.now(), instance),
  };
  cluster.instances.push(record);
  cluster.instancesById.set(id, record);
  return record;
}

/** Every change counts as a version of the container instance. */
export function changeInstance(store: EcsStore, record: InstanceRecord, patch: Partial<ContainerInstance>): void {
  const before = record.history.latest;
  if (before.status === 'INACTIVE') throw invalid('Container instance is inactive.');
  record.history.change(store.now(), { ...before, ...patch, version: (before.version ?? 0) + 1 });
  if (patch.status === 'INACTIVE') record.deregisteredAt = store.now();
}

/** The container instance as it was at a time, with the counts of its tasks; undefined when it did not exist. */
export function instanceAt(record: InstanceRecord, asOf: number): ContainerInstance | undefined {
  const instance = record.history.at(asOf);
  if (!instance) return undefined;
  const statuses = record.tasks.map(({ history }) => history.at(asOf)?.lastStatus);
  return {
    ...instance,
    runningTasksCount: statuses.filter((status) => status === 'RUNNING').length,
    pendingTasksCount: statuses.filter(isPending).length,
  };
}

export function isPending(lastStatus: string | undefined): boolean {
  return lastStatus === 'PROVISIONING' || lastStatus === 'PENDING' || lastStatus === 'ACTIVATING';
}

function attributesOf({ vpcId, subnetId, availabilityZone }: NewContainerInstance, region: string) {
  const attributes = [
    { name: 'ecs.availability-zone', value: availabilityZone ?? `${region}a` },
    { name: 'ecs.os-type', value: 'linux' },
    { name: 'ecs.os-family', value: 'LINUX' },
    { name: 'ecs.cpu-architecture', value: 'arm64' },
  ];
  if (vpcId !== undefined) attributes.push({ name: 'ecs.vpc-id', value: vpcId });
  if (subnetId !== undefined) attributes.push({ name: 'ecs.subnet-id', value: subnetId });
  return attributes;
}
