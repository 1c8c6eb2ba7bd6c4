import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct, type IDependable } from 'constructs';
import { acknowledge } from './acknowledgements.ts';

export const ZONE_NAME = 'servicediscovery.internal';

/** Where services listen in bridge mode: the range from which hosts take dynamic ports. */
export const DYNAMIC_PORTS = ec2.Port.tcpRange(32_768, 65_535);

/** A VPC of two zones with one way out, and the private zone that its resolver answers from. */
export class Network extends Construct {
  readonly vpc: ec2.IVpc;
  readonly zone: route53.IHostedZone;
  /** Stands for the way out: what loads images must start after it, and be gone before it goes. */
  readonly wayOut: IDependable;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // The cast is for exactOptionalPropertyTypes only, which this repository compiles with and the CDK does not.
    const vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 1,
      // A private zone is only asked in a VPC that has both.
      enableDnsSupport: true,
      enableDnsHostnames: true,
      // Nobody is in the default group: it lets nothing in and nothing out.
      restrictDefaultSecurityGroup: true,
      // The load balancer gets its addresses by itself.
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ],
      // Layers of images come from S3, and need not pass the NAT gateway.
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    }) as ec2.IVpc;
    this.vpc = vpc;
    acknowledge(vpc, 'AwsSolutions-VPC7');
    this.zone = new route53.PrivateHostedZone(this, 'Zone', { zoneName: ZONE_NAME, vpc });
    this.wayOut = vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }).internetConnectivityEstablished;
  }

  /** A security group that lets nothing in, and HTTPS out where it says so. */
  securityGroup(
    scope: Construct,
    description: string,
    { callsAws }: { readonly callsAws: boolean },
  ): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(scope, 'SecurityGroup', {
      vpc: this.vpc,
      description,
      allowAllOutbound: false,
    });
    if (callsAws) group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'AWS APIs, images and packages');
    return group;
  }
}
