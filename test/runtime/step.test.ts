import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { type Bundles, bundleFunctions } from '../../examples/local/lambda/bundle.ts';
import { startLambdas } from '../../examples/local/lambda/lambdas.ts';

const entry = 'functions/steps/read-trigger.ts';
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:read-trigger';
const ROOT = new URL('../..', import.meta.url).pathname;

const bundles: Bundles = await bundleFunctions([{ entry }], ROOT);
afterAll(() => bundles.remove());

/** A queue that answers only when it is told to; the second poll and all later ones find it empty. */
async function queue() {
  const hanging: ServerResponse[] = [];
  const state = { asked: 0, answers: false };
  const server = createServer((request, response) => {
    state.asked += 1;
    request.resume();
    if (!state.answers) return void hanging.push(response);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  const { port } = server.address() as AddressInfo;
  return { state, hanging, url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

/** The deployed function behind a queue, of a release. */
function deployed(url: string, { release = '', timeoutSeconds = 20, log = (_: string) => {} } = {}) {
  const environment = {
    RUN_BUCKET: 'runs',
    EVENT_QUEUE_URL: `${url}/1/events`,
    DEAD_LETTER_QUEUE_URL: `${url}/1/dead`,
    ...(release !== '' && { RELEASE: release }),
  };
  const asynchronous = { retries: 0, maxAgeSeconds: 60 };
  return startLambdas({
    functions: [{ name: 'read-trigger', arn: ARN, entry, environment, timeoutSeconds, memoryMiB: 256, asynchronous }],
    moduleOf: bundles.moduleOf,
    environment: {
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      POWERTOOLS_SERVICE_NAME: 'test',
    },
    concurrency: 1,
    log: (_, text) => log(text),
    onFailure: () => {},
  });
}

it('a call that takes too long is ended by Lambda, and nothing of it goes on in the next one', async () => {
  const sqs = await queue();
  const printed: string[] = [];
  const lambdas = deployed(sqs.url, { timeoutSeconds: 2, log: (text) => printed.push(text) });
  try {
    const hanging = await lambdas.invoke(ARN, { execution: 'first', input: {} }).catch((fault: unknown) => fault);
    const asked = sqs.state.asked;
    sqs.state.answers = true;
    // Whatever still waited for this answer would ask again.
    for (const response of sqs.hanging) response.destroy();
    const next = await lambdas.invoke(ARN, { execution: 'second', input: {} });
    await new Promise((later) => setTimeout(later, 1_500));

    expect(hanging).toMatchObject({
      name: 'Sandbox.Timedout',
      message: expect.stringContaining('timed out after 2.00 s'),
    });
    expect(asked).toBe(1);
    // One poll; the start, `StartedByEvents?` and its own state.
    expect(next).toMatchObject({ execution: 'second', kind: 'full', spent: { calls: 1, transitions: 3 } });
    expect(sqs.state.asked).toBe(2);
    expect(printed.join('')).not.toContain('TimeoutError');
  } finally {
    await lambdas.close();
    sqs.close();
  }
});

it('a call of another release is refused under the name that the state machine knows, before anything is done', async () => {
  const sqs = await queue();
  sqs.state.answers = true;
  const lambdas = deployed(sqs.url, { release: 'b' });
  try {
    const refused = [];
    for (const release of ['a', '', 5, null]) {
      refused.push(await lambdas.invoke(ARN, { execution: 'x', input: {}, release }).catch((fault: unknown) => fault));
    }
    const asked = sqs.state.asked;
    const own = await lambdas.invoke(ARN, { execution: 'x', input: {}, release: 'b' });
    const nobodys = await lambdas.invoke(ARN, { execution: 'x', input: {} });

    for (const fault of refused) expect(fault).toMatchObject({ name: 'SupersededError' });
    expect(asked).toBe(0);
    expect([own, nobodys]).toMatchObject([{ kind: 'full' }, { kind: 'full' }]);
  } finally {
    await lambdas.close();
    sqs.close();
  }
});
