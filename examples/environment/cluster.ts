import { Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeHosts } from './acknowledgements.ts';
import type { Network } from './network.ts';

const HOSTS = 2;
/** GiB: what the ECS-optimized image asks for. */
const DISK = 30;

/** An ECS cluster on two EC2 hosts, which a capacity provider replaces and drains. */
export class HostCluster extends Construct {
  readonly network: Network;
  readonly cluster: ecs.ICluster;
  /** What services run on; `weight` 1. */
  readonly capacity: ecs.CapacityProviderStrategy;
  /** Of the hosts, and so of every task in bridge mode. */
  readonly hosts: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, network: Network) {
    super(scope, id);
    this.network = network;
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc: network.vpc });
    // The cast is for exactOptionalPropertyTypes only; so are the others.
    this.cluster = cluster as ecs.ICluster;
    acknowledge(cluster, 'AwsSolutions-ECS4');
    this.hosts = network.securityGroup(this, 'ECS hosts', { callsAws: true });
    const group = new autoscaling.AutoScalingGroup(this, 'Hosts', {
      vpc: network.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      launchTemplate: hostTemplate(this, cluster, this.hosts),
      minCapacity: HOSTS,
      maxCapacity: HOSTS + 1,
      // A newer image, known by the parameter at the next deployment, replaces one host after the other.
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({ maxBatchSize: 1, minInstancesInService: HOSTS }),
    });
    group.node.addDependency(network.wayOut);
    acknowledge(group, 'AwsSolutions-AS3');
    const provider = new ecs.AsgCapacityProvider(this, 'Capacity', {
      autoScalingGroup: group,
      enableManagedDraining: true,
      // It would keep the stack from being deleted.
      enableManagedTerminationProtection: false,
    });
    cluster.addAsgCapacityProvider(provider);
    this.capacity = { capacityProvider: provider.capacityProviderName, weight: 1 };
  }

  /** What a service starts after and must be gone before: capacity, the way to its image, its rights and its log. */
  carries(service: ecs.BaseService): void {
    service.node.addDependency(this.cluster, this.network.wayOut, service.taskDefinition);
  }
}

function hostTemplate(scope: Construct, cluster: ecs.Cluster, securityGroup: ec2.SecurityGroup): ec2.LaunchTemplate {
  return new ec2.LaunchTemplate(scope, 'Template', {
    instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.SMALL),
    // An SSM parameter of the template, which CloudFormation reads: nothing is looked up at synth.
    machineImage: ecs.EcsOptimizedImage.amazonLinux2023(ecs.AmiHardwareType.ARM),
    userData: hostSettings(),
    securityGroup,
    role: hostRole(scope, cluster),
    requireImdsv2: true,
    // One hop ends at the host: containers behind its bridge do not get its credentials.
    httpPutResponseHopLimit: 1,
    blockDevices: [
      {
        deviceName: '/dev/xvda',
        volume: ec2.BlockDeviceVolume.ebs(DISK, { encrypted: true, volumeType: ec2.EbsDeviceVolumeType.GP3 }),
      },
    ],
  });
}

/** The cluster's name is added by the cluster. */
function hostSettings(): ec2.UserData {
  const settings = ec2.UserData.forLinux();
  // The hop limit below does not stop tasks with an interface of their own.
  settings.addCommands('echo ECS_AWSVPC_BLOCK_IMDS=true >> /etc/ecs/ecs.config');
  return settings;
}

/**
 * What the ECS agent needs, and Session Manager in place of SSH. Images, logs and secrets are the business of each
 * task's execution role, so the hosts need not reach them; the CDK would grant them, and `ecs:Submit*`, unasked.
 */
function hostRole(scope: Construct, { clusterArn, clusterName }: ecs.Cluster): iam.IRole {
  const role = new iam.Role(scope, 'HostRole', {
    assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    description: 'ECS agent and Session Manager',
    managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
  });
  const hosts = Stack.of(scope).formatArn({
    service: 'ecs',
    resource: 'container-instance',
    resourceName: `${clusterName}/*`,
  });
  const statements = [
    new iam.PolicyStatement({
      actions: [
        'ecs:RegisterContainerInstance',
        'ecs:DeregisterContainerInstance',
        'ecs:SubmitAttachmentStateChanges',
        'ecs:SubmitContainerStateChange',
        'ecs:SubmitTaskStateChange',
      ],
      resources: [clusterArn],
    }),
    new iam.PolicyStatement({
      actions: ['ecs:Poll', 'ecs:StartTelemetrySession'],
      resources: [hosts],
      conditions: { ArnEquals: { 'ecs:cluster': clusterArn } },
    }),
    // Knows no resources.
    new iam.PolicyStatement({ actions: ['ecs:DiscoverPollEndpoint'], resources: ['*'] }),
  ];
  for (const statement of statements) role.addToPolicy(statement);
  acknowledge(
    role,
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]',
    'AwsSolutions-IAM5[Resource::*]',
  );
  acknowledgeHosts(role, hosts);
  return role.withoutPolicyUpdates();
}
