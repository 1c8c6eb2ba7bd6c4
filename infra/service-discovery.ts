import { Lazy } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { audienceOf, sayWhereNobodyIsTold, tellTopic } from './audience.ts';
import { Dashboard } from './dashboard.ts';
import { variablesOf } from './environment.ts';
import { InvalidPropsError } from './invalid-props.ts';
import { Metered } from './metrics.ts';
import type { ServiceDiscoveryProps } from './props.ts';
import { Reconciler } from './reconciler.ts';
import { settingsOf, topStack } from './settings.ts';
import { type BlueGreenOptions, Shifts } from './shifts.ts';
import { queues, runBucket } from './storage.ts';
import { Triggers } from './triggers.ts';

/**
 * Makes the SRV record sets of a private hosted zone follow the healthy tasks of Amazon ECS.
 *
 * @example
 * new ServiceDiscovery(this, 'ServiceDiscovery', { hostedZone, vpc });
 */
export class ServiceDiscovery extends Metered implements ec2.IConnectable {
  override readonly deploymentId: string;
  /** One execution of it is one run, and the record of what the run saw, changed and why. */
  readonly stateMachine: sfn.StateMachine;
  /** The run bucket: inventory, outcomes, held removals, and the payloads of the last days. */
  readonly bucket: s3.Bucket;
  /** Where wake-ups from ECS events wait for the run of their window. */
  readonly eventQueue: sqs.Queue;
  /** Where events end that could not be delivered, understood or settled. */
  readonly deadLetterQueue: sqs.Queue;
  /** Undefined with `dashboard: false`. */
  readonly dashboard?: cloudwatch.Dashboard;
  readonly #reconciler: Reconciler;
  readonly #alarms: Alarms;
  readonly #shifts: () => Shifts;

  /** @throws InvalidPropsError that says what was given and what is allowed */
  constructor(scope: Construct, id: string, props: ServiceDiscoveryProps) {
    super(scope, id);
    const settings = settingsOf(this, props);
    this.deploymentId = settings.deploymentId;
    refuseSameDeployment(this);

    this.bucket = runBucket(this, settings);
    const { eventQueue, deadLetterQueue } = queues(this);
    this.eventQueue = eventQueue;
    this.deadLetterQueue = deadLetterQueue;
    const { hostedZone, clusters = [] } = props;
    const stopsTasks = settings.onUnhealthy === 'deregister-and-stop';
    const leavesDraining = settings.onDraining === 'deregister';
    const lowersSoa = settings.negativeTtl !== undefined;
    const readsAnywhere = settings.ecsAnywhere;
    const changesIpv6 = settings.addressFamily !== undefined;
    const readsTaskSets = settings.publishPrimaryTaskSet;
    const may = { stopsTasks, leavesDraining, readsAnywhere, readsTaskSets, lowersSoa, changesIpv6 };
    const { bucket, hostedZoneRole } = { bucket: this.bucket, ...props };
    const zone = { hostedZone, ...(hostedZoneRole && { hostedZoneRole }) };
    const grounds = { ...zone, clusters, bucket, eventQueue, deadLetterQueue, ...may };
    const variables = variablesOf(settings, grounds);
    this.#reconciler = new Reconciler(this, 'Reconciler', {
      settings,
      grounds,
      variables,
      // Actions may still come until the template is made.
      audience: Lazy.string({ produce: () => audienceOf(this.#alarms) }),
    });
    this.stateMachine = this.#reconciler.stateMachine;
    const { stateMachine } = this;
    const triggers = new Triggers(this, 'Triggers', { settings, grounds, variables, stateMachine });
    let shifts: Shifts | undefined;
    this.#shifts = () => {
      const { steps } = this.#reconciler;
      shifts ??= new Shifts(this, 'Shifts', { settings, grounds, variables, stateMachine, steps });
      return shifts;
    };
    if (settings.blueGreen) this.#shifts().forOthers();
    triggers.waitFor(this.#reconciler);
    this.#alarms = new Alarms(this, 'Alarms', {
      discovery: this,
      schedule: settings.schedule,
      stateMachine,
      deadLetterQueue,
    });
    triggers.waitFor(this.#alarms);
    if (props.alarmTopic) tellTopic(this.#alarms, props.alarmTopic);
    sayWhereNobodyIsTold(this.#alarms, this.deploymentId);
    const outcomes = this.#reconciler.steps.get('PublishOutcome')?.function.logGroup;
    if (settings.dashboard && outcomes) {
      const alarms = this.#alarms;
      const dashboard = new Dashboard(this, 'Dashboard', { discovery: this, alarms, stateMachine, outcomes });
      triggers.waitFor(dashboard);
      this.dashboard = dashboard.page;
    }
  }

  /**
   * Network connections of the health checker: let it in to services with `discovery.connections.allowTo(service, …)`.
   *
   * From this side both rules go into this stack, which refers to the services' already where it has their clusters or their
   * VPC; `service.connections.allowFrom(discovery, …)` would make the two stacks refer to each other.
   */
  get connections(): ec2.Connections {
    const checker = this.#reconciler.steps.get('CheckHealth')?.function;
    if (checker?.isBoundToVpc) return checker.connections;
    throw new InvalidPropsError('connections: got healthCheck: false, want health checks on: only the checker has any');
  }

  /**
   * Has a service that ECS deploys blue/green shifted by DNS: the new revision is invisible until ECS shifts production traffic, its
   * instances enter in the change in which the old ones leave, and the deployment goes on once every resolver has seen it.
   *
   * @param service with `deploymentStrategy: ecs.DeploymentStrategy.BLUE_GREEN` and a `bakeTime` of 2 minutes or more
   * @throws InvalidPropsError that says what was given, what is allowed and what to do
   */
  enableBlueGreen(service: ecs.BaseService, options: BlueGreenOptions = {}): void {
    this.#shifts().enable(service, options);
  }

  /**
   * ARNs of the function that ECS calls for deployments that DNS shifts and of the role by which it does, for services that are made by
   * other means than the CDK (docs/deployments.md). Asking for it makes both.
   */
  get shiftHook(): { readonly functionArn: string; readonly roleArn: string } {
    return this.#shifts().forOthers();
  }

  /** Lets somebody start runs, by hand or from a pipeline. */
  grantStartReconcile(grantee: iam.IGrantable): iam.Grant {
    return this.stateMachine.grantStartExecution(grantee);
  }

  /**
   * What to do when one of the alarms goes off, beside what `alarmTopic` does, like a second `SnsAction`. That no full run succeeds is told by silence: there the
   * action comes with the state INSUFFICIENT_DATA.
   */
  addAlarmAction(...actions: cloudwatch.IAlarmAction[]): void {
    this.#alarms.addAction(...actions);
  }

  /**
   * What to do when one of the alarms is over, like an `SnsAction` for a tool that closes its incidents by it. Each new alarm
   * is over once, when it first sees that all is well: so a first deployment does it for every alarm.
   */
  addOkAction(...actions: cloudwatch.IAlarmAction[]): void {
    for (const alarm of this.#alarms.all) alarm.addOkAction(...actions);
  }
}

/** Two under one id would take each other's values for their own, and mix their metrics. */
function refuseSameDeployment(one: ServiceDiscovery): void {
  const isTwin = (other: unknown) =>
    other instanceof ServiceDiscovery && other !== one && other.deploymentId === one.deploymentId;
  if (!topStack(one).node.findAll().some(isTwin)) return;
  throw new InvalidPropsError(
    `deploymentId: got "${one.deploymentId}" for a second ServiceDiscovery, want one of its own for each`,
  );
}
