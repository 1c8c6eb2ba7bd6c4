import * as z from 'zod';
import { testNameIn } from '../domain/ecs/deployment.ts';

const weights = z.record(z.string(), z.number()).optional().catch(undefined);
/** `arn:<partition>:ecs:<region>:<account>:service/<cluster>/<name>` */
const SERVICE = /^(?<place>arn:[^:]+:ecs:[^:]*:[^:]*):service\/(?<cluster>[^/]+)\/(?<name>[^/]+)$/;

/** A call of a deployment lifecycle hook, as ECS makes it (ECS Developer Guide, Lambda lifecycle hooks). */
export const lifecycleCall = z
  .object({
    lifecycleStage: z.string().max(100),
    resourceArn: z.string().startsWith('arn:').max(2_048),
    executionDetails: z.object({
      serviceArn: z.string().max(2_048).regex(SERVICE, 'want the ARN of a service with its cluster'),
      targetServiceRevisionArn: z.string().startsWith('arn:').max(2_048),
      productionTrafficWeights: weights,
    }),
    hookDetails: z.unknown().optional(),
  })
  .transform(({ lifecycleStage: stage, resourceArn: deployment, executionDetails, hookDetails }) => {
    const { serviceArn: service, targetServiceRevisionArn: target, productionTrafficWeights } = executionDetails;
    const { place = '', cluster = '', name = '' } = SERVICE.exec(service)?.groups ?? {};
    return {
      stage,
      deployment,
      service,
      target,
      cluster: `${place}:cluster/${cluster}`,
      name,
      weight: productionTrafficWeights?.[target],
      testName: testNameIn(hookDetails),
    };
  });

export const shiftHookContract = {
  // Whatever comes, ECS gets an answer that it understands.
  input: z.record(z.string(), z.unknown()).catch({}),
  /** `callBackDelay` in seconds. */
  output: z.discriminatedUnion('hookStatus', [
    z.object({ hookStatus: z.literal('SUCCEEDED') }),
    z.object({ hookStatus: z.literal('IN_PROGRESS'), callBackDelay: z.number().int().min(1) }),
  ]),
};
