import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ServiceFault } from '../stand-ins/service.ts';
import { EVERY_CALL, everyService, operationOf } from './every-call.ts';
import { failure, withoutPauses } from './served.ts';

const OURS = ['ThrottledError', 'UnavailableError', 'ZoneBusyError', 'BatchRefusedError', 'ClusterGoneError'];
/** For a person's command only, and without a body that could name a fault: `test/cli/template` has its cases. */
const BY_PEOPLE = ['HeadBucket'];
const broken = (statusCode: number) => new ServiceFault('InternalError', 'we are sorry', { statusCode });

describe.each(EVERY_CALL)('$call', ({ call, throttle, hollow, run }) => {
  const operation = operationOf(call);
  /** A world in which this call meets a fault, so many times or for ever; the attempts that it took. */
  const attempt = async (
    ...fault: Parameters<Awaited<ReturnType<typeof everyService>>['inject']> extends [unknown, ...infer R] ? R : never
  ) => {
    withoutPauses();
    const world = await everyService(call.slice(0, call.indexOf(':')));
    world.inject(operation, ...fault);
    return { outcome: run(world), attempts: () => world.inputs(operation).length };
  };

  it('is answered', async () => {
    const { outcome, attempts } = await attempt(broken(500), 0);

    await expect(outcome).resolves.not.toBeInstanceOf(Error);
    expect(attempts()).toBe(1);
  });

  it.each([
    { row: 'throttled twice', fault: new ServiceFault(throttle, 'slow down'), times: 2 },
    { row: 'broken once (500)', fault: broken(500), times: 1 },
    { row: 'not available twice (503)', fault: broken(503), times: 2 },
    { row: 'cut off once', fault: 'reset' as const, times: 1 },
  ])('is answered after it was $row', async ({ fault, times }) => {
    const { outcome, attempts } = await attempt(fault, times);

    await expect(outcome).resolves.not.toBeInstanceOf(Error);
    expect(attempts()).toBe(times + 1);
  });

  it.each([
    { row: 'by name', fault: new ServiceFault(throttle, 'slow down') },
    { row: 'by status, in any form', fault: { status: 429, body: '' } },
  ])('is left to the state machine when it is throttled for ever, $row', async ({ fault }) => {
    const { outcome, attempts } = await attempt(fault);

    const thrown = await failure(outcome);

    expect(thrown.name).toBe('ThrottledError');
    expect(thrown.message).toContain(call);
    expect(attempts()).toBe(3);
  });

  it.each([
    { row: 'broken (500)', fault: broken(500) },
    { row: 'not available (503)', fault: broken(503) },
    { row: 'cut off', fault: 'reset' as const },
    { row: 'a page of a proxy (502)', fault: { status: 502, body: '<html>bad gateway</html>' } },
  ])('is left to the state machine when it is $row for ever', async ({ fault }) => {
    const { outcome, attempts } = await attempt(fault);

    const thrown = await failure(outcome);

    expect(thrown.name).toBe('UnavailableError');
    expect(thrown.message).toContain(call);
    expect(attempts()).toBe(3);
  });

  it('fails at once when it is forbidden', async () => {
    const { outcome, attempts } = await attempt(new ServiceFault('AccessDeniedException', 'no', { statusCode: 403 }));

    const thrown = await failure(outcome);

    expect(OURS).not.toContain(thrown.name);
    expect(thrown.message).toContain('no');
    expect(attempts()).toBe(1);
  });

  if (hollow.length === 0) return;
  it.each(hollow)('is no reading when the answer is %j', async (body) => {
    const { outcome } = await attempt({ status: 200, body });

    const thrown = await failure(outcome);

    expect(thrown.message).not.toBe('the call was answered');
    expect(OURS).not.toContain(thrown.name);
  });
});

it('is every call that the adapters make', () => {
  const sources = globSync('functions/adapters/**/*.ts').map((path) => readFileSync(path, 'utf8'));
  const made = sources.flatMap((source) =>
    [...source.matchAll(/new (\w+)Command\(/g)].map(([, operation]) => operation),
  );

  expect(new Set([...EVERY_CALL.map(({ call }) => operationOf(call)), ...BY_PEOPLE])).toEqual(new Set(made));
});
