import { CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { ServiceDiscovery } from './index.ts';

export class EcsServiceDiscoveryDns extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const parameter = (name: string, type: string) => new CfnParameter(this, name, { type });
    const hostedZone = route53.HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: parameter('HostedZoneId', 'AWS::Route53::HostedZone::Id').valueAsString,
      zoneName: parameter('HostedZoneName', 'String').valueAsString,
    });
    const vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: parameter('VpcId', 'AWS::EC2::VPC::Id').valueAsString,
      availabilityZones: [''],
    });
    const subnets = parameter('PrivateSubnetIds', 'List<AWS::EC2::Subnet::Id>').valueAsList;
    const discovery = new ServiceDiscovery(this, 'ServiceDiscovery', {
      hostedZone,
      vpc,
      vpcSubnets: { subnets: subnets.map((subnet, index) => ec2.Subnet.fromSubnetId(this, `Subnet${index}`, subnet)) },
    });
    new CfnOutput(this, 'StateMachineArn', { value: discovery.stateMachine.stateMachineArn });
    new CfnOutput(this, 'RunBucketName', { value: discovery.bucket.bucketName });
    new CfnOutput(this, 'EventQueueUrl', { value: discovery.eventQueue.queueUrl });
  }
}
