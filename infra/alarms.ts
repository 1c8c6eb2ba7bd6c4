import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Metered, MetricName } from './metrics.ts';
import { type Periods, threePeriods, threeRuns } from './periods.ts';

const PERIOD = Duration.minutes(5);
/** Three periods of the default schedule: each of its runs drains the queue. */
const OLD_EVENT = Duration.minutes(15);
/** Far above the few seconds that it takes to observe, plan and apply. */
const SLOW_EVENT = Duration.minutes(1);

/** What is watched. */
export interface AlarmGrounds {
  readonly discovery: Metered;
  readonly schedule: scheduler.ScheduleExpression;
  readonly stateMachine: sfn.StateMachine;
  readonly deadLetterQueue: sqs.Queue;
}

/** One alarm: it goes off when the metric is at or above the threshold in each of so many periods in a row. */
interface AlarmSpec {
  readonly metric: (on: AlarmGrounds, period: Duration) => cloudwatch.IMetric;
  readonly threshold: number;
  /** One of five minutes unless given; none where it cannot watch what it is for. */
  readonly periods?: (on: AlarmGrounds) => Periods | undefined;
  /** What it means and what to do; `docs/operate.md` says more under the alarm's name. */
  readonly description: string;
  /**
   * Watches for silence: its action is that of INSUFFICIENT_DATA, which CloudWatch enters when data has come and then stays
   * away. A new alarm begins in that state without any action, so the first deployment pages nobody.
   */
  readonly whenMissing?: true;
}

const counted =
  (name: MetricName, options: cloudwatch.MetricOptions = {}) =>
  ({ discovery }: AlarmGrounds, period: Duration) =>
    discovery.metric(name, { period, ...options });
const once = () => ({ period: PERIOD, count: 1 });
const threeTimes = () => ({ period: PERIOD, count: 3 });
/** A full run in each period: with a slower schedule periods without any would lie between those that say something. */
const inThreeRuns = ({ schedule }: AlarmGrounds) => threeRuns(schedule);

