import type * as sns from 'aws-cdk-lib/aws-sns';
import type { ServiceDiscovery } from './service-discovery.ts';

/** What the app's stack has made. */
export interface Made {
  readonly discovery: ServiceDiscovery;
  /** Whether it has a health checker. */
  readonly probes: boolean;
  /** Whether ECS can call the function of deployments that DNS shifts. */
  readonly shifts: boolean;
  readonly alarmTopic?: sns.ITopic;
}

interface Output {
  /** Description in the template, and in docs/settings.md. */
  readonly says: string;
  /** Where it is missing otherwise. */
  readonly where?: string;
  readonly value: (made: Made) => string | undefined;
}

/** What people need of a deployment from outside, by the names of the stack's outputs, which are public. */
export const OUTPUTS = {
  StateMachineArn: {
    says: 'Each of its executions is one run; what --state-machine of ecssd takes',
    value: ({ discovery }) => discovery.stateMachine.stateMachineArn,
  },
  RunBucketName: {
    says: 'Outcomes, inventory and held removals',
    value: ({ discovery }) => discovery.bucket.bucketName,
  },
  EventQueueUrl: {
    says: 'Wake-ups from ECS events that wait for a run',
    value: ({ discovery }) => discovery.eventQueue.queueUrl,
  },
  DeadLetterQueueUrl: {
    says: 'Events that nobody could deliver or settle',
    value: ({ discovery }) => discovery.deadLetterQueue.queueUrl,
  },
  CheckerSecurityGroupId: {
    says: 'The group of the health checker: let it in to the ports of your hosts and tasks',
    where: 'with health checks',
    value: ({ discovery, probes }) => (probes ? discovery.connections.securityGroups[0]?.securityGroupId : undefined),
  },
  AlarmTopicArn: {
    says: 'The topic that the alarms tell: subscribe whoever should hear of them',
    where: 'with `alarmTopicArn` or `alarmEmail`',
    value: ({ alarmTopic }) => alarmTopic?.topicArn,
  },
  ShiftHookArn: {
    says: 'The function that ECS calls for deployments that DNS shifts: the target of the hooks of a service',
    where: 'with `blueGreen`',
    value: ({ discovery, shifts }) => (shifts ? discovery.shiftHook.functionArn : undefined),
  },
  ShiftHookRoleArn: {
    says: 'The role by which ECS calls it',
    where: 'with `blueGreen`',
    value: ({ discovery, shifts }) => (shifts ? discovery.shiftHook.roleArn : undefined),
  },
  DashboardName: {
    says: 'The CloudWatch dashboard',
    where: 'with a dashboard',
    value: ({ discovery }) => discovery.dashboard?.dashboardName,
  },
} as const satisfies Readonly<Record<string, Output>>;

/** Those that there are. */
export const outputsOf = (made: Made) =>
  Object.entries<Output>(OUTPUTS).flatMap(([name, { says, value }]) => {
    const found = value(made);
    return found === undefined ? [] : [{ name, value: found, description: says }];
  });
