import { Stack } from 'aws-cdk-lib';
import type { Grounds } from './permissions.ts';
import type { Settings } from './settings.ts';

/** The environment variables of the functions, as `functions/contracts/environment.ts` reads them. */
export interface Variables {
  readonly HOSTED_ZONE_ID: string;
  readonly ZONE_NAME: string;
  readonly OWNER_LABEL: string;
  readonly DEPLOYMENT_ID: string;
  readonly RUN_BUCKET: string;
  readonly CLUSTERS: string;
  readonly RECORD_TTL: string;
  readonly ROUTING: string;
  readonly NEGATIVE_TTL: string;
  readonly HEALTH_CHECK: string;
  readonly HEALTH_CHECK_PATH: string;
  readonly CHECKER_VPC: string;
  readonly MAX_DELETE_SHARE: string;
  readonly GUARD_MINIMUM: string;
  readonly MINIMUM_HEALTHY_SHARE: string;
  readonly ON_UNHEALTHY: string;
  readonly EVENT_QUEUE_URL: string;
  readonly DEAD_LETTER_QUEUE_URL: string;
  readonly EVENT_WINDOW: string;
}

/** Only the event trigger has it: a step gets the state machine's ARN from the execution, which avoids a circle. */
export type Variable = keyof Variables | 'STATE_MACHINE_ARN';

export function variablesOf(settings: Settings, grounds: Grounds): Variables {
  const { account, region } = Stack.of(grounds.bucket);
  return {
    HOSTED_ZONE_ID: grounds.hostedZone.hostedZoneId,
    ZONE_NAME: grounds.hostedZone.zoneName,
    OWNER_LABEL: settings.ownerLabel,
    DEPLOYMENT_ID: `${account}/${region}/${settings.deploymentId}`,
    RUN_BUCKET: grounds.bucket.bucketName,
    CLUSTERS: grounds.clusters.map(({ clusterArn }) => clusterArn).join(','),
    RECORD_TTL: String(settings.recordTtlSeconds),
    ROUTING: settings.routing,
    NEGATIVE_TTL: settings.negativeTtlSeconds === undefined ? '' : String(settings.negativeTtlSeconds),
    HEALTH_CHECK: settings.network ? 'on' : 'off',
    HEALTH_CHECK_PATH: settings.healthCheckPath,
    CHECKER_VPC: settings.network?.vpc.vpcId ?? '',
    MAX_DELETE_SHARE: String(settings.maxDeleteShare),
    GUARD_MINIMUM: String(settings.guardMinimum),
    MINIMUM_HEALTHY_SHARE: String(settings.minimumHealthyShare),
    ON_UNHEALTHY: settings.onUnhealthy,
    EVENT_QUEUE_URL: grounds.eventQueue.queueUrl,
    DEAD_LETTER_QUEUE_URL: grounds.deadLetterQueue.queueUrl,
    EVENT_WINDOW: String(settings.eventWindowSeconds),
  };
}

/** Those that one function reads. */
export const environmentOf = <N extends Variable>(
  names: readonly N[],
  values: Readonly<Record<N, string>>,
): Readonly<Record<string, string>> => Object.fromEntries(names.map((name) => [name, values[name]]));
