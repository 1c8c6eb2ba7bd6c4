import { describe, expect, it, onTestFinished } from 'vitest';
import { type Lambdas, type LambdasOptions, startLambdas } from '../../../../examples/local/lambda/lambdas.ts';
import type { FunctionSpec } from '../../../../examples/local/template/deployment.ts';

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:probe';
const spec: FunctionSpec = {
  name: 'probe',
  arn,
  entry: 'probe.ts',
  environment: { OWN: 'value' },
  timeoutSeconds: 20,
  memoryMiB: 128,
  asynchronous: { retries: 0, maxAgeSeconds: 60 },
};

function started(changed: Partial<FunctionSpec> = {}, options: Partial<LambdasOptions> = {}): Lambdas {
  const lambdas = startLambdas({
    functions: [{ ...spec, ...changed }],
    moduleOf: (entry) => new URL(`./handlers/${entry}`, import.meta.url).href,
    environment: { AWS_REGION: 'eu-west-1' },
    concurrency: 2,
    log: () => {},
    onFailure: () => {},
    ...options,
  });
  onTestFinished(() => lambdas.close());
  return lambdas;
}

describe('an invocation', () => {
  it('takes its payload and gives its result through JSON', async () => {
    const { invoke } = started();

    const result = await invoke(arn, { do: 'json', at: new Date(0), gone: undefined });

    expect(result).toEqual({ date: '1970-01-01T00:00:00.000Z', order: { do: 'json', at: '1970-01-01T00:00:00.000Z' } });
    expect(result).not.toHaveProperty('gone');
    expect(await invoke(arn, { do: 'nothing' })).toBeNull();
  });

  it("runs with the function's environment, what Lambda adds, and nothing of this process", async () => {
    const { invoke } = started();

    expect(await invoke(arn, { do: 'environment' })).toEqual({
      OWN: 'value',
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'probe',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_ACCESS_KEY_ID: 'probe',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    });
  });

  it('has a context', async () => {
    const { invoke } = started();

    const context = await invoke(arn, { do: 'context' });

    expect(context).toMatchObject({ functionName: 'probe', invokedFunctionArn: arn, requestIdLength: 36 });
    expect(context).toHaveProperty(
      'remaining',
      expect.toSatisfy((ms: number) => ms > 0 && ms <= 20_000),
    );
  });

  it.each([
    { row: 'an error', order: 'throw', errorType: 'NamedError', errorMessage: 'on purpose' },
    { row: 'something else', order: 'throw text', errorType: 'string', errorMessage: 'just text' },
  ])('that throws $row fails under its name, with what Lambda reports as the cause', async (thrown) => {
    const { invoke } = started();

    const error = await invoke(arn, { do: thrown.order }).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ name: thrown.errorType });
    const cause = JSON.parse(Reflect.get(Object(error), 'detail'));
    expect(cause).toMatchObject({ errorType: thrown.errorType, errorMessage: thrown.errorMessage });
    expect(cause.trace.join()).toContain(thrown.row === 'an error' ? 'probe.ts' : '');
  });

  it('of a module that cannot be loaded fails with its error', async () => {
    const { invoke } = started({ entry: 'broken.ts' });

    const failing = invoke(arn, {});

    await expect(failing).rejects.toMatchObject({
      name: 'InvalidConfigurationError',
      detail: expect.stringContaining('"errorMessage":"invalid environment"'),
    });
  });

  it('of a module without a handler fails as in Lambda', async () => {
    const { invoke } = started({ entry: 'none.ts' });

    await expect(invoke(arn, {})).rejects.toMatchObject({ name: 'Runtime.HandlerNotFound' });
  });

  it('that takes too long ends as Sandbox.Timedout, and the next one finds a fresh sandbox', async () => {
    const { invoke } = started({ timeoutSeconds: 0.3 }, { concurrency: 1 });
    await invoke(arn, { do: 'count' });

    const hanging = invoke(arn, { do: 'hang' });

    await expect(hanging).rejects.toMatchObject({
      name: 'Sandbox.Timedout',
      message: /Task timed out after 0.30 seconds/,
    });
    expect(await invoke(arn, { do: 'count' })).toEqual({ invocations: 1 });
  });

  it('that ends its process is a crash of the runtime', async () => {
    const { invoke } = started();

    const failing = invoke(arn, { do: 'exit' });

    await expect(failing).rejects.toMatchObject({ name: 'Lambda.Unknown', message: /exit status 3/ });
  });

  it('of an unknown function is refused', () => {
    const { invoke, send } = started();

    expect(() => invoke(`${arn}2`, {})).toThrow(`Function not found: ${arn}2`);
    expect(() => send(`${arn}2`, {})).toThrow(expect.objectContaining({ name: 'ResourceNotFoundException' }));
  });
});

