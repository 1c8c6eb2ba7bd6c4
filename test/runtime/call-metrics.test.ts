import type { Context } from 'aws-lambda';
import { beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { API_CALLS } from '../../functions/adapters/aws/call-log.ts';
import { metrics } from '../../functions/runtime/powertools.ts';
import { step } from '../../functions/runtime/step.ts';

const contract = { input: z.object({}), output: z.object({}) };
const context = { functionName: 'f', awsRequestId: 'r' } as Context;
const call = (service: string, attempts = 1) => API_CALLS.publish({ service, attempts });
const counted = vi.spyOn(metrics, 'addMetric');

beforeEach(() => void counted.mockClear());

it('counts the attempts at calls of the services with limits, and what was tried again', async () => {
  const handler = step(contract, () => async () => {
    call('Route53', 3);
    call('Route53');
    call('ECS');
    call('S3', 2);
    return {};
  });

  await handler({}, context);

  expect(new Set(counted.mock.calls.map(([name, , value]) => `${name} ${value}`))).toEqual(
    new Set(['Route53Calls 4', 'EcsCalls 1', 'ApiRetries 3']),
  );
});

it('counts each call once, in the step that made it, also where that fails', async () => {
  const failing = step(contract, () => async () => {
    call('EC2');
    throw new Error('no');
  });
  const quiet = step(contract, () => async () => ({}));

  await expect(failing({}, context)).rejects.toThrow('no');
  await quiet({}, context);

  expect(counted.mock.calls).toEqual([['Ec2Calls', 'Count', 1]]);
});

it('tells each step what it has called itself, where several run in one process, and no other', async () => {
  const told: unknown[] = [];
  const steps = [1, 2, 3].map((attempts) =>
    step(
      contract,
      () => async () => {
        call('S3', attempts);
        await new Promise((later) => setImmediate(later));
        call('SQS');
        return {};
      },
      {
        told: ({ output, calls }) => {
          told.push(calls);
          return output;
        },
      },
    ),
  );

  call('ECS');
  await Promise.all(steps.map((handler) => handler({}, context)));

  expect(told.sort()).toEqual([2, 3, 4]);
});

it.each([
  { ends: 'refused by AWS', name: 'ThrottledError', cause: new Error('Rate exceeded'), expected: ['CallsThrottled'] },
  { ends: 'without time for its own turn', name: 'ThrottledError', cause: undefined, expected: [] },
  { ends: 'beside another change', name: 'ZoneBusyError', cause: new Error('busy'), expected: [] },
])('a step that ends $ends counts $expected', async ({ name, cause, expected }) => {
  const handler = step(contract, () => async () => {
    throw Object.assign(new Error('slow down', { ...(cause && { cause }) }), { name });
  });

  await expect(handler({}, context)).rejects.toThrow('slow down');

  expect(counted.mock.calls.map(([metric]) => metric)).toEqual(expected);
});
