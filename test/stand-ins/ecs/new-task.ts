import type {
  Container,
  ContainerDefinition,
  ContainerInstance,
  LaunchType,
  Task,
  TaskDefinition,
  TaskOverride,
} from '@aws-sdk/client-ecs';
import { ecsArn, uuid } from './identity.ts';
import type { ElasticInterface } from './network.ts';
import { type ClusterRecord, type EcsStore, invalid } from './store.ts';
import type { TaskPatch } from './task.ts';

/** A task to be, in one line: its network follows from the definition's network mode. */
export interface NewTask extends TaskPatch {
  /** Name or ARN; `default` unless given. */
  readonly cluster?: string;
  /** Family, `family:revision` or ARN. */
  readonly taskDefinition: string;
  /** Id or ARN of its container instance; without one the task runs on Fargate. */
  readonly containerInstance?: string;
  /** EC2 with a container instance, else FARGATE. */
  readonly launchType?: LaunchType;
  /** Its group becomes `service:<name>`. */
  readonly service?: string;
  /** `family:<family>` unless given or of a service. */
  readonly group?: string;
  readonly startedBy?: string;
  readonly overrides?: TaskOverride;
  /** Containers that AWS injected, which no definition names, e.g. `aws-guardduty-agent-1a2b3c`. */
  readonly sidecars?: readonly string[];
}

/** What is settled about a task before it is made. */
export interface Draft {
  readonly cluster: ClusterRecord;
  readonly definition: TaskDefinition;
  readonly host: ContainerInstance | undefined;
  readonly id: string;
}

/** The task before anything happened to it: PROVISIONING, version 0. */
export function unbornTask(store: EcsStore, spec: NewTask, { cluster, definition, host, id }: Draft): Task {
  const taskArn = ecsArn(store.account, 'task', `${cluster.name}/${id}`);
  return {
    clusterArn: cluster.arn,
    taskArn,
    taskDefinitionArn: definition.taskDefinitionArn,
    ...(host ? { containerInstanceArn: host.containerInstanceArn } : { platformVersion: '1.4.0' }),
    launchType: spec.launchType ?? (host ? 'EC2' : 'FARGATE'),
    availabilityZone: attributeOf(host, 'ecs.availability-zone') ?? `${store.account.region}a`,
    group: spec.service === undefined ? (spec.group ?? `family:${definition.family}`) : `service:${spec.service}`,
    ...(spec.startedBy === undefined ? {} : { startedBy: spec.startedBy }),
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    cpu: definition.cpu ?? '0',
    memory: definition.memory ?? '0',
    overrides: overridesFor(definition, spec.overrides),
    containers: [
      ...(definition.containerDefinitions ?? []),
      ...(spec.sidecars ?? []).map((name): ContainerDefinition => ({ name })),
    ].map((one) => unbornContainer(one, taskArn, `${store.account.region}:${store.account.accountId}`, store.nextId())),
    enableExecuteCommand: false,
    createdAt: new Date(store.now()),
    tags: [],
    version: 0,
  };
}

function unbornContainer(definition: ContainerDefinition, taskArn: string, owner: string, id: string): Container {
  const path = taskArn.slice(taskArn.indexOf('/') + 1);
  return {
    containerArn: `arn:aws:ecs:${owner}:container/${path}/${uuid(id)}`,
    taskArn,
    name: definition.name,
    ...(definition.image === undefined ? {} : { image: definition.image }),
    lastStatus: 'PENDING',
    networkBindings: [],
    networkInterfaces: [],
    healthStatus: 'UNKNOWN',
    cpu: `${definition.cpu ?? 0}`,
    ...(definition.memory === undefined ? {} : { memory: `${definition.memory}` }),
  };
}

/** Every container of the definition appears in the overrides, with what was overridden. */
function overridesFor(definition: TaskDefinition, given: TaskOverride = {}): TaskOverride {
  const names = (definition.containerDefinitions ?? []).map(({ name }) => name);
  const asked = given.containerOverrides ?? [];
  for (const { name } of asked) {
    if (!names.includes(name)) {
      throw invalid(`Override for container named ${name} is not a container in the TaskDefinition.`);
    }
  }
  return {
    ...given,
    containerOverrides: names.map((name) => asked.find((one) => one.name === name) ?? { name }),
    inferenceAcceleratorOverrides: given.inferenceAcceleratorOverrides ?? [],
  };
}

/**
 * The interface that an awsvpc task gets.
 *
 * @param number of this interface; chooses the address where the task names none
 */
export function elasticInterfaceFor(store: EcsStore, spec: NewTask, { host }: Draft, number: number): ElasticInterface {
  const { elasticInterface: wanted = {} } = spec;
  const address = spec.address ?? `10.128.${(number >> 8) & 255}.${number & 255}`;
  return {
    attachmentId: uuid(store.nextId()),
    networkInterfaceId: wanted.networkInterfaceId ?? `eni-${store.nextId().slice(0, 17)}`,
    subnetId: wanted.subnetId ?? attributeOf(host, 'ecs.subnet-id') ?? 'subnet-00000000000000000',
    ...atAddress(address, store.account.region),
    ...(wanted.macAddress === undefined ? {} : { macAddress: wanted.macAddress }),
    ...(wanted.privateDnsName === undefined ? {} : { privateDnsName: wanted.privateDnsName }),
    ...(wanted.ipv6Address === undefined ? {} : { ipv6Address: wanted.ipv6Address }),
  };
}

/** What of an interface follows from its address. */
export function atAddress(address: string, region: string) {
  const octets = address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return {
    macAddress: `0a:58:${octets.join(':')}`,
    privateDnsName: `ip-${address.replaceAll('.', '-')}.${domain}`,
    address,
  };
}

function attributeOf(host: ContainerInstance | undefined, name: string): string | undefined {
  return host?.attributes?.find((one) => one.name === name)?.value;
}
