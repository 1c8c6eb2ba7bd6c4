import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ServiceDiscovery } from '../../infra/index.ts';

/**
 * The least that there can be: a zone, its VPC, and service discovery for every cluster of the account and Region.
 *
 * `npx cdk synth` in this folder; in an app of your own, `ServiceDiscovery` comes from `ecs-service-discovery-dns`.
 */
const stack = new Stack(new App(), 'MinimalServiceDiscovery');
// The cast is for exactOptionalPropertyTypes only, which this repository compiles with and the CDK does not.
const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0 }) as ec2.IVpc;
const hostedZone = new route53.PrivateHostedZone(stack, 'Zone', { zoneName: 'servicediscovery.internal', vpc });
const discovery = new ServiceDiscovery(stack, 'ServiceDiscovery', { hostedZone, vpc });

// Let the health checker in to your services.
const services = new ec2.SecurityGroup(stack, 'Services', { vpc });
discovery.connections.allowTo(services, ec2.Port.tcpRange(32_768, 65_535), 'health checks');
