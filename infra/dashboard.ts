import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { Metered, MetricName } from './metrics.ts';

/** State transitions of a common run, start included, and what a thousand of them cost in USD (docs/cost.md). */
const TRANSITIONS = 20;
const USD_PER_THOUSAND = 0.025;

export interface DashboardProps {
  readonly discovery: Metered;
  readonly alarms: Alarms;
  readonly stateMachine: sfn.StateMachine;
  /** Where PublishOutcome tells of each change and its reason. */
  readonly outcomes: logs.ILogGroup;
}

/** One page that says at a glance what is published, what changed and why, how fast, and for how much. */
export class Dashboard extends Construct {
  readonly page: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, { discovery, alarms, stateMachine, outcomes }: DashboardProps) {
    super(scope, id);
    const graph = (title: string, left: readonly cloudwatch.IMetric[], right: readonly cloudwatch.IMetric[] = []) =>
      new cloudwatch.GraphWidget({ title, left: [...left], right: [...right], width: 8, height: 6 });
    const counted = (...names: readonly MetricName[]) => names.map((name) => discovery.metric(name, { label: name }));
    const percentiles = (metric: (options: cloudwatch.MetricOptions) => cloudwatch.IMetric) =>
      ['p50', 'p90'].map((statistic) => metric({ statistic, label: statistic }));
    const period = Duration.hours(1);
    const started = stateMachine.metricStarted({ statistic: 'Sum', period });
    const hourly = (label: string, factor: string) =>
      new cloudwatch.MathExpression({
        expression: `FILL(started, 0) * ${factor}`,
        label,
        period,
        usingMetrics: { started },
      });
    this.page = new cloudwatch.Dashboard(this, 'Dashboard', {
      widgets: [
        [
          new cloudwatch.AlarmStatusWidget({
            title: `Service discovery ${discovery.deploymentId}`,
            alarms: [...alarms.all],
            width: 24,
            height: 4,
          }),
        ],
        [
          graph(
            'Instances',
            counted(
              'InstancesPublished',
              'InstancesHeldByPanic',
              'RemovalsHeld',
              'InstancesOverCapacity',
              'InstancesLeftOut',
            ),
          ),
          graph(
            'Changes',
            counted('ChangesApplied', 'ValuesRemoved'),
            counted('NamesMoved', 'NamesRefused', 'NamesInConflict'),
          ),
          graph('Probes', counted('ProbesPassing', 'ProbesFailing', 'ProbesUnprobed')),
        ],
        [
          new cloudwatch.LogQueryWidget({
            title: 'Latest changes, each with its reason',
            logGroupNames: [outcomes.logGroupName],
            view: cloudwatch.LogQueryVisualizationType.TABLE,
            queryLines: [
              'fields @timestamp, state, execution, changes.0, changes.1, changes.2, more',
              'filter message = "outcome" and ispresent(changes.0)',
              'sort @timestamp desc',
              'limit 20',
            ],
            width: 24,
            height: 6,
          }),
        ],
        [
          graph(
            'From an event to Route 53 (ms)',
            percentiles((one) => discovery.metric('EventLatency', one)),
          ),
          graph(
            'Duration of a run (ms)',
            percentiles((one) => stateMachine.metricTime(one)),
          ),
          graph('Runs', counted('RunsInSync', 'RunsHeld', 'RunsFailed'), counted('EventsQueued')),
        ],
        [
          graph(
            'Calls of AWS',
            counted('Route53Calls', 'EcsCalls', 'Ec2Calls'),
            counted('ApiRetries', 'CallsThrottled'),
          ),
          graph('Transitions an hour, about', [hourly(`Executions × ${TRANSITIONS}`, `${TRANSITIONS}`)]),
          graph('Cost of transitions an hour, about (USD)', [
            hourly('USD', `${TRANSITIONS} * ${USD_PER_THOUSAND} / 1000`),
          ]),
        ],
      ],
    });
  }
}
