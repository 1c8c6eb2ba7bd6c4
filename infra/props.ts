import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Value } from '../functions/contracts/settings.ts';

/** The routing policies that a deployment can serve its names with. */
export type Routing = Value<'routing'>;

/** Which addresses of instances are published. */
export type AddressFamily = NonNullable<Value<'addressFamily'>>;

/** What becomes of instances above the capacity of a record set. */
export type BeyondCapacity = Value<'beyondCapacity'>;

export interface ServiceDiscoveryProps {
  /**
   * Private hosted zone that receives the SRV and address record sets.
   *
   * Values in this zone whose target is not below our owner label are never changed.
   */
  readonly hostedZone: route53.IHostedZone;

  /**
   * Role in the account of the zone, by which the zone is read and changed: where a central account owns it. Make it there with
   * `HostedZoneRole`.
   *
   * The functions may assume exactly this role, and have no rights of Route 53 themselves. Their sessions bear the names of
   * the executions, so that CloudTrail leads back from each change. The command acts by it too.
   *
   * @default - the zone is in the account of the deployment
   */
  readonly hostedZoneRole?: iam.IRole;

  /**
   * External id that the trust of that role asks for: 2 to 1224 letters, digits and characters of `_+=,.@:/-`. No secret: the
   * template and the state machine's definition show it.
   *
   * @default - none is sent
   */
  readonly hostedZoneExternalId?: string;

  /**
   * VPC that the health checker is attached to; it probes the instances that it reaches from there.
   *
   * The checker calls no AWS API, so the VPC needs neither NAT nor endpoints for it. Let it in with
   * `discovery.connections.allowTo(service, …)`.
   *
   * @default - none, which only works with `healthCheck: false`
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of the health checker.
   *
   * @default - the private subnets of the VPC if it has any, otherwise the isolated, otherwise the public ones
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Security groups of the health checker.
   *
   * @default - a new one, which lets TCP out and nothing in
   */
  readonly securityGroups?: readonly ec2.ISecurityGroup[];

  /**
   * Clusters whose running tasks are published; of this stack's account and Region.
   *
   * @default - every cluster of the stack's account and Region, listed anew on each run
   */
  readonly clusters?: readonly ecs.ICluster[];

  /**
   * Whether instances are probed. What ECS says of a container's own health check counts in any case.
   *
   * @default true
   */
  readonly healthCheck?: boolean;

  /**
   * Whether instances of ECS Anywhere are published, by the addresses that Systems Manager has of their machines.
   *
   * Without it they are left out as `no-address`. The address is the one that the agent on the machine has reported
   * (`DescribeInstanceInformation`): clients have to have a route there. The permission to ask exists only then.
   *
   * @default false
   */
  readonly ecsAnywhere?: boolean;

  /**
   * Whether the health checker reaches the machines of ECS Anywhere, by a VPN or Direct Connect.
   *
   * Else instances there that declare a check are `unprobed`, which is a finding, and so are not published.
   *
   * @default false
   */
  readonly anywhereProbed?: boolean;

  /**
   * Path of the HTTP check of ports that declare none themselves (`SERVICE_<port>_CHECK_HTTP`), like `/health`.
   *
   * @default - none: ports that declare no check are published while their task runs
   */
  readonly healthCheckPath?: string;

  /**
   * The label that makes a value ours: our SRV targets lie below `<ownerLabel>.<zone>`, and so do their addresses.
   *
   * Each deployment that publishes into the same zone needs a label of its own.
   *
   * @default 'ecs'
   */
  readonly ownerLabel?: string;

  /**
   * Names this deployment: in the zone's marker, which keeps other deployments off its owner label, and as the dimension
   * `service` of its metrics.
   *
   * Must stay the same for as long as the deployment has values in the zone.
   *
   * @default - the stack's name
   */
  readonly deploymentId?: string;

  /**
   * Whose tasks are published: `all`, or only those of `services`.
   *
   * With `services` tasks that RunTask, StartTask or a schedule has started stay out, whatever they declare.
   *
   * @default 'all'
   */
  readonly publishTasks?: 'all' | 'services';

  /**
   * Which addresses of instances are published: `ipv4` by A record sets, `ipv6` by AAAA record sets, `dualstack` by both
   * at one name.
   *
   * An instance without an address of each family asked for is left out as `no-address`. The health checker probes what is
   * published; for IPv6 its subnets have to be dual-stack. Say `ipv4` to go back from the others: what they have left is
   * then retired. Left out, it is the same, but nothing of type AAAA may be changed.
   *
   * @default - ipv4, without the right to change AAAA record sets
   */
  readonly addressFamily?: AddressFamily;

  /**
   * How long resolvers may cache an answer; whole seconds, up to one day.
   *
   * A shorter TTL removes a dead target sooner and costs more Route 53 queries.
   *
   * @default Duration.seconds(5)
   */
  readonly recordTtl?: Duration;

  /**
   * Shortest time to live that a declaration (`SERVICE_<port>_TTL`) may give a name; whole seconds, up to one day.
   *
   * Of the instances of a name that declare one the lowest counts, and never less than this.
   *
   * @default - recordTtl
   */
  readonly minimumTtl?: Duration;

  /**
   * How Route 53 answers for our names: `simple` with every instance, `weighted` with one of them, drawn by
   * `SERVICE_<port>_WEIGHT` (0 to 255), `multivalue` with up to eight.
   *
   * A change takes effect in the next full run, each name in one batch. A name that others hold with another routing
   * stays as it is and is reported as a conflict.
   *
   * @default 'simple'
   */
  readonly routing?: Routing;