/** What people should hear of before users notice, by the ids of the alarms, which are public. */
export const ALARMS = {
  DeadLetters: {
    metric: ({ deadLetterQueue }, period) =>
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
    threshold: 1,
    description:
      'events could not be delivered or understood. The schedule repairs the zone; read the dead-letter queue for why.',
  },
  RunsNotSucceeding: {
    metric: ({ stateMachine }, period) =>
      new cloudwatch.MathExpression({
        // Each has no data while nothing of its kind happens, and a sum with nothing is nothing.
        expression: 'FILL(failed, 0) + FILL(timedOut, 0)',
        label: 'Executions that did not succeed',
        period,
        usingMetrics: {
          failed: stateMachine.metricFailed({ period, statistic: 'Sum' }),
          timedOut: stateMachine.metricTimedOut({ period, statistic: 'Sum' }),
        },
      }),
    threshold: 1,
    description: 'a run failed or holds removals back. Open the latest failed execution: its cause says what to do.',
  },
  NoSuccessfulRun: {
    metric: counted('FullRunsInSync'),
    threshold: 1,
    periods: ({ schedule }) => threePeriods(schedule),
    whenMissing: true,
    description:
      'no full run has ended in sync for three periods of the schedule. Look at the schedule and at the latest executions; or it is paused.',
  },
  RunsPaused: {
    metric: counted('RunsPaused'),
    threshold: 1,
    periods: ({ schedule }) => ({ ...threeRuns(schedule), count: 1 }),
    description:
      'the deployment is paused: runs plan and report, and change nothing. ecssd status says since when, by whom and why; ecssd resume ends it.',
  },
  OldestEvent: {
    metric: counted('OldestEventAge'),
    threshold: OLD_EVENT.toSeconds(),
    description: 'an event has waited for so long that several runs did not settle it. Look at the latest executions.',
  },
  SlowEvents: {
    metric: counted('EventLatency', { statistic: 'p90' }),
    threshold: SLOW_EVENT.toMilliseconds(),
    periods: threeTimes,
    description:
      'events take more than a minute until the zone follows. Compare the durations of the states of a recent execution.',
  },
  RemovalsHeld: {
    metric: counted('RemovalsHeld'),
    threshold: 1,
    description:
      'values would leave without an explanation and are held. The cause of the execution names them, and how to approve: docs/guard.md.',
  },
  InstancesHeldByPanic: {
    metric: counted('InstancesHeldByPanic'),
    threshold: 1,
    periods: inThreeRuns,
    description:
      'most published instances of a name fail their checks and stay published. Look at the services, not at the zone.',
  },
  ProberSuspected: {
    metric: counted('ProberSuspected'),
    threshold: 1,
    description:
      'more than half of all probes failed at once: nothing is removed for health. Look at the checker and its security group.',
  },
  InstancesOverCapacity: {
    metric: counted('InstancesOverCapacity'),
    threshold: 1,
    periods: inThreeRuns,
    description: 'a name has more instances than its record set can take, and some are not published.',
  },
  NamesQuarantined: {
    metric: counted('NamesQuarantined'),
    threshold: 1,
    description: 'Route 53 refuses a name; the others go through. The outcome of the run has its message.',
  },
  NamesContended: {
    metric: counted('NamesContended'),
    threshold: 1,
    description:
      'somebody else keeps undoing our changes of a name, so they are held back. CloudTrail says who writes; docs/zone.md.',
  },
  NamesInConflict: {
    metric: counted('NamesInConflict'),
    threshold: 1,
    periods: inThreeRuns,
    description: 'others hold a name with another routing, and it is served as they want or not at all; docs/zone.md.',
  },
  QuotasNear: {
    metric: counted('QuotasNear'),
    threshold: 1,
    periods: inThreeRuns,
    description: '80 % of a quota of Route 53 is used. The findings of the latest outcome say which, and by what name.',
  },
  ClustersUnread: {
    metric: counted('ClustersUnread'),
    threshold: 1,
    description:
      'a cluster could not be read, and what it has published is held. The findings of the outcome have the error: a permission, or an outage.',
  },
  ObjectsUnreadable: {
    metric: counted('ObjectsUnreadable'),
    threshold: 1,
    periods: inThreeRuns,
    description:
      'what runs remember cannot be read and counts as lost. The findings of the outcome name the object: a policy or a key, or a later version.',
  },
  CallsThrottled: {
    metric: counted('CallsThrottled'),
    threshold: 1,
    periods: inThreeRuns,
    description:
      'calls of AWS are throttled for more than a moment, and runs wait. Who else calls Route 53 or ECS in this account?',
  },
} as const satisfies Readonly<Record<string, AlarmSpec>>;

/** The alarms of one deployment. Each description says what to do. */
export class Alarms extends Construct {
  readonly all: readonly cloudwatch.Alarm[];
  /** Those that watch for silence. */
  readonly #ofSilence = new Set<cloudwatch.Alarm>();

  constructor(scope: Construct, id: string, on: AlarmGrounds) {
    super(scope, id);
    this.all = Object.entries<AlarmSpec>(ALARMS).flatMap(
      ([name, { metric, threshold, description, periods = once, whenMissing = false }]) => {
        const over = periods(on);
        if (!over) return [];
        const alarm = new cloudwatch.Alarm(this, name, {
          metric: metric(on, over.period),
          threshold,
          evaluationPeriods: over.count,
          comparisonOperator: whenMissing
            ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
            : cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          treatMissingData: whenMissing
            ? cloudwatch.TreatMissingData.MISSING
            : cloudwatch.TreatMissingData.NOT_BREACHING,
          alarmDescription: `Service discovery ${on.discovery.deploymentId}: ${description}`,
        });
        if (whenMissing) this.#ofSilence.add(alarm);
        return [alarm];
      },
    );
  }

  addAction(...actions: cloudwatch.IAlarmAction[]): void {
    for (const alarm of this.all) {
      alarm.addAlarmAction(...actions);
      if (this.#ofSilence.has(alarm)) alarm.addInsufficientDataAction(...actions);
    }
  }
}
