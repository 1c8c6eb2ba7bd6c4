import { type Environment, namingOf } from '../contracts/environment.ts';
import type { ClaimSettings } from '../domain/ecs/claims-of.ts';
import type { ProbeSettings } from '../domain/health/probe-batch.ts';

/** What every step that reads ECS needs to know, in a file without a handler so that each bundle builds only its own. */
export const OBSERVATION_VARIABLES = [
  'ZONE_NAME',
  'OWNER_LABEL',
  'HEALTH_CHECK',
  'HEALTH_CHECK_PATH',
  'CHECKER_VPC',
] as const;
export type ObservationEnvironment = Environment<(typeof OBSERVATION_VARIABLES)[number]>;

export const claimSettings = (
  environment: Environment<'ZONE_NAME' | 'OWNER_LABEL' | 'HEALTH_CHECK_PATH'>,
): ClaimSettings => ({
  naming: namingOf(environment),
  ...(environment.HEALTH_CHECK_PATH !== undefined && { defaultCheckPath: environment.HEALTH_CHECK_PATH }),
});

export const probeSettings = ({
  HEALTH_CHECK,
  CHECKER_VPC,
}: Environment<'HEALTH_CHECK' | 'CHECKER_VPC'>): ProbeSettings => ({
  probing: HEALTH_CHECK === 'on',
  ...(CHECKER_VPC !== undefined && { checkerVpc: CHECKER_VPC }),
});
