import { Stack } from 'aws-cdk-lib';
import { ROWS, type VariableName, type WIRED } from '../functions/contracts/settings.ts';
import { type FunctionName, VARIABLES } from '../functions/contracts/variables.ts';
import type { Grounds } from './permissions.ts';
import { release } from './release.ts';
import type { Settings } from './settings.ts';

/**
 * Only triggers have the state machine's ARN: a step gets it from the execution, which avoids a circle. The hook is there only
 * where a service has asked for it, later than all else.
 */
type OfTheTrigger = 'STATE_MACHINE_ARN' | 'SHIFT_HOOK';

/** The environment variables of a deployment, as `functions/contracts/environment.ts` reads them. */
export type Variables = Readonly<Record<Exclude<VariableName, OfTheTrigger>, string>>;

export function variablesOf(settings: Settings, grounds: Grounds): Variables {
  const { account, region } = Stack.of(grounds.bucket);
  const values: Readonly<Record<string, unknown>> = {
    ...settings,
    hostedZoneId: grounds.hostedZone.hostedZoneId,
    hostedZoneName: grounds.hostedZone.zoneName,
    hostedZoneRoleArn: grounds.hostedZoneRole?.roleArn,
    clusters: grounds.clusters.map(({ clusterArn }) => clusterArn),
    healthCheck: settings.network ? 'on' : 'off',
    vpcId: settings.network?.vpc.vpcId,
  };
  const wired: Readonly<Record<Exclude<keyof typeof WIRED, OfTheTrigger>, string>> = {
    DEPLOYMENT_ID: `${account}/${region}/${settings.deploymentId}`,
    RUN_BUCKET: grounds.bucket.bucketName,
    EVENT_QUEUE_URL: grounds.eventQueue.queueUrl,
    DEAD_LETTER_QUEUE_URL: grounds.deadLetterQueue.queueUrl,
    RELEASE: release(),
  };
  const stated = ROWS.flatMap(([name, { variable }]) => (variable ? [[variable, String(values[name] ?? '')]] : []));
  return { ...Object.fromEntries(stated), ...wired };
}

/** Those that one function reads. */
export const environmentOf = <N extends FunctionName>(
  name: N,
  values: Readonly<Record<Exclude<(typeof VARIABLES)[N][number], 'SHIFT_HOOK'>, string>> & {
    readonly SHIFT_HOOK?: string;
  },
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    VARIABLES[name].flatMap((variable: VariableName) => {
      const value = (values as Readonly<Partial<Record<VariableName, string>>>)[variable];
      return value === undefined ? [] : [[variable, value]];
    }),
  );
