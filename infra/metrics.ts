import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

/** CloudWatch namespace of what the functions count, in the embedded metric format. */
export const METRICS_NAMESPACE = 'EcsServiceDiscoveryDns';

/**
 * What the functions count, and how a period of it is best read. A metric is sent only where it says something (docs/cost.md):
 * missing data is nothing bad, and alarms of your own should take it so.
 */
export const METRICS = {
  RunsInSync: 'Sum',
  FullRunsInSync: 'Sum',
  RunsHeld: 'Sum',
  RunsFailed: 'Sum',
  RunsPaused: 'Sum',
  InstancesPublished: 'Maximum',
  InstancesLeftOut: 'Maximum',
  InstancesOverCapacity: 'Maximum',
  InstancesHeldByPanic: 'Maximum',
  ValuesRemoved: 'Sum',
  RemovalsHeld: 'Maximum',
  ProberSuspected: 'Maximum',
  TasksStopped: 'Sum',
  TasksNotStopped: 'Sum',
  ChangesApplied: 'Sum',
  ChangesDisagreed: 'Sum',
  NamesMoved: 'Sum',
  NamesRefused: 'Sum',
  NamesQuarantined: 'Maximum',
  NamesInConflict: 'Maximum',
  NamesContended: 'Maximum',
  DeclarationsInvalid: 'Maximum',
  QuotasNear: 'Maximum',
  EventsQueued: 'Sum',
  MessagesUnsettled: 'Sum',
  EventLatency: 'p90',
  OldestEventAge: 'Maximum',
  ClustersUnread: 'Maximum',
  TasksUnread: 'Maximum',
  ClustersBeyondRoom: 'Maximum',
  ProbesBeyondRoom: 'Maximum',
  ChangesBeyondRoom: 'Maximum',
  CallsThrottled: 'Sum',
  Route53Calls: 'Sum',
  EcsCalls: 'Sum',
  Ec2Calls: 'Sum',
  ApiRetries: 'Sum',
  ProbesPassing: 'Sum',
  ProbesFailing: 'Sum',
  ProbesUnprobed: 'Sum',
  OutcomeEventsLost: 'Sum',
  ObjectsUnreadable: 'Maximum',
  ObjectsUnwritable: 'Maximum',
} as const;

export type MetricName = keyof typeof METRICS;

/**
 * What a deployment counts, as CloudWatch metrics: namespace `EcsServiceDiscoveryDns`, dimension `service` with the
 * deployment's id. Each method takes options that override period, statistic, label and the like.
 */
export abstract class Metered extends Construct {
  /** Names this deployment, also in its metrics. */
  abstract readonly deploymentId: string;

  /** Any of the metrics, with the statistic that suits it, over five minutes. */
  metric(metricName: MetricName, options: cloudwatch.MetricOptions = {}): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap: { service: this.deploymentId },
      statistic: METRICS[metricName],
      period: Duration.minutes(5),
      ...options,
    }).attachTo(this);
  }

  /** Runs of the schedule, or of a person, that had something to change and ended with the zone in sync. */
  metricRunsInSync(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('RunsInSync', options);
  }

  /** Full runs that ended with the zone in sync, of every cluster: the truth that the schedule keeps up. */
  metricFullRunsInSync(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('FullRunsInSync', options);
  }

  /** Runs that held removals back until somebody approves them. */
  metricRunsHeld(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('RunsHeld', options);
  }

  /** Runs that failed, or gave up because others kept changing the same names. */
  metricRunsFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('RunsFailed', options);
  }

  /** Runs that only planned and reported, since the deployment is paused. */
  metricRunsPaused(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('RunsPaused', options);
  }

  /** Instances that full runs find worth publishing; sent when it has changed, so an alarm on it should ignore missing data. */
  metricInstancesPublished(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('InstancesPublished', options);
  }

  /** Instances that failed their checks but stay, since too few of their name pass. */
  metricInstancesHeldByPanic(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('InstancesHeldByPanic', options);
  }

  /** Instances left out because their name's record set is full. */
  metricInstancesOverCapacity(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('InstancesOverCapacity', options);
  }

  /** Unexplained removals that the guard holds back. */
  metricRemovalsHeld(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('RemovalsHeld', options);
  }

  /** 1 when more than half of all probes of published instances failed at once. */
  metricProberSuspected(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ProberSuspected', options);
  }

  /** Changes that Route 53 accepted. */
  metricChangesApplied(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ChangesApplied', options);
  }

  /** Names whose record set had changed between reading and writing. */
  metricNamesMoved(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('NamesMoved', options);
  }

  /** Names whose changes Route 53 refuses, and that are set aside until the next try. */
  metricNamesQuarantined(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('NamesQuarantined', options);
  }

  /** Names held by a record set of another routing policy. */
  metricNamesInConflict(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('NamesInConflict', options);
  }

  /** Names that somebody else keeps rewriting, so that we have stopped correcting them. */
  metricNamesContended(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('NamesContended', options);
  }

  /** Quotas of Route 53 of which 80 % or more are used. */
  metricQuotasNear(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('QuotasNear', options);
  }

  /** Events of tasks that declare a name. */
  metricEventsQueued(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('EventsQueued', options);
  }
  /** Milliseconds from an event in the queue to the end of the run that settled it; of each run the oldest. */
  metricEventLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('EventLatency', options);
  }

  /** Seconds that the oldest event has waited in the queue, in a run that has not settled it. */
  metricOldestEventAge(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('OldestEventAge', options);
  }

  /** Clusters that a run could not read, and whose values it held. */
  metricClustersUnread(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ClustersUnread', options);
  }

  /** Objects of the run bucket that could not be read and count as lost. */
  metricObjectsUnreadable(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ObjectsUnreadable', options);
  }

  /** Steps that gave up because a service throttled them; the state machine waits and tries again. */
  metricCallsThrottled(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('CallsThrottled', options);
  }
}