describe('sandboxes', () => {
  it('serve one invocation at a time, at most so many at once, and are used again', async () => {
    const { invoke } = started();

    const counts = await Promise.all([1, 2, 3].map(() => invoke(arn, { do: 'sleep', ms: 50 })));

    // Two sandboxes for three invocations: one of them was invoked twice, and no invocation met another.
    expect(counts.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)))).toEqual([
      { invocations: 1 },
      { invocations: 1 },
      { invocations: 2 },
    ]);
  });

  it('are used for one invocation after the other', async () => {
    const { invoke } = started({}, { concurrency: 1 });
    const counts: unknown[] = [];

    for (const _ of [1, 2, 3]) counts.push(await invoke(arn, { do: 'count' }));

    expect(counts).toEqual([{ invocations: 1 }, { invocations: 2 }, { invocations: 3 }]);
  });

  it('keeps one besides of a function that counts on what it remembers, whatever others rest', async () => {
    const other = { ...spec, arn: `${arn}-other`, entry: 'probe.ts?other' };
    const keepWarm = { atMost: 0, forMs: 60_000, besides: [spec.entry] };
    const { invoke } = started({}, { functions: [spec, other], keepWarm });
    const counts: unknown[] = [];

    for (const one of [spec, other, spec, other]) counts.push(await invoke(one.arn, { do: 'count' }));

    expect(counts).toEqual([1, 1, 2, 1].map((invocations) => ({ invocations })));
  });

  it('tell what their functions print', async () => {
    const printed = Promise.withResolvers<string>();
    const { invoke } = started({}, { log: (name, text) => printed.resolve(`${name}: ${text}`) });

    await invoke(arn, { do: 'print' });

    expect(await printed.promise).toBe('probe: printed\n');
  });

  it('end with the functions, and so do invocations that wait', async () => {
    const { invoke, close } = started({}, { concurrency: 1 });
    await invoke(arn, { do: 'count' });
    const invocations = [invoke(arn, { do: 'hang' }), invoke(arn, { do: 'count' })];
    const outcomes = Promise.allSettled(invocations);

    await close();

    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(invoke(arn, { do: 'count' })).rejects.toThrow('probe is not run any more');
  });
});

describe('an event that nobody waits for', () => {
  it('is given up after its retries, with the record that Lambda sends', async () => {
    const record = Promise.withResolvers<{ queue: string; body: string }>();
    const { send } = started(
      { asynchronous: { retries: 0, maxAgeSeconds: 60, onFailure: 'arn:queue' } },
      { onFailure: (queue, body) => record.resolve({ queue, body }) },
    );

    send(arn, { do: 'throw' });

    const { queue, body } = await record.promise;
    expect(queue).toBe('arn:queue');
    expect(JSON.parse(body)).toMatchObject({
      requestContext: { functionArn: `${arn}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: 1 },
      requestPayload: { do: 'throw' },
      responsePayload: { errorMessage: expect.stringContaining('on purpose') },
    });
  });
});
