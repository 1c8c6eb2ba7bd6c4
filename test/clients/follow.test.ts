import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, type TestContext } from 'vitest';
import { CLIENTS } from './all.ts';
import { type Client, NotHere, type Running } from './client.ts';
import { load } from './load.ts';
import { haproxy, serversOf } from './programs/haproxy.ts';
import { type ClientStage, clientStage, type Instance, TTL } from './stage.ts';
import { same, seenWithin } from './wait.ts';

const follow = CLIENTS.filter(({ trap }) => !trap);
const caches = follow.filter(({ kind }) => kind === 'cache');
const proxies = follow.filter(({ kind }) => kind === 'proxy');
/** Seconds that a change may take besides the TTL and the client's interval. */
const SLACK = 5;
const PATIENT = { timeout: 90_000 };

/** Starts the client in a scene of its own; skips the test aloud where the program is not here. */
async function start(client: Client, { skip, onTestFinished }: TestContext) {
  await client.version().catch((fault) => {
    if (!(fault instanceof NotHere)) throw fault;
    process.stderr.write(`clients: skipped ${client.name}, ${fault.message}\n`);
    skip(fault.message);
  });
  const folder = await mkdtemp(join(tmpdir(), 'clients-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const stage = clientStage();
  onTestFinished(() => stage.close());
  stage.publish(await stage.start(2));
  const running = await client.start(stage, folder);
  onTestFinished(() => running.stop());
  await shows(running, client, stage.published());
  return { stage, running, folder };
}

const endpointsOf = (instances: readonly Instance[]): readonly string[] => instances.map(({ endpoint }) => endpoint);

async function shows(running: Running, { name, interval }: Client, wanted: readonly Instance[]): Promise<void> {
  const endpoints = endpointsOf(wanted);
  const limit = TTL + SLACK + interval;
  const { ok, seen } = await seenWithin(running.sees, (list) => same(list, endpoints), limit * 1_000);
  if (!ok) throw new Error(`${name} shows ${seen.length} of ${endpoints.length} after ${limit} s\n${running.said()}`);
}

/** One after the other is replaced; the old ones end when whoever follows has had its time. */
async function replace(stage: ClientStage, followed: (now: readonly Instance[]) => Promise<unknown>): Promise<void> {
  for (const old of stage.published()) {
    const [next] = await stage.start(1);
    const without = stage.published().filter((one) => one !== old);
    const now = next ? [...without, next] : without;
    stage.publish(now);
    await followed(now);
    await old.end();
  }
}

it.concurrent.for(follow)(
  '$name follows from 2 to 50 and back, and a replacement',
  PATIENT,
  async (client, context) => {
    const { stage, running } = await start(client, context);
    const two = stage.published();

    for (const wanted of [[...two, ...(await stage.start(48))], two]) {
      stage.publish(wanted);
      await shows(running, client, wanted);
    }
    await replace(stage, (now) => shows(running, client, now));
  },
);

it.concurrent.for(proxies)(
  '$name loses no request while two are replaced and one is killed',
  PATIENT,
  async (client, context) => {
    const { stage, running } = await start(client, context);
    const seen = () => pause(1_000 * (TTL + client.interval + 1));
    const killed = async () => {
      await stage.published()[0]?.kill();
      await pause(3_000); // until a run has seen it
      stage.publish(stage.published().slice(1));
      await pause(2_000);
    };
    let over = false;
    const happens = replace(stage, seen)
      .then(killed)
      .finally(() => {
        over = true;
      });

    const found = await load(running.request ?? expect.unreachable, { together: 8, apart: 25, until: () => over });

    await happens;
    expect(found, running.said()).toMatchObject({ failed: 0, faults: [] });
    expect(found.requests).toBeGreaterThan(2_000);
  },
);

it.concurrent.for(caches)('$name gives no old answer to whoever asks seldom', PATIENT, async (client, context) => {
  const { stage, running } = await start(client, context);
  const next = await stage.start(3);

  stage.publish(next);
  await pause(1_000 * (TTL + 2));

  expect(same(await running.sees(), endpointsOf(next))).toBe(true);
});

it.concurrent.for(caches)('$name never says "none" because DNS is silent', PATIENT, async (client, context) => {
  const { stage, running } = await start(client, context);
  const two = stage.published();
  // An absence that is over must not come back.
  for (const wanted of [[], two]) {
    stage.publish(wanted);
    await shows(running, client, wanted);
  }

  await running.dns.silence();
  await pause(1_000 * (TTL + 1));

  for (let look = 0; look < 4; look++) expect(await running.saysNone?.()).toBe(false);
});

it.concurrent('HAProxy counts weights of SRV in steps of 256', async (context) => {
  const { stage, running, folder } = await start(haproxy, context);
  const four = [...stage.published(), ...(await stage.start(2))];

  stage.publish(four, [1, 255, 512, 1_024]);
  await shows(running, haproxy, four);

  const weights = new Map((await serversOf(folder)).map(({ addr, weight }) => [addr, weight]));
  expect(four.map(({ endpoint }) => weights.get(endpoint))).toEqual(['1', '1', '2', '4']);
});