  /**
   * What becomes of healthy instances that one record set of a name cannot hold (400 values, 16,000 characters): left out
   * with the reason `over-capacity`, or published in further sets.
   *
   * `spread` is for the routing `simple`: the name moves to weighted record sets of up to 8,192 octets of answer, and each
   * answer holds the instances of one of them. Clients that need all instances at once have to stay below the capacity.
   *
   * @default 'leave-out'
   */
  readonly beyondCapacity?: BeyondCapacity;

  /**
   * How long resolvers may remember that a name does not exist; whole seconds, up to one day.
   *
   * A run lowers the SOA record set of the zone to it, TTL and last field, and never raises it. It holds for the whole
   * zone: names that others look for in vain are asked for more often.
   *
   * @default - the SOA is left alone; each full run reports it where clients that ask too early stay blind for long
   */
  readonly negativeTtl?: Duration;

  /**
   * When a full run looks at every cluster and every name: the truth that repairs whatever events have missed.
   *
   * A rate or a cron expression.
   *
   * @default ScheduleExpression.rate(Duration.minutes(5))
   */
  readonly schedule?: scheduler.ScheduleExpression;

  /**
   * Events within one window of this length start one run; whole seconds, 1 to 60.
   *
   * A shorter window publishes sooner and starts more executions.
   *
   * @default Duration.seconds(2)
   */
  readonly eventWindow?: Duration;

  /**
   * Largest share of our values that one run may remove without an explanation; greater than 0, at most 1.
   *
   * Removals above it wait for approval, the rest is applied, and the execution ends in `RemovalsHeldError`. What is held
   * once stays held in later runs, until it is approved, explained or gone.
   *
   * @default 0.3
   */
  readonly maxDeleteShare?: number;

  /**
   * How many values of ours there must be in the zone for `maxDeleteShare` to count; whole, at least 1.
   *
   * Among few values a single one is a large share.
   *
   * @default 10
   */
  readonly guardMinimum?: number;

  /**
   * Smallest share of a name's published instances that must pass for failing ones to be removed; 0 to 1.
   *
   * Below it the published instances stay, except those that ECS says are stopped. 0 always removes what fails.
   *
   * @default 0.5
   */
  readonly minimumHealthyShare?: number;

  /**
   * Share of the request rates of the account that reading and writing may use, of each of its token buckets; greater
   * than 0, at most 1.
   *
   * AWS counts the calls to ECS, EC2 and Route 53 of the whole account: deployments, consoles and other tools live on what
   * is left. A smaller share makes full runs of large fleets slower, by as much.
   *
   * @default 0.5
   */
  readonly requestShare?: number;

  /**
   * What becomes of an instance whose checks fail, once it may leave the zone: it is taken out, or its task is stopped as
   * well, so that its service replaces it.
   *
   * Only tasks of a service are stopped, at most one of each name in one full run, never one that is held or published
   * under another name. `ecs:StopTask` is granted only with `deregister-and-stop`.
   *
   * @default 'deregister'
   */
  readonly onUnhealthy?: Value<'onUnhealthy'>;

  /**
   * What becomes of an instance whose host drains, while ECS has not stopped its task yet.
   *
   * `deregister` takes it out of its name as soon as its container instance is DRAINING, with the reason `host-draining`,
   * as long as an instance of the name passes on another host; the last ones stay. Clients then have moved on when ECS
   * stops the task. An event rule for container instances, and the permission to list the tasks of one, exist only then.
   *
   * @default 'keep'
   */
  readonly onDraining?: Value<'onDraining'>;

  /**
   * Whether of services of CodeDeploy and external controllers only the PRIMARY task set is published.
   *
   * Else all of their tasks are. Another set that becomes PRIMARY is published by the next full run, and the old one leaves with it;
   * nothing waits for that. The right to read services exists only then.
   *
   * @default false
   */
  readonly publishPrimaryTaskSet?: boolean;

  /**
   * Whether ECS can ask at the stages of a deployment whether DNS has followed.
   *
   * Makes the function that ECS calls and the role by which it does (`shiftHook`), for services that are made by other means than
   * the CDK. `enableBlueGreen()` makes the function by itself.
   *
   * @default false
   */
  readonly blueGreen?: boolean;

  /**
   * SNS topic that every alarm tells; a standard one of this stack's Region. A topic of another account has to let
   * CloudWatch in by its own policy, and so has one that is imported.
   *
   * What else alarms should do comes by `addAlarmAction()`.
   *
   * @default - nobody is told: synth and `ecssd status` say so
   */
  readonly alarmTopic?: sns.ITopic;

  /**
   * Whether there is a CloudWatch dashboard: alarms, instances, changes with their reasons, latency, calls and cost.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * How long the outcomes of runs and the lists of held removals are kept; whole days, at least 1.
   *
   * A list that is gone can no longer be approved.
   *
   * @default Duration.days(90)
   */
  readonly outcomeRetention?: Duration;

  /**
   * How long the logs of the functions and of the state machine are kept.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What becomes of the run bucket, which holds the inventory and the outcomes, when it leaves the stack.
   *
   * With `DESTROY` CloudFormation deletes it, which succeeds only when it has been emptied. Retained, it still goes when the
   * deployment that creates it fails, so that this can be repeated and leaves nothing behind.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether executions are traced with AWS X-Ray.
   *
   * @default false
   */
  readonly tracingEnabled?: boolean;
}
