import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import type { Answered } from '../rollout/progress.ts';

/** Which versions DNS may send clients to. */
export type Serving = 'old' | 'either' | 'new';

/** Stages before which nobody is sent to the new version (API_ServiceDeployment). */
const BEFORE = new Set([
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
]);

/**
 * Whom a name may lead to while ECS shows a deployment like this.
 *
 * | status                        | stage          | serves |
 * | ----------------------------- | -------------- | ------ |
 * | pending                       | any            | old    |
 * | in progress                   | before a shift | old    |
 * | in progress                   | the shift      | either |
 * | in progress                   | after it       | new    |
 * | successful                    | any            | new    |
 * | rollback in progress          | clean-up       | old    |
 * | rollback successful           | any            | old    |
 * | anything else                 | any            | either |
 *
 * A rollback may still show the stage that it began at, so nothing but its end tells.
 */
export function servingAt({ status, lifecycleStage: stage }: ServiceDeployment): Serving {
  if (status === 'PENDING' || status === 'ROLLBACK_SUCCESSFUL') return 'old';
  if (status === 'ROLLBACK_IN_PROGRESS') return stage === 'CLEAN_UP' ? 'old' : 'either';
  if (status === 'SUCCESSFUL') return 'new';
  if (status !== 'IN_PROGRESS' || stage === 'PRODUCTION_TRAFFIC_SHIFT') return 'either';
  return stage === undefined || BEFORE.has(stage) ? 'old' : 'new';
}

/** What is wrong with an answer that came while it was certain who serves; undefined for one as it should be. */
export function wrongWith(serving: Serving, { blue, green, others }: Answered): string | undefined {
  if (others > 0) return `${others} of its values lead to neither version`;
  if (blue + green === 0) return 'the name has no value';
  if (serving === 'old' && green > 0) return `${green} of its values lead to the new version`;
  return serving === 'new' && blue > 0 ? `${blue} of its values lead to the old version` : undefined;
}
