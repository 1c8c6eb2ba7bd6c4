import { type Environment, namingOf } from '../contracts/environment.ts';
import type { ClaimSettings } from '../domain/ecs/declared.ts';
import type { ProbeSettings } from '../domain/health/probe-batch.ts';
import type { PassSettings } from '../domain/telling/plan-record.ts';

export type ClaimEnvironment = Environment<
  'ZONE_NAME' | 'OWNER_LABEL' | 'ADDRESS_FAMILY' | 'HEALTH_CHECK_PATH' | 'PUBLISH_TASKS'
>;
export type ProbeEnvironment = Environment<'HEALTH_CHECK' | 'CHECKER_VPC' | 'ANYWHERE_PROBED'>;
export type PlanEnvironment = Environment<
  | 'ZONE_NAME'
  | 'OWNER_LABEL'
  | 'ADDRESS_FAMILY'
  | 'RECORD_TTL'
  | 'MINIMUM_TTL'
  | 'ROUTING'
  | 'BEYOND_CAPACITY'
  | 'NEGATIVE_TTL'
  | 'DEPLOYMENT_ID'
  | 'MAX_DELETE_SHARE'
  | 'GUARD_MINIMUM'
  | 'MINIMUM_HEALTHY_SHARE'
  | 'ON_DRAINING'
  | 'REQUEST_SHARE'
>;

const familyOf = ({ ADDRESS_FAMILY: family }: Environment<'ADDRESS_FAMILY'>) => family && { family };

export const claimSettings = (environment: ClaimEnvironment): ClaimSettings => ({
  naming: namingOf(environment),
  ...familyOf(environment),
  ...(environment.HEALTH_CHECK_PATH !== undefined && { defaultCheckPath: environment.HEALTH_CHECK_PATH }),
  publishTasks: environment.PUBLISH_TASKS,
});

export const probeSettings = ({ HEALTH_CHECK, CHECKER_VPC, ANYWHERE_PROBED }: ProbeEnvironment): ProbeSettings => ({
  probing: HEALTH_CHECK === 'on',
  ...(CHECKER_VPC !== undefined && { checkerVpc: CHECKER_VPC }),
  ...(ANYWHERE_PROBED && { anywhere: true }),
});

export const planSettings = (environment: PlanEnvironment): PassSettings => ({
  naming: namingOf(environment),
  ...familyOf(environment),
  recordTtl: environment.RECORD_TTL,
  minimumTtl: environment.MINIMUM_TTL,
  routing: environment.ROUTING,
  beyondCapacity: environment.BEYOND_CAPACITY,
  negativeTtl: environment.NEGATIVE_TTL,
  deployment: environment.DEPLOYMENT_ID,
  maxDeleteShare: environment.MAX_DELETE_SHARE,
  guardMinimum: environment.GUARD_MINIMUM,
  minimumHealthyShare: environment.MINIMUM_HEALTHY_SHARE,
  onDraining: environment.ON_DRAINING,
});
