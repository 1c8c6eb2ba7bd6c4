import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledgements.ts';
import type { HostCluster } from './cluster.ts';
import { addContainer, type Login, PORTS } from './container.ts';
import { ZONE_NAME } from './network.ts';
import { DEPLOYMENT, fullNameOf, MEMORY } from './workload.ts';

export interface PortalProps {
  readonly on: HostCluster;
  readonly logins: { readonly portal: Login; readonly time: Login; readonly calc: Login };
  /** Who may reach it, in CIDR notation. */
  readonly allowedCidr: string;
}

/**
 * The page behind a load balancer. Its tasks run on the hosts with an address of their own (awsvpc), so that a security
 * group can tell them from all the others; it declares no name.
 */
export class Portal extends Construct implements ec2.IConnectable {
  /** Of the tasks: what they may reach. */
  readonly connections: ec2.Connections;
  readonly address: string;

  constructor(scope: Construct, id: string, { on, logins, allowedCidr }: PortalProps) {
    super(scope, id);
    const securityGroup = on.network.securityGroup(this, 'Tasks of the portal', { callsAws: false });
    this.connections = new ec2.Connections({ securityGroups: [securityGroup] });
    const taskDefinition = new ecs.Ec2TaskDefinition(this, 'Task', { networkMode: ecs.NetworkMode.AWS_VPC });
    addContainer(taskDefinition, {
      service: 'portal',
      logins: { PORTAL: logins.portal, TIME: logins.time, CALC: logins.calc },
      environment: { ZONE: ZONE_NAME, TIME_NAME: fullNameOf('time'), CALC_NAME: fullNameOf('calc') },
      // The load balancer stops sending before SIGTERM, so there is nothing to drain.
      stopTimeout: Duration.seconds(30),
      memoryLimitMiB: MEMORY,
    });
    const service = new ecs.Ec2Service(this, 'Service', {
      ...DEPLOYMENT,
      cluster: on.cluster,
      taskDefinition,
      desiredCount: 2,
      securityGroups: [securityGroup],
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      capacityProviderStrategies: [on.capacity],
      placementStrategies: [ecs.PlacementStrategy.spreadAcrossInstances()],
    });
    on.carries(service);
    this.address = `http://${behindLoadBalancer(this, service, { on, allowedCidr }).loadBalancerDnsName}`;
  }
}

function behindLoadBalancer(
  scope: Construct,
  service: ecs.Ec2Service,
  { on, allowedCidr }: Pick<PortalProps, 'on' | 'allowedCidr'>,
): elb.ApplicationLoadBalancer {
  const { network } = on;
  const securityGroup = network.securityGroup(new Construct(scope, 'Entrance'), 'Load balancer of the portal', {
    callsAws: false,
  });
  acknowledge(securityGroup, 'AwsSolutions-EC23');
  const balancer = new elb.ApplicationLoadBalancer(scope, 'LoadBalancer', {
    vpc: network.vpc,
    internetFacing: true,
    securityGroup,
    dropInvalidHeaderFields: true,
  });
  acknowledge(balancer, 'AwsSolutions-ELB2');
  const listener = balancer.addListener('Http', { port: 80, protocol: elb.ApplicationProtocol.HTTP, open: false });
  listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4(allowedCidr), 'the portal, behind basic auth');
  listener.addTargets('Portal', {
    port: PORTS.portal,
    protocol: elb.ApplicationProtocol.HTTP,
    targets: [service.loadBalancerTarget({ containerName: 'portal', containerPort: PORTS.portal })],
    healthCheck: { path: '/health', interval: Duration.seconds(10), timeout: Duration.seconds(3) },
    deregistrationDelay: Duration.seconds(15),
  });
  return balancer;
}
