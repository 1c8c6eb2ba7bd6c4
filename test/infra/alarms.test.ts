import { Duration } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { describe, expect, it } from 'vitest';
import { ALARMS } from '../../infra/alarms.ts';
import { threePeriods } from '../../infra/periods.ts';
import { discover, ofType, rendered } from './synthesized.ts';

interface Dimension {
  readonly Name: string;
  readonly Value: unknown;
}

interface Found {
  readonly AlarmDescription: string;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly Period?: number;
  readonly Namespace?: string;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Dimensions?: readonly Dimension[];
  readonly Threshold: number;
  readonly TreatMissingData: string;
  readonly MetricName?: string;
  readonly Metrics?: readonly {
    readonly Expression?: string;
    readonly MetricStat?: {
      readonly Period: number;
      readonly Stat: string;
      readonly Metric: {
        readonly Namespace: string;
        readonly MetricName: string;
        readonly Dimensions: readonly Dimension[];
      };
    };
  }[];
}

function alarmsOf(schedule?: ScheduleExpression): Readonly<Record<string, Found>> {
  const template = discover(() => (schedule ? { schedule } : {})).synth();
  const found = ofType(template, 'AWS::CloudWatch::Alarm').map(
    ({ id, Properties }) =>
      [rendered({ Ref: id }).replace(/^\{Alarms|\}$/g, ''), Properties as unknown as Found] as const,
  );
  return Object.fromEntries(found);
}

const alarms = alarmsOf();
/** Metric, threshold, minutes of a period, periods in a row. */
const said = ({ MetricName, Metrics, Threshold, Period = 300, EvaluationPeriods }: Found) => [
  MetricName ?? Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric.MetricName ?? []).join(),
  Threshold,
  Period / 60,
  EvaluationPeriods,
];

it.each([
  ['DeadLetters', ['ApproximateNumberOfMessagesVisible', 1, 5, 1]],
  ['RunsNotSucceeding', ['ExecutionsFailed,ExecutionsTimedOut', 1, 5, 1]],
  ['NoSuccessfulRun', ['FullRunsInSync', 1, 5, 3]],
  ['RunsPaused', ['RunsPaused', 1, 5, 1]],
  ['OldestEvent', ['OldestEventAge', 900, 5, 1]],
  ['SlowEvents', ['EventLatency', 60_000, 5, 3]],
  ['RemovalsHeld', ['RemovalsHeld', 1, 5, 1]],
  ['InstancesHeldByPanic', ['InstancesHeldByPanic', 1, 5, 3]],
  ['ProberSuspected', ['ProberSuspected', 1, 5, 1]],
  ['InstancesOverCapacity', ['InstancesOverCapacity', 1, 5, 3]],
  ['NamesQuarantined', ['NamesQuarantined', 1, 5, 1]],
  ['NamesContended', ['NamesContended', 1, 5, 1]],
  ['NamesInConflict', ['NamesInConflict', 1, 5, 3]],
  ['QuotasNear', ['QuotasNear', 1, 5, 3]],
  ['ClustersUnread', ['ClustersUnread', 1, 5, 1]],
  ['ObjectsUnreadable', ['ObjectsUnreadable', 1, 5, 3]],
  ['CallsThrottled', ['CallsThrottled', 1, 5, 3]],
] as const)('%s watches what it is for', (name, expected) => {
  const alarm = alarms[name];

  expect(alarm && said(alarm)).toEqual(expected);
});

/** How a period of each metric is read, and whose it is: `Maximum of AWS/SQS QueueName={…}`, every metric of a sum. */
function readAs({ Metrics, Namespace = '', Dimensions = [], Period = 0, ...alarm }: Found): readonly string[] {
  const own = { Metric: { Namespace, Dimensions }, Stat: alarm.Statistic ?? alarm.ExtendedStatistic, Period };
  const all = Metrics ? Metrics.flatMap(({ MetricStat }) => MetricStat ?? []) : [own];
  return all.map(({ Metric, Stat, Period }) => {
    const whose = Metric.Dimensions.map(({ Name, Value }) => `${Name}=${rendered(Value)}`).join();
    return `${Stat} in ${Period} s of ${Metric.Namespace} ${whose}`;
  });
}

