import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { HostCluster } from './cluster.ts';
import { addContainer, type ContainerSpec, type Login, PORTS } from './container.ts';
import { ZONE_NAME } from './network.ts';

/** Serve on for this long after SIGTERM, and then finish within the rest: docs/draining.md. */
const DRAIN = Duration.seconds(90);
const STOP_TIMEOUT = Duration.seconds(120);
/** MiB of one Node process with one small server. */
export const MEMORY = 192;

/** What keeps a service up while it is deployed, and takes a deployment back that does not come up. */
export const DEPLOYMENT = {
  minHealthyPercent: 100,
  maxHealthyPercent: 200,
  circuitBreaker: { rollback: true },
} as const;

export type Published = 'time' | 'calc';

/** The name that a service is published under, relative to the zone. */
export const nameOf = (service: Published) => `_${service}._tcp`;
/** The name that clients look up. */
export const fullNameOf = (service: Published) => `${nameOf(service)}.${ZONE_NAME}`;

export interface WorkloadProps {
  readonly on: HostCluster;
  readonly service: Published;
  readonly login: Login;
  readonly desiredCount: number;
}

/** Everything that discovery asks of a container: a name, a check, and time to drain. */
const published = (service: Published, login: Login): ContainerSpec => ({
  service,
  logins: { [service.toUpperCase()]: login },
  environment: {
    [`SERVICE_${PORTS[service]}_NAME`]: nameOf(service),
    [`SERVICE_${PORTS[service]}_CHECK_HTTP`]: '/health',
    DRAIN_SECONDS: String(DRAIN.toSeconds()),
  },
  stopTimeout: STOP_TIMEOUT,
});

/** Tasks in bridge mode on the hosts: ECS chooses the host port, and SRV tells it. */
export class BridgeWorkload extends Construct {
  constructor(scope: Construct, id: string, { on, service, login, desiredCount }: WorkloadProps) {
    super(scope, id);
    const taskDefinition = new ecs.Ec2TaskDefinition(this, 'Task', { networkMode: ecs.NetworkMode.BRIDGE });
    addContainer(taskDefinition, { ...published(service, login), memoryLimitMiB: MEMORY });
    const tasks = new ecs.Ec2Service(this, 'Service', {
      ...DEPLOYMENT,
      cluster: on.cluster,
      taskDefinition,
      desiredCount,
      capacityProviderStrategies: [on.capacity],
      placementStrategies: [ecs.PlacementStrategy.spreadAcrossInstances()],
    });
    on.carries(tasks);
  }
}

/** The same on Fargate: each task has an address of its own, and listens on the container port. */
export class FargateWorkload extends Construct implements ec2.IConnectable {
  readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, { on, service, login, desiredCount }: WorkloadProps) {
    super(scope, id);
    const securityGroup = on.network.securityGroup(this, `${service} on Fargate`, { callsAws: true });
    this.connections = new ec2.Connections({
      securityGroups: [securityGroup],
      defaultPort: ec2.Port.tcp(PORTS[service]),
    });
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Task', {
      cpu: 256,
      memoryLimitMiB: 512,
      runtimePlatform: {
        cpuArchitecture: ecs.CpuArchitecture.ARM64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    addContainer(taskDefinition, published(service, login));
    const tasks = new ecs.FargateService(this, 'Service', {
      ...DEPLOYMENT,
      cluster: on.cluster,
      taskDefinition,
      desiredCount,
      securityGroups: [securityGroup],
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      assignPublicIp: false,
    });
    on.carries(tasks);
  }
}
