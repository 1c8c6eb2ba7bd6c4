import type { DeploymentConfiguration, DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import { invalid } from './store.ts';

/** How a service is deployed, all of it settled. */
export interface Configuration {
  readonly strategy: 'ROLLING' | 'BLUE_GREEN';
  /** In percent of the desired count. */
  readonly maximumPercent: number;
  readonly minimumHealthyPercent: number;
  readonly bakeTimeInMinutes?: number;
  readonly lifecycleHooks?: readonly DeploymentLifecycleHook[];
}

/** What a service gets where its creator says nothing (API_DeploymentConfiguration). */
export const usualConfiguration: Configuration = {
  strategy: 'ROLLING',
  maximumPercent: 200,
  minimumHealthyPercent: 100,
};

/** In the SDK's shape. */
export const configurationShown = ({ lifecycleHooks, ...rest }: Configuration): DeploymentConfiguration => ({
  ...rest,
  ...(lifecycleHooks && { lifecycleHooks: [...lifecycleHooks] }),
});

/** A day, in minutes: the longest bake time and the longest timeout of a hook. */
const DAY = 1_440;

/** @throws ServiceFault for what ECS refuses, or with which no deployment could ever go on */
export function configured(before: Configuration, asked: DeploymentConfiguration = {}): Configuration {
  const { maximumPercent = before.maximumPercent, minimumHealthyPercent = before.minimumHealthyPercent } = asked;
  const strategy = (asked.strategy as Configuration['strategy'] | undefined) ?? before.strategy;
  const bakeTimeInMinutes = asked.bakeTimeInMinutes ?? before.bakeTimeInMinutes;
  const lifecycleHooks = asked.lifecycleHooks ?? before.lifecycleHooks;
  if (!Number.isInteger(maximumPercent) || maximumPercent < 100) {
    throw invalid(`maximumPercent must be a whole number from 100 on, but was ${maximumPercent}`);
  }
  if (!Number.isInteger(minimumHealthyPercent) || minimumHealthyPercent < 0 || minimumHealthyPercent > 100) {
    throw invalid(`minimumHealthyPercent must be a whole number from 0 to 100, but was ${minimumHealthyPercent}`);
  }
  if (maximumPercent === 100 && minimumHealthyPercent === 100) {
    throw invalid('Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.');
  }
  if (strategy === 'BLUE_GREEN' && bakeTimeInMinutes === undefined) {
    throw invalid('bakeTimeInMinutes is required when the deployment strategy is BLUE_GREEN.');
  }
  if (bakeTimeInMinutes !== undefined) refuseMinutes('bakeTimeInMinutes', 0, bakeTimeInMinutes);
  for (const hook of lifecycleHooks ?? []) refuseHook(hook);
  return {
    strategy,
    maximumPercent,
    minimumHealthyPercent,
    ...(bakeTimeInMinutes !== undefined && { bakeTimeInMinutes }),
    ...(lifecycleHooks && { lifecycleHooks }),
  };
}

function refuseHook({ hookTargetArn, roleArn, lifecycleStages, timeoutConfiguration }: DeploymentLifecycleHook): void {
  if (!/^arn:[\w-]+:lambda:.+:function:.+/.test(hookTargetArn ?? '')) {
    throw invalid(`hookTargetArn must be the ARN of a Lambda function, but was ${hookTargetArn}`);
  }
  if (!/^arn:[\w-]+:iam::\d{12}:role\/.+/.test(roleArn ?? '')) {
    throw invalid(`roleArn must be the ARN of a role, but was ${roleArn}`);
  }
  if (!lifecycleStages?.length) throw invalid('lifecycleStages cannot be empty.');
  const { timeoutInMinutes } = timeoutConfiguration ?? {};
  if (timeoutInMinutes !== undefined) refuseMinutes('timeoutInMinutes', 1, timeoutInMinutes);
}

function refuseMinutes(what: string, least: number, minutes: number): void {
  if (Number.isInteger(minutes) && minutes >= least && minutes <= DAY) return;
  throw invalid(`${what} must be a whole number from ${least} to ${DAY}, but was ${minutes}`);
}