const OURS = 'EcsServiceDiscoveryDns service=Shop';
const RUNS = 'AWS/States StateMachineArn={ReconcilerStateMachine}';
/** All others are as high as any run has found it. */
const READ_AS: Readonly<Record<string, readonly string[]>> = {
  DeadLetters: ['Maximum in 300 s of AWS/SQS QueueName={DeadLetterQueue}'],
  RunsNotSucceeding: [`Sum in 300 s of ${RUNS}`, `Sum in 300 s of ${RUNS}`],
  NoSuccessfulRun: [`Sum in 300 s of ${OURS}`],
  RunsPaused: [`Sum in 300 s of ${OURS}`],
  SlowEvents: [`p90 in 300 s of ${OURS}`],
  CallsThrottled: [`Sum in 300 s of ${OURS}`],
};

it.each(Object.entries(alarms))(
  '%s reads this deployment, and the peak where one bad run says enough',
  (name, alarm) => {
    expect(readAs(alarm)).toEqual(READ_AS[name] ?? [`Maximum in 300 s of ${OURS}`]);
  },
);

it('none lets a part of its periods pass', () => {
  expect(Object.values(alarms).filter((alarm) => 'DatapointsToAlarm' in alarm)).toEqual([]);
});

/** Each full run counts them anew, and no other has to. */
const OF_FULL_RUNS = [
  'InstancesHeldByPanic',
  'InstancesOverCapacity',
  'NamesInConflict',
  'QuotasNear',
  'ObjectsUnreadable',
  'CallsThrottled',
];

function raise(name: string): never {
  throw new Error(`there is no alarm ${name}`);
}

it('has those of the table, and no others', () => {
  expect(Object.keys(alarms).sort()).toEqual(Object.keys(ALARMS).sort());
});

it.each(Object.entries(alarms))('%s says whose it is, what it means and what to look at', (name, alarm) => {
  expect(alarm.AlarmDescription).toMatch(/^Service discovery Shop: .{40,}[.?]$/);
  expect([name, alarm.TreatMissingData, alarm.ComparisonOperator]).toEqual(
    name === 'NoSuccessfulRun'
      ? [name, 'missing', 'LessThanThreshold']
      : [name, 'notBreaching', 'GreaterThanOrEqualToThreshold'],
  );
});

it('every sum counts what has no data as nothing', () => {
  const sums = Object.values(alarms).flatMap(({ Metrics = [] }) =>
    Metrics.flatMap(({ Expression }) => Expression ?? []),
  );

  expect(sums).toEqual(['FILL(failed, 0) + FILL(timedOut, 0)']);
});

