import { expect, it, onTestFinished } from 'vitest';
import { API_CALLS, type ApiCall } from '../../../functions/adapters/aws/call-log.ts';
import { ServiceFault } from '../../stand-ins/service.ts';
import { EVERY_CALL, everyService, operationOf } from '../every-call.ts';
import { withoutPauses } from '../served.ts';

const SERVICES: Readonly<Record<string, string>> = {
  route53: 'Route53',
  ecs: 'ECS',
  ec2: 'EC2',
  ssm: 'SSM',
  s3: 'S3',
  sqs: 'SQS',
  events: 'EventBridge',
  states: 'SFN',
  sts: 'STS',
};
const unavailable = new ServiceFault('InternalError', 'we are sorry', { statusCode: 503 });

function told(): readonly ApiCall[] {
  const calls: ApiCall[] = [];
  const listen = (message: unknown) => void calls.push(message as ApiCall);
  API_CALLS.subscribe(listen);
  onTestFinished(() => void API_CALLS.unsubscribe(listen));
  return calls;
}

it.each(EVERY_CALL)('$call is told of, with its attempts', async ({ call, run }) => {
  withoutPauses();
  const [service = ''] = call.split(':');
  const world = await everyService(service);
  world.inject(operationOf(call), unavailable, 1);
  const calls = told();

  await run(world);

  expect(calls).toEqual([{ service: SERVICES[service], operation: operationOf(call), attempts: 2 }]);
});

it('a call that fails for ever is told of as well', async () => {
  withoutPauses();
  const world = await everyService('ecs');
  world.inject('ListClusters', unavailable);
  const calls = told();

  await expect(EVERY_CALL[0]?.run(world)).rejects.toThrow();

  expect(calls).toEqual([{ service: 'ECS', operation: 'ListClusters', attempts: 3 }]);
});
