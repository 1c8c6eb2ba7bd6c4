import { CloudWatch, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { IAM } from '@aws-sdk/client-iam';
import { type Check, expected, learned } from '../check.ts';
import type { Place } from '../places/place.ts';
import { functionArn, physical } from '../places/resources.ts';
import { until } from '../wait.ts';
import { run } from './runs.ts';

const ATTACHES = ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces'];

export const checkerRights: Check = {
  id: 'checker-rights',
  asks: 'May Lambda attach the health checker to the VPC, and its code not?',
  expected: 'allowed without the key lambda:SourceFunctionArn, denied with it, and probes have passed',
  seconds: 120,
  locally: 'IAM and network interfaces of Lambda are not among the local services',
  async run(place) {
    const iam = new IAM();
    const arn = functionArn(place.stateMachine, physical(place, /CheckHealthFunction[0-9A-F]{8}$/));
    const { Role } = await iam.getRole({ RoleName: physical(place, /CheckHealthRole[0-9A-F]{8}$/) });
    const decide = async (context: boolean) => {
      const { EvaluationResults = [] } = await iam.simulatePrincipalPolicy({
        PolicySourceArn: Role?.Arn,
        ActionNames: ATTACHES,
        ...(context && {
          ContextEntries: [
            { ContextKeyName: 'lambda:SourceFunctionArn', ContextKeyType: 'string', ContextKeyValues: [arn] },
          ],
        }),
      });
      return EvaluationResults.map(({ EvalActionName = '', EvalDecision = '' }) => `${EvalActionName} ${EvalDecision}`);
    };
    const [lambda, code] = [await decide(false), await decide(true)];
    const holds =
      lambda.every((line) => line.endsWith(' allowed')) && code.every((line) => line.endsWith(' explicitDeny'));
    return expected(holds, holds ? 'as wanted' : 'not as wanted', [
      ...lambda,
      ...code.map((line) => `its code: ${line}`),
    ]);
  },
};

export const timeoutName: Check = {
  id: 'timeout-name',
  asks: 'Under which name does Step Functions see a function that takes too long?',
  expected: 'Sandbox.Timedout',
  seconds: 180,
  locally: 'Lambda itself is not among the local services',
  async run(place, signal) {
    const sleeper = { ...place, stateMachine: physical(place, /^SleeperMachine[0-9A-F]{8}$/) };
    const { status, error, cause } = await run(sleeper, {}, signal);
    return expected(error === 'Sandbox.Timedout', `${status} ${error}`, [cause.slice(0, 300)]);
  },
};

interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

export const metricNames: Check = {
  id: 'metric-names',
  asks: 'Do the metrics come under the names and dimensions that the alarms look at?',
  expected: 'each that a quiet run sends; those of faults are not sent before there is one',
  seconds: 900,
  locally: 'CloudWatch is not among the local services',
  async run(place, signal) {
    const cloudWatch = new CloudWatch();
    const watched = await metricsOfAlarms(cloudWatch, place);
    const quiet = watched.find(({ name }) => name === 'FullRunsInSync');
    if (!quiet) return expected(false, 'no alarm looks at FullRunsInSync');
    await until(async () => ((await exists(cloudWatch, quiet)) ? true : undefined), { every: 20, signal });
    const details: string[] = [];
    for (const metric of watched) {
      details.push(
        `${metric.namespace} ${metric.name} ${(await exists(cloudWatch, metric)) ? 'there' : 'not sent yet'}`,
      );
    }
    return expected(
      true,
      `${details.filter((line) => line.endsWith(' there')).length} of ${details.length} are there`,
      details,
    );
  },
};

async function ourAlarms(cloudWatch: CloudWatch, { resources }: Place): Promise<readonly MetricAlarm[]> {
  const ours = new Set(resources.values());
  const { MetricAlarms = [] } = await cloudWatch.describeAlarms({ MaxRecords: 100 });
  return MetricAlarms.filter(({ AlarmName = '' }) => ours.has(AlarmName));
}

async function metricsOfAlarms(cloudWatch: CloudWatch, place: Place): Promise<readonly Metric[]> {
  const metrics = (await ourAlarms(cloudWatch, place)).flatMap(
    ({ MetricName, Namespace, Dimensions, Metrics = [] }) => [
      ...(MetricName ? [{ name: MetricName, namespace: Namespace ?? '', dimensions: Dimensions ?? [] }] : []),
      ...Metrics.flatMap(({ MetricStat }) =>
        MetricStat?.Metric
          ? [
              {
                name: MetricStat.Metric.MetricName ?? '',
                namespace: MetricStat.Metric.Namespace ?? '',
                dimensions: MetricStat.Metric.Dimensions ?? [],
              },
            ]
          : [],
      ),
    ],
  );
  return metrics.map(({ dimensions, ...metric }) => ({
    ...metric,
    dimensions: dimensions.map(({ Name = '', Value = '' }) => ({ Name, Value })),
  }));
}

async function exists(cloudWatch: CloudWatch, { namespace, name, dimensions }: Metric): Promise<boolean> {
  const { Metrics = [] } = await cloudWatch.listMetrics({
    Namespace: namespace,
    MetricName: name,
    Dimensions: [...dimensions],
  });
  return Metrics.some(({ Dimensions = [] }) => Dimensions.length === dimensions.length);
}

export const alarmOnSums: Check = {
  id: 'alarm-on-sums',
  asks: 'Does the alarm on the sum of failed and timed-out executions go off, where one of the two has no data?',
  expected: 'ALARM within 10 minutes after an execution that is given nonsense',
  seconds: 900,
  locally: 'CloudWatch is not among the local services',
  async run(place, signal) {
    const cloudWatch = new CloudWatch();
    const AlarmNames = [physical(place, /RunsNotSucceeding[0-9A-F]{8}$/)];
    const failed = await run(place, { nonsense: true }, signal);
    const since = Date.now();
    const state = await until(
      async () => {
        const { MetricAlarms: [alarm] = [] } = await cloudWatch.describeAlarms({ AlarmNames });
        const over = Date.now() - since > 600_000;
        return alarm?.StateValue === 'ALARM' || over ? String(alarm?.StateValue) : undefined;
      },
      { every: 20, signal },
    );
    const seconds = Math.round((Date.now() - since) / 1_000);
    return expected(state === 'ALARM', `${state} after ${seconds} s; the execution ${failed.status} ${failed.error}`);
  },
};

export const quietAlarms: Check = {
  id: 'quiet-alarms',
  asks: 'Which alarms are on after all of this?',
  expected: 'those of what was done on purpose',
  seconds: 60,
  locally: 'CloudWatch is not among the local services',
  async run(place) {
    const alarms = await ourAlarms(new CloudWatch(), place);
    const lines = alarms.map(({ AlarmName = '', StateValue = '' }) => `${AlarmName} ${StateValue}`);
    return learned(`${lines.filter((line) => line.endsWith(' ALARM')).length} of ${lines.length}`, lines);
  },
};
