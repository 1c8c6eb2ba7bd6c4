import { Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Reconciler } from './reconciler.ts';
import { Triggers } from './triggers.ts';

export interface ServiceDiscoveryProps {
  readonly hostedZone: route53.IHostedZone;
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly clusters?: readonly ecs.ICluster[];
  readonly healthCheck?: boolean;
  readonly healthCheckPath?: string;
  readonly ownerLabel?: string;
  readonly deploymentId?: string;
  readonly recordTtl?: Duration;
  readonly schedule?: scheduler.ScheduleExpression;
  readonly eventWindow?: Duration;
  readonly maxDeleteShare?: number;
  readonly minimumHealthyShare?: number;
}

export class ServiceDiscovery extends Construct {
  readonly stateMachine: sfn.StateMachine;
  readonly bucket: s3.Bucket;
  readonly eventQueue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;

  constructor(scope: Construct, id: string, props: ServiceDiscoveryProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const deploymentId = props.deploymentId ?? stack.stackName;
    this.bucket = new s3.Bucket(this, 'RunBucket', { enforceSSL: true });
    this.deadLetterQueue = new sqs.Queue(this, 'DeadLetterQueue', {
      enforceSSL: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    this.eventQueue = new sqs.Queue(this, 'EventQueue', {
      enforceSSL: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(1),
      visibilityTimeout: Duration.hours(1),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: 20 },
    });
    const clusters = props.clusters ?? [];
    const grounds = {
      stack,
      hostedZone: props.hostedZone,
      bucket: this.bucket,
      eventQueue: this.eventQueue,
      deadLetterQueue: this.deadLetterQueue,
      clusters,
    };
    const variables = {
      HOSTED_ZONE_ID: props.hostedZone.hostedZoneId,
      ZONE_NAME: props.hostedZone.zoneName,
      OWNER_LABEL: props.ownerLabel ?? 'ecs',
      DEPLOYMENT_ID: `${stack.account}/${stack.region}/${deploymentId}`,
      RUN_BUCKET: this.bucket.bucketName,
      CLUSTERS: clusters.map(({ clusterArn }) => clusterArn).join(','),
      RECORD_TTL: String((props.recordTtl ?? Duration.seconds(5)).toSeconds()),
      HEALTH_CHECK: (props.healthCheck ?? true) ? 'on' : 'off',
      HEALTH_CHECK_PATH: props.healthCheckPath ?? '',
      CHECKER_VPC: props.vpc?.vpcId ?? '',
      MAX_DELETE_SHARE: String(props.maxDeleteShare ?? 0.3),
      MINIMUM_HEALTHY_SHARE: String(props.minimumHealthyShare ?? 0.5),
      EVENT_QUEUE_URL: this.eventQueue.queueUrl,
      DEAD_LETTER_QUEUE_URL: this.deadLetterQueue.queueUrl,
      EVENT_WINDOW: String((props.eventWindow ?? Duration.seconds(2)).toSeconds()),
    };
    const reconciler = new Reconciler(this, 'Reconciler', {
      grounds,
      variables,
      deploymentId,
      logRetention: logs.RetentionDays.ONE_MONTH,
      tracingEnabled: false,
      ...(props.vpc && {
        network: {
          vpc: props.vpc,
          ...(props.vpcSubnets && { vpcSubnets: props.vpcSubnets }),
          securityGroup: new ec2.SecurityGroup(this, 'CheckerSecurityGroup', { vpc: props.vpc }),
        },
      }),
    });
    this.stateMachine = reconciler.stateMachine;
    new Triggers(this, 'Triggers', {
      grounds,
      variables,
      stateMachine: this.stateMachine,
      schedule: props.schedule ?? scheduler.ScheduleExpression.rate(Duration.minutes(5)),
      deploymentId,
      logRetention: logs.RetentionDays.ONE_MONTH,
    });
  }
}