describe('no successful run: three periods of whatever the schedule is', () => {
  it.each([
    ['rate(1 minute)', 5, 3],
    ['rate(10 minutes)', 10, 3],
    ['rate(1 hour)', 60, 3],
    ['rate(1 day)', 1_440, 3],
    ['rate(2 days)', 1_440, 6],
    ['rate(6 days)', 1_440, 7],
    ['cron(0 12 * * ? *)', 1_440, 3],
    ['cron(0/15 * ? * * *)', 15, 3],
    ['cron(*/5 * * * ? *)', 5, 3],
    ['cron(* * * * ? *)', 5, 3],
    ['cron(10,40 * * * ? *)', 30, 3],
    ['cron(10,50 * * * ? *)', 40, 3],
    ['cron(0 0/6 * * ? *)', 360, 3],
    ['cron(0 6-18 * * ? *)', 720, 3],
    ['cron(0/30 8-17/3 * * ? *)', 870, 3],
    ['cron(0 12 ? * SUN,MON-SAT *)', 1_440, 3],
    ['cron(0 8,20 ? * MON-FRI *)', 1_440, 7],
    ['cron(60 * * * ? *)', 1_440, 3],
    ['cron(9-3 * * * ? *)', 1_440, 3],
    ['cron(0 0/0 * * ? *)', 1_440, 3],
    ['cron(0 12 ? * MON-FRI *)', 1_440, 7],
    ['cron(0 12 ? * 2,4,6 *)', 1_440, 7],
    ['cron(0 12 ? * FRI-TUE *)', 1_440, 7],
    ['cron(0 12 ? * sun,mon,tue,wed,thu,fri,sat *)', 1_440, 3],
  ])('%s: %i minutes, %i times', (expression, minutes, count) => {
    const found = threePeriods(ScheduleExpression.expression(expression));

    expect([found?.period.toMinutes(), found?.count]).toEqual([minutes, count]);
  });

  it.each([
    'rate(7 days)',
    'rate(30 days)',
    'cron(0 12 1 * ? *)',
    'cron(0 12 * 1 ? *)',
    'cron(0 12 * * ? 2030)',
    'cron(0 12 ? * MON *)',
    'cron(0 12 ? * 6L *)',
    'cron(0 12 ? * MON#1 *)',
    'cron(0 12 L * ? *)',
    'cron(0 12 1/2 * ? *)',
    'cron(nonsense)',
  ])('%s: further apart than an alarm looks back, so there is none', (expression) => {
    const all = alarmsOf(ScheduleExpression.expression(expression));

    expect(threePeriods(ScheduleExpression.expression(expression))).toBeUndefined();
    expect(Object.keys(ALARMS).filter((name) => !(name in all))).toEqual(['NoSuccessfulRun']);
  });

  it('and the alarm has them', () => {
    const { NoSuccessfulRun } = alarmsOf(ScheduleExpression.rate(Duration.hours(2)));

    expect([NoSuccessfulRun?.Period, NoSuccessfulRun?.EvaluationPeriods]).toEqual([7_200, 3]);
  });

  it.each([
    ['rate(1 minute)', 5, 3],
    ['rate(15 minutes)', 15, 3],
    ['rate(2 hours)', 120, 3],
    ['cron(0 12 * * ? *)', 1_440, 3],
    ['rate(2 days)', 5, 1],
    ['cron(0 12 ? * MON-FRI *)', 5, 1],
    ['cron(0 12 1 * ? *)', 5, 1],
  ])('%s: what runs count while it lasts is watched over %i minutes, %i times', (expression, minutes, count) => {
    const all = alarmsOf(ScheduleExpression.expression(expression));

    for (const name of OF_FULL_RUNS)
      expect([name, ...(said(all[name] ?? raise(name)) as number[]).slice(2)]).toEqual([name, minutes, count]);
    expect(said(all.SlowEvents ?? raise('SlowEvents'))).toEqual(['EventLatency', 60_000, 5, 3]);
    expect(said(all.RunsNotSucceeding ?? raise('RunsNotSucceeding')).slice(2)).toEqual([5, 1]);
  });

  it('goes off by silence after data, which a new alarm has not had: INSUFFICIENT_DATA', () => {
    const { discovery, synth } = discover();
    discovery.addAlarmAction({ bind: () => ({ alarmActionArn: 'arn:aws:sns:eu-west-1:123456789012:operators' }) });

    const silent = ofType(synth(), 'AWS::CloudWatch::Alarm').filter(
      ({ Properties }) => Properties.InsufficientDataActions !== undefined,
    );

    expect(silent.map(({ id }) => rendered({ Ref: id }))).toEqual(['{AlarmsNoSuccessfulRun}']);
    expect(silent[0]?.Properties.InsufficientDataActions).toEqual(['arn:aws:sns:eu-west-1:123456789012:operators']);
  });
});
