import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ServiceDiscovery, type ServiceDiscoveryProps } from '../../infra/index.ts';
import { HostCluster } from './cluster.ts';
import type { Config } from './config.ts';
import { Login } from './container.ts';
import { DYNAMIC_PORTS, Network } from './network.ts';
import { Portal } from './portal.ts';
import { BridgeWorkload, FargateWorkload } from './workload.ts';

/** What differs from the construct's defaults. */
export const SETTINGS = {
  // Route 53 makes zones with 15 minutes: a client that asks before the first instance exists would stay blind so long.
  negativeTtl: Duration.seconds(5),
  logRetention: logs.RetentionDays.ONE_WEEK,
} satisfies Partial<ServiceDiscoveryProps>;

/** The whole environment in one deploy: network, zone, hosts, discovery, services that are found, one that finds them. */
export class EnvironmentStack extends Stack {
  readonly clusterArn: string;

  constructor(scope: Construct, id: string, { allowedCidr, settings = {} }: Config) {
    super(scope, id, {
      description: 'Service discovery for ECS through DNS, with everything that it needs to be seen',
    });
    const network = new Network(this, 'Network');
    const on = new HostCluster(this, 'Hosts', network);
    this.clusterArn = on.cluster.clusterArn;
    // Not the construct's own group, which lets all TCP out: this one reaches what it probes and nothing else.
    const checker = network.securityGroup(new Construct(this, 'Checker'), 'Health checker of service discovery', {
      callsAws: false,
    });
    const discovery = new ServiceDiscovery(this, 'ServiceDiscovery', {
      hostedZone: network.zone,
      vpc: network.vpc,
      securityGroups: [checker],
      clusters: [on.cluster],
      ...SETTINGS,
      ...settings,
    });

    const logins = {
      portal: new Login(this, 'PortalLogin', 'portal'),
      time: new Login(this, 'TimeLogin', 'time'),
      calc: new Login(this, 'CalcLogin', 'calc'),
    };
    new BridgeWorkload(this, 'Time', { on, service: 'time', login: logins.time, desiredCount: 2 });
    new BridgeWorkload(this, 'Calc', { on, service: 'calc', login: logins.calc, desiredCount: 2 });
    // The same name from another network mode: one SRV answer has them all.
    const fargate = new FargateWorkload(this, 'CalcOnFargate', {
      on,
      service: 'calc',
      login: logins.calc,
      desiredCount: 1,
    });
    const portal = new Portal(this, 'Portal', { on, logins, allowedCidr });

    discovery.connections.allowTo(on.hosts, DYNAMIC_PORTS, 'health checks of service discovery');
    on.hosts.connections.allowFrom(portal, DYNAMIC_PORTS, 'the portal');
    discovery.connections.allowToDefaultPort(fargate, 'health checks of service discovery');
    fargate.connections.allowDefaultPortFrom(portal, 'the portal');

    new CfnOutput(this, 'PortalAddress', { value: portal.address });
    new CfnOutput(this, 'PortalLoginSecret', { value: logins.portal.secret.secretArn });
    new CfnOutput(this, 'ClusterName', { value: on.cluster.clusterName });
    new CfnOutput(this, 'HostedZoneId', { value: network.zone.hostedZoneId });
    new CfnOutput(this, 'StateMachineArn', { value: discovery.stateMachine.stateMachineArn });
    new CfnOutput(this, 'RunBucketName', { value: discovery.bucket.bucketName });
    new CfnOutput(this, 'EventQueueUrl', { value: discovery.eventQueue.queueUrl });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: discovery.deadLetterQueue.queueUrl });
  }
}
