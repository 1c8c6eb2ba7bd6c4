import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

const PERIOD = Duration.minutes(5);
/** Three periods of the default schedule: each of its runs drains the queue. */
const OLD_EVENT = Duration.minutes(15);

export interface AlarmsProps {
  readonly deploymentId: string;
  readonly stateMachine: sfn.StateMachine;
  readonly eventQueue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;
  metricRemovalsHeld(options?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/** What people should hear of before users notice. Each description says what to do. */
export class Alarms extends Construct {
  readonly all: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { deploymentId, stateMachine, eventQueue, deadLetterQueue } = props;
    const alarm = (name: string, metric: cloudwatch.IMetric, threshold: number, description: string) =>
      new cloudwatch.Alarm(this, name, {
        metric,
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
        alarmDescription: `Service discovery ${deploymentId}: ${description}`,
      });
    this.all = [
      alarm(
        'DeadLetters',
        deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' }),
        1,
        'events could not be delivered or understood. The schedule repairs the zone; read the dead-letter queue for why.',
      ),
      alarm(
        'RunsNotSucceeding',
        new cloudwatch.MathExpression({
          expression: 'failed + timedOut',
          label: 'Executions that did not succeed',
          period: PERIOD,
          usingMetrics: {
            failed: stateMachine.metricFailed({ period: PERIOD, statistic: 'Sum' }),
            timedOut: stateMachine.metricTimedOut({ period: PERIOD, statistic: 'Sum' }),
          },
        }),
        1,
        'a run failed or holds removals back. Open the latest failed execution: its cause says what to do.',
      ),
      alarm(
        'RemovalsHeld',
        props.metricRemovalsHeld({ period: PERIOD }),
        1,
        'too many values would leave without an explanation and wait for approval. See docs/guard.md and the latest execution that ended in RemovalsHeld.',
      ),
      alarm(
        'OldestEvent',
        eventQueue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' }),
        OLD_EVENT.toSeconds(),
        'an event has waited for so long that several runs did not settle it. Look at the latest executions.',
      ),
    ];
  }

  addAction(...actions: cloudwatch.IAlarmAction[]): void {
    for (const alarm of this.all) alarm.addAlarmAction(...actions);
  }
}
