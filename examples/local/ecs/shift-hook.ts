import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { Cloud } from '../cloud/cloud.ts';
import { PLACE } from '../cloud/place.ts';
import type { FunctionSpec } from '../template/deployment.ts';

/** What ECS calls while it shifts traffic, and the role by which it does. */
export interface ShiftHook {
  readonly functionArn: string;
  readonly roleArn: string;
}

/** Entry of the function that ECS calls. */
export const SHIFT_HOOK = 'functions/triggers/shift-hook.ts';
/** Both colours run so long after the shift. */
const BAKE_MINUTES = 2;
/**
 * A version whose traffic has not shifted by then is given up; so is a rollback. Minutes are short here, and a rollback that
 * has nothing to change waits a real one, and the TTL.
 */
const TIMEOUT_MINUTES = 12;

/** The functions of a deployment. */
interface Deployed {
  readonly functions: readonly Pick<FunctionSpec, 'entry' | 'arn'>[];
}

/** The hook of a deployment that has one, with a role for it: whoever has the services makes it. */
export function shiftHook({ iam }: Pick<Cloud, 'iam'>, { functions }: Deployed): ShiftHook | undefined {
  const hook = functions.find(({ entry }) => entry === SHIFT_HOOK);
  if (!hook) return undefined;
  const roleArn = `arn:aws:iam::${PLACE.accountId}:role/shift-hook-of-services`;
  iam.putRole({
    arn: roleArn,
    trust: { Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
    policies: [{ Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: hook.arn }] }],
  });
  return { functionArn: hook.arn, roleArn };
}

/** How a service is deployed whose traffic shifts by DNS. */
export const blueGreen = ({ functionArn, roleArn }: ShiftHook): DeploymentConfiguration => ({
  strategy: 'BLUE_GREEN',
  bakeTimeInMinutes: BAKE_MINUTES,
  lifecycleHooks: [
    {
      hookTargetArn: functionArn,
      roleArn,
      lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'],
      timeoutConfiguration: { timeoutInMinutes: TIMEOUT_MINUTES, action: 'ROLLBACK' },
    },
  ],
});
