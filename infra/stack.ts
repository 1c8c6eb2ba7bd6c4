import { Annotations, ArnFormat, CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { SETTINGS, type Setting } from '../functions/contracts/settings.ts';
import type { Asked, Config } from './config.ts';
import { outputsOf } from './outputs.ts';
import { ServiceDiscovery } from './service-discovery.ts';

/** The app as it is: one deployment of the construct for a zone, and with health checks a VPC, that exist already. */
export class ServiceDiscoveryStack extends Stack {
  constructor(scope: Construct, config: Config) {
    super(scope, config.stackName, {
      stackName: config.stackName,
      description: 'Service discovery for Amazon ECS through SRV record sets in a Route 53 private hosted zone',
    });
    const clusters = config.clusters?.map((cluster, index) =>
      ecs.Cluster.fromClusterArn(this, `Cluster${index}`, this.clusterArn(cluster)),
    );
    const probes = config.props.healthCheck !== false;
    const alarmTopic = this.alarmTopic(config);
    const discovery = new ServiceDiscovery(this, 'ServiceDiscovery', {
      hostedZone: this.hostedZone(config),
      ...this.hostedZoneRole(config),
      ...(probes && this.network(config)),
      ...(clusters && { clusters }),
      ...(alarmTopic && { alarmTopic }),
      ...config.props,
    });
    const shifts = config.props.blueGreen === true;
    for (const { name, ...output } of outputsOf({ discovery, probes, shifts, ...(alarmTopic && { alarmTopic }) }))
      new CfnOutput(this, name, output);
  }

  private hostedZone({ hostedZoneId, hostedZoneName }: Config): route53.IHostedZone {
    return route53.HostedZone.fromHostedZoneAttributes(this, 'HostedZone', {
      hostedZoneId: hostedZoneId ?? this.parameter('hostedZoneId').valueAsString,
      zoneName: hostedZoneName ?? this.parameter('hostedZoneName').valueAsString,
    });
  }

  private hostedZoneRole({ hostedZoneRoleArn: arn }: Config) {
    if (arn === undefined) return {};
    return { hostedZoneRole: iam.Role.fromRoleArn(this, 'HostedZoneRole', arn, { mutable: false }) };
  }

  /** No lookups, so that synth needs no credentials; the checker's subnets need no routes and no zones. */
  private network({ vpcId, privateSubnetIds }: Config) {
    const vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: vpcId ?? this.parameter('vpcId').valueAsString,
      availabilityZones: ['any'],
    });
    const ids = privateSubnetIds ?? this.parameter('privateSubnetIds').valueAsList;
    const subnets = ids.map((id, index) => ec2.Subnet.fromSubnetId(this, `CheckerSubnet${index}`, id));
    Annotations.of(this).acknowledgeWarning(
      '@aws-cdk/aws-ec2:noSubnetRouteTableId',
      'nothing reads the route tables of the subnets',
    );
    return { vpc, vpcSubnets: { subnets } };
  }

  /** Not encrypted by a key of its own, which would cost as much as all alarms together: messages name alarms, no secrets. */
  private alarmTopic({ alarmTopicArn, alarmEmail }: Config): sns.ITopic | undefined {
    if (alarmTopicArn !== undefined) return sns.Topic.fromTopicArn(this, 'AlarmTopic', alarmTopicArn);
    if (alarmEmail === undefined) return undefined;
    const topic = new sns.Topic(this, 'AlarmTopic', { enforceSSL: true });
    topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }

  private clusterArn(cluster: string): string {
    if (cluster.startsWith('arn:')) return cluster;
    const arnFormat = ArnFormat.SLASH_RESOURCE_NAME;
    return this.formatArn({ service: 'ecs', resource: 'cluster', resourceName: cluster, arnFormat });
  }

  /** Without a default: a deployment that is not told stops at once, instead of running against another zone. */
  private parameter(name: Asked): CfnParameter {
    const { says, kind, parameter }: Setting<unknown> & { readonly parameter: { name: string; type: string } } =
      SETTINGS[name];
    return new CfnParameter(this, parameter.name, {
      type: parameter.type,
      description: `${says}: ${kind.want}`,
      // Ids have a type that CloudFormation checks itself.
      ...(parameter.type === 'String' &&
        kind.pattern && {
          allowedPattern: kind.pattern.source,
          constraintDescription: `want ${kind.want}`,
        }),
    });
  }
}
