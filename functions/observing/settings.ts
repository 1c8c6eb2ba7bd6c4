import { type Environment, namingOf } from '../contracts/environment.ts';
import type { ClaimSettings } from '../domain/ecs/declared.ts';
import type { ProbeSettings } from '../domain/health/probe-batch.ts';

export type ClaimEnvironment = Environment<'ZONE_NAME' | 'OWNER_LABEL' | 'HEALTH_CHECK_PATH'>;
export type ProbeEnvironment = Environment<'HEALTH_CHECK' | 'CHECKER_VPC'>;

export const claimSettings = (environment: ClaimEnvironment): ClaimSettings => ({
  naming: namingOf(environment),
  ...(environment.HEALTH_CHECK_PATH !== undefined && { defaultCheckPath: environment.HEALTH_CHECK_PATH }),
});

export const probeSettings = ({ HEALTH_CHECK, CHECKER_VPC }: ProbeEnvironment): ProbeSettings => ({
  probing: HEALTH_CHECK === 'on',
  ...(CHECKER_VPC !== undefined && { checkerVpc: CHECKER_VPC }),
});
