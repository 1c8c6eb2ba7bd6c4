import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ServiceDiscovery, type ServiceDiscoveryProps } from '../../infra/index.ts';

/** Every prop once, beside a zone, a VPC and clusters that exist already. `npx cdk synth` in this folder. */
const env = { account: '123456789012', region: 'eu-west-1' };
const stack = new Stack(new App(), 'FullServiceDiscovery', { env });

const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
});
const checker = new ec2.SecurityGroup(stack, 'Checker', {
  vpc,
  description: 'Probes the services',
  allowAllOutbound: false,
});

// The people on call. Its policy lets in the alarms of the construct, and so all others of the account and Region.
const onCall = new sns.Topic(stack, 'OnCall', { enforceSSL: true });

const discovery = new ServiceDiscovery(stack, 'ServiceDiscovery', {
  hostedZone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
    hostedZoneId: 'Z0123456789ABCDEFGHIJ',
    zoneName: 'servicediscovery.internal',
  }),
  // The zone belongs to a central account, which has made this role: examples/accounts.
  hostedZoneRole: iam.Role.fromRoleArn(stack, 'ZoneRole', 'arn:aws:iam::210987654321:role/ServiceDiscoveryZone', {
    mutable: false,
  }),
  hostedZoneExternalId: 'shop-blue',
  clusters: ['shop', 'depot'].map((name) =>
    ecs.Cluster.fromClusterArn(
      stack,
      name,
      stack.formatArn({ service: 'ecs', resource: 'cluster', resourceName: name }),
    ),
  ),

  healthCheck: true,
  ecsAnywhere: true,
  anywhereProbed: true,
  healthCheckPath: '/health',
  vpc,
  vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
  securityGroups: [checker],

  // A second deployment in the same zone would be `green`.
  ownerLabel: 'blue',
  deploymentId: 'shop-blue',
  publishTasks: 'services',
  addressFamily: 'dualstack',
  recordTtl: Duration.seconds(10),
  minimumTtl: Duration.seconds(2),
  routing: 'simple',
  beyondCapacity: 'spread',
  negativeTtl: Duration.seconds(5),

  schedule: ScheduleExpression.rate(Duration.minutes(2)),
  eventWindow: Duration.seconds(1),

  maxDeleteShare: 0.2,
  guardMinimum: 20,
  onUnhealthy: 'deregister-and-stop',
  onDraining: 'deregister',
  publishPrimaryTaskSet: true,
  blueGreen: true,
  minimumHealthyShare: 0.6,

  requestShare: 0.3,

  alarmTopic: onCall,
  dashboard: true,
  outcomeRetention: Duration.days(365),
  logRetention: logs.RetentionDays.THREE_MONTHS,
  removalPolicy: RemovalPolicy.DESTROY,
  tracingEnabled: true,
} satisfies Required<ServiceDiscoveryProps>);

// An alarm of one's own goes there too, and the people on call may start a run.
discovery
  .metricInstancesPublished()
  .createAlarm(stack, 'FewInstances', {
    evaluationPeriods: 1,
    threshold: 2,
    comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    // It is sent when it changes.
    treatMissingData: cloudwatch.TreatMissingData.IGNORE,
  })
  .addAlarmAction(new SnsAction(onCall));
const operators = new iam.Role(stack, 'Operators', { assumedBy: new iam.AccountRootPrincipal() });
discovery.grantStartReconcile(operators);

// The services let the checker in.
const services = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Services', 'sg-0123456789abcdef0');
discovery.connections.allowTo(services, ec2.Port.tcpRange(32_768, 65_535), 'health checks');

new CfnOutput(stack, 'StateMachineArn', { value: discovery.stateMachine.stateMachineArn });
new CfnOutput(stack, 'RunBucketName', { value: discovery.bucket.bucketName });
new CfnOutput(stack, 'EventQueueUrl', { value: discovery.eventQueue.queueUrl });
new CfnOutput(stack, 'DeadLetterQueueUrl', { value: discovery.deadLetterQueue.queueUrl });
