import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { boot, type LocalRun } from '../../../examples/local/boot.ts';
import { runByHand } from '../../../examples/local/once/executions.ts';
import { addressReader } from '../../../examples/local/once/names.ts';
import { curling } from '../../clients/curl.ts';
import { soon } from './ecs/world.ts';

/** Without schedule: events alone make it go. */
let run: LocalRun;

beforeAll(async () => {
  run = await boot({ schedule: 'never', replacementDelayMs: 500 });
}, 120_000);
afterAll(() => run.close());

const addresses = () => addressReader({ dnsPort: run.dnsPort, zone: run.zone.name })('calculator');
const ownAddresses = () =>
  run.cluster
    .tasks()
    .map(({ address }) => address)
    .sort();

/** The service, or undefined with the reason said where this machine has no addresses for its tasks. */
const service = (skip: (why: string) => void) => {
  const spec = run.services['calc-awsvpc'];
  if (!spec) skip('this machine has no loopback address but 127.0.0.1');
  return spec;
};

it('has the addresses of the instances that pass, and follows them', { timeout: 120_000 }, async ({ skip }) => {
  const spec = service(skip);
  if (!spec) return;
  run.cluster.scheduler.put(spec);
  await soon(async () => expect(await addresses()).toHaveLength(2));
  expect(await addresses()).toEqual(ownAddresses());
  const [sick, well] = run.cluster.tasks();

  process.kill(sick?.pid ?? 0, 'SIGUSR2');
  await runByHand(run, AbortSignal.timeout(30_000));
  const whileSick = await addresses();
  process.kill(sick?.pid ?? 0, 'SIGUSR2');
  await runByHand(run, AbortSignal.timeout(30_000));

  expect(whileSick).toEqual([well?.address]);
  expect(await addresses()).toEqual(ownAddresses());
});

it('is what curl asks for, with the resolver of the machine', { timeout: 120_000 }, async (context) => {
  const spec = service(context.skip);
  if (!spec) return;
  const folder = await mkdtemp(join(tmpdir(), 'curl-local-'));
  context.onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const curl = await curling(run.dnsPort, folder, context);
  run.cluster.scheduler.put(spec);
  await soon(async () => expect(await addresses()).toHaveLength(2));

  const answer = await curl(`http://calculator.${run.zone.name}:8081/calc/6*7`, '--user', 'admin:password');

  expect(JSON.parse(answer)).toMatchObject({ value: 42 });
});

it('goes with the last instance, and its alias before the set behind it', { timeout: 120_000 }, async ({ skip }) => {
  const spec = service(skip);
  if (!spec) return;
  run.cluster.scheduler.put(spec);
  await soon(async () => expect(await addresses()).toHaveLength(2));
  const gone: string[] = [];
  run.cloud.route53.onChange(({ changes }) => {
    for (const { before, after } of changes) if (before && !after) gone.push(`${before.Type} ${before.Name}`);
  });

  run.cluster.scheduler.put({ ...spec, desiredCount: 0 });

  await soon(async () => expect(await addresses()).toEqual([]));
  expect(gone).toEqual([`A calculator.${run.zone.name}.`, `A calculator._address.ecs.${run.zone.name}.`]);
});
