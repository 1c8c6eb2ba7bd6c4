import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CALL_LIMITS, clientSettings, MAX_ATTEMPTS } from '../../../functions/adapters/aws/client-settings.ts';
import { ecsReader } from '../../../functions/adapters/ecs-reader.ts';
import { runStore } from '../../../functions/adapters/run-store.ts';
import { EVERY_CALL, everyService, operationOf } from '../every-call.ts';
import { failure, pointClientsAt, withoutPauses } from '../served.ts';

/** The same settings, sooner. */
const HASTY = clientSettings({ connectionTimeout: 150, requestTimeout: 150, socketTimeout: 150 });
const ECS_ANSWER = '{"clusterArns":["one"]}';

/** A service that answers as the nth request is told, on a connection each; nothing of it outlives the test. */
async function rawService(answer: (nth: number, response: ServerResponse, request: IncomingMessage) => void) {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume();
    count += 1;
    answer(count, response, request);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  pointClientsAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { requests: () => count };
}

const silence = () => undefined;
/** Headers and half of the body. */
const halfOf = (body: string) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-length': String(body.length) });
  response.write(body.slice(0, body.length / 2));
};

describe('a call that hangs', () => {
  it.each([
    { row: 'before it answers', hang: silence },
    { row: 'within its answer', hang: halfOf(ECS_ANSWER) },
  ])('$row is given up and tried again', async ({ hang }) => {
    withoutPauses();
    const { requests } = await rawService((nth, response) => (nth === 1 ? hang(response) : response.end(ECS_ANSWER)));

    const arns = await ecsReader(new ECSClient(HASTY)).listClusters();

    expect(arns).toEqual(['one']);
    expect(requests()).toBe(2);
  });

  it.each([
    { row: 'before it answers', hang: silence },
    { row: 'within its answer', hang: halfOf(ECS_ANSWER) },
  ])('$row for ever ends with a fault of its own', async ({ hang }) => {
    withoutPauses();
    const { requests } = await rawService((_, response) => hang(response));

    const fault = await failure(ecsReader(new ECSClient(HASTY)).listClusters());

    expect(fault.name).toBe('UnavailableError');
    expect(fault.cause).toMatchObject({ name: 'TimeoutError' });
    expect(requests()).toBe(MAX_ATTEMPTS);
  });

  it('within an object of the run bucket is read once more, and then is a fault', async () => {
    const { requests } = await rawService((_, response) => halfOf('{"body":[]}')(response));

    const fault = await failure(runStore('runs', new S3Client(HASTY)).get('a'));

    expect(fault.message).toMatch(/^s3:GetObject of "a" broke off: .*150 ms/);
    expect(requests()).toBe(2);
  });
});

it('is in force for every call that the adapters make', async () => {
  withoutPauses();
  const world = await everyService();
  const released = Promise.withResolvers<undefined>();
  onTestFinished(() => released.resolve(undefined));
  const hangOnce = async () => {
    await released.promise;
    return 'reset' as const;
  };
  for (const { call } of EVERY_CALL) world.inject(operationOf(call), hangOnce, 1);

  const outcomes = await Promise.allSettled(EVERY_CALL.map(({ run }) => run(world)));

  expect(outcomes.map(({ status }, index) => [EVERY_CALL[index]?.call, status])).toEqual(
    EVERY_CALL.map(({ call }) => [call, 'fulfilled']),
  );
});

it('ends all attempts within the shortest timeout of a function', () => {
  const steps = readFileSync(new URL('../../../infra/steps.ts', import.meta.url), 'utf8');
  const timeouts = [...steps.matchAll(/timeoutSeconds: (\d+)/g)].map(([, seconds]) => Number(seconds) * 1_000);
  const pauses = 50 + 100; // the SDK's, at most, after a timeout

  expect(timeouts.length).toBeGreaterThan(5);
  expect(MAX_ATTEMPTS * CALL_LIMITS.requestTimeout + pauses).toBeLessThan(Math.min(...timeouts));
});
