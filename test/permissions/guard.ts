import type { Fault } from '../faults/port.ts';
import { bucketArn } from '../stand-ins/iam/needs.ts';
import type { Iam } from '../stand-ins/iam.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import type { Deployed } from './deployment.ts';

/** What stands before every call and every step of a world: the roles of a deployment. */
export function guard(iam: Iam, { functionOf, deployment }: Deployed, inner: Fault = {}): Fault {
  const { permissions, rules } = deployment;
  const [machine] = permissions.stateMachines;
  const [rule] = rules;
  let over = false;
  iam.onDecision(({ allowed }) => {
    over ||= !allowed;
  });
  return {
    onStep: async (invocation, perform) => {
      if (over) throw new Error('nobody waits for what comes after a refusal');
      const { arn } = functionOf(invocation.step);
      const request = { action: 'lambda:InvokeFunction', resource: arn };
      const source = { 'aws:SourceArn': ruleArn(rule?.name ?? ''), 'aws:SourceAccount': ACCOUNT };
      const allowed =
        invocation.step === 'StartRun'
          ? iam.allows({ service: 'events.amazonaws.com' }, { ...request, keys: source })
          : iam.allows({ roleArn: machine?.roleArn ?? '' }, { ...request, keys: {} });
      if (!allowed) throw thrown(new ServiceFault('Lambda.AWSLambdaException', `${arn} may not be invoked`));
      return inner.onStep ? inner.onStep(invocation, perform) : perform();
    },
    onCall: async (about, perform) => {
      if (!about.by) return perform();
      const accessKeyId = functionOf(about.by.step).name;
      const context = { region: REGION, accountId: ACCOUNT, requestId: 'guarded', accessKeyId };
      const [service = '', operation = ''] = about.call.split(':');
      try {
        iam.authorize({ service, operation, input: about.input }, context);
      } catch (fault) {
        throw fault instanceof ServiceFault ? thrown(fault) : fault;
      }
      try {
        return await (inner.onCall ? inner.onCall(about, perform) : perform());
      } catch (fault) {
        const missing = fault instanceof Error && (fault.name === 'NoSuchKey' || fault.name === 'NotFound');
        if (!missing || iam.may(context, 's3:ListBucket', bucketArn('runs'))) throw fault;
        throw thrown(new ServiceFault('AccessDenied', 'Access Denied', { statusCode: 403 }));
      }
    },
  };
}

export const ruleArn = (name: string) => `arn:aws:events:${REGION}:${ACCOUNT}:rule/${name}`;

/** As the SDK throws it. */
function thrown({ name, message, statusCode }: ServiceFault): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: statusCode } });
}
