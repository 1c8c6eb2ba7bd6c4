import type { Context } from 'aws-lambda';
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { step } from '../../functions/runtime/step.ts';

const contract = { input: z.object({ a: z.number() }), output: z.object({ b: z.number() }) };
const context = { functionName: 'f', awsRequestId: 'r' } as Context;
afterEach(() => void vi.unstubAllEnvs());

it('gives the work its input and the state its output, as the contract has them', async () => {
  const work = vi.fn(async ({ a }: { a: number }) => ({ b: a + 1, more: 'of nobody’s' }));

  const answer = await step(contract, () => work)({ a: 1, release: 'x', more: 2 }, context);

  expect(work.mock.calls.map(([input]) => input)).toEqual([{ a: 1 }]);
  expect(answer).toEqual({ b: 2 });
});

it('tells the work when its time is over', async () => {
  const work = vi.fn(async (_: unknown, { until }: { readonly until: number }) => ({ b: until }));
  const ending = { ...context, getRemainingTimeInMillis: () => 5_000 };

  const before = Date.now();
  const { b: until } = await step(contract, () => work)({ a: 1 }, ending);

  expect(until).toBeGreaterThanOrEqual(before + 5_000);
  expect(until).toBeLessThanOrEqual(Date.now() + 5_000);
});

it.each([[{}], [{ a: 'one' }], [undefined], [[]]])(
  'an input of another shape is refused before any work: %j',
  async (input) => {
    const work = vi.fn(async () => ({ b: 1 }));

    const fault = await step(contract, () => work)(input, context).catch((thrown: unknown) => thrown);

    expect(fault).toMatchObject({ name: 'PayloadError', message: expect.stringContaining('the input of this state') });
    expect(work).not.toHaveBeenCalled();
  },
);

it.each([[{}], [{ b: 'one' }], [undefined]])(
  'an output of another shape does not leave the step: %j',
  async (output) => {
    const fault = await step(contract, () => async () => output as never)({ a: 1 }, context).catch(
      (thrown: unknown) => thrown,
    );

    expect(fault).toMatchObject({ name: 'PayloadError', message: expect.stringContaining('the output of this state') });
  },
);

it('is built once: in Lambda when it is loaded, so that a bad deployment fails at once; elsewhere with its first call', async () => {
  const build = vi.fn(() => async () => ({ b: 1 }));

  const elsewhere = step(contract, build);
  const before = build.mock.calls.length;
  await elsewhere({ a: 1 }, context);
  await elsewhere({ a: 1 }, context);
  const after = build.mock.calls.length;
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'f');
  const broken = () =>
    step(contract, () => {
      throw new Error('no environment');
    });
  await step(contract, build)({ a: 1 }, context);

  expect([before, after, build.mock.calls.length]).toEqual([0, 1, 2]);
  expect(broken).toThrow('no environment');
});
