import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../bench/stage/quantile.ts';
import { askUdp, type Reply } from '../stand-ins/dns/client.ts';
import type { Client, Running } from './client.ts';
import { ask, type Load } from './load.ts';
import { type ClientStage, clientStage, NAME, NEGATIVE_TTL, TTL } from './stage.ts';
import { same, seenWithin } from './wait.ts';

/** How many instances a name has in turn: within 512 octets, within 4,096, and beyond what UDP carries. */
export const SIZES = [7, 20, 63, 100, 300] as const;
const CHANGES = 5;

/** What was measured of one client; times in milliseconds. */
export interface Measured {
  readonly name: string;
  readonly kind: Client['kind'];
  readonly version: string;
  /** How its DNS server was asked. */
  readonly asks: string;
  /** How many it sees of so many instances. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Medians of several; absent where it was never seen. */
  readonly added?: number;
  readonly removed?: number;
  /** What it still sees once the name does not exist any more, after all times have passed. */
  readonly none?: number;
  /** From the first instance in DNS, after the name did not exist. */
  readonly first?: number;
  readonly kill?: Load;
  readonly hang?: Load;
  /** While DNS is silent for longer than TTL and interval. */
  readonly silent?: { readonly sees?: number; readonly of: number; readonly load?: Load | undefined };
}

/** Starts a client in a scene of its own and measures it; ends all that it has started. @throws NotHere */
export async function measure(client: Client): Promise<Measured> {
  const version = await client.version();
  const folder = await mkdtemp(join(tmpdir(), 'clients-'));
  const stage = clientStage();
  let running: Running | undefined;
  try {
    stage.publish(await stage.start(3));
    running = await client.start(stage, folder);
    return { ...about(client), version, ...(await scenes(running, stage, client)) };
  } catch (fault) {
    throw new Error(`${client.name}: ${(fault as Error).message}\n${running?.said() ?? ''}`, { cause: fault });
  } finally {
    await running?.stop();
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the answer with so many instances needs: 512 octets, 4,096 by EDNS, or TCP. */
export async function answerNeeds(): Promise<Record<string, string>> {
  const stage = clientStage();
  try {
    const all = await stage.start(SIZES.at(-1) ?? 0);
    const port = Number((await stage.dns()).server.split(':')[1]);
    const needs: Record<string, string> = {};
    for (const size of SIZES) {
      stage.publish(all.slice(0, size));
      const [plain, edns] = await Promise.all([{}, { edns: 4_096 }].map((by) => askUdp(port, { ...SRV, ...by })));
      needs[size] = !isCut(plain) ? '512 octets' : !isCut(edns) ? '4,096 octets' : 'TCP';
    }
    return needs;
  } finally {
    await stage.close();
  }
}

const SRV = { name: NAME, type: 'SRV' } as const;
const isCut = (reply: Reply | undefined): boolean => reply !== undefined && 'flag_tc' in reply && reply.flag_tc;

const about = ({ name, kind }: Client) => ({ name, kind });

type Scenes = Omit<Measured, keyof ReturnType<typeof about> | 'version'>;

async function scenes(running: Running, stage: ClientStage, client: Client): Promise<Scenes> {
  /** Milliseconds after which whatever is seen will not change any more. */
  const limit = 1_000 * (TTL + client.interval + 3);
  const few = [...stage.published()];
  const all = await stage.start(SIZES.at(-1) ?? 0);
  await shows(running, few, limit);

  const scene = { running, stage, few, limit };
  const events = client.trap ? {} : await happens(scene);
  const sizes: Record<string, number> = {};
  for (const size of SIZES) {
    const wanted = all.slice(0, size);
    stage.publish(wanted);
    const { seen } = await shows(running, wanted, limit);
    sizes[size] = seen.length;
  }
  return { sizes, ...events, asks: running.dns.asks() };
}

async function happens(scene: Scene): Promise<Omit<Scenes, 'sizes' | 'asks'>> {
  return {
    ...(await changes(scene)),
    ...(await emptied(scene)),
    ...(await lost({ ...scene, how: 'kill' })),
    ...(await lost({ ...scene, how: 'hang' })),
    silent: await silence(scene),
  };
}

interface Scene {
  readonly running: Running;
  readonly stage: ClientStage;
  readonly few: readonly Published[];
  readonly limit: number;
}

type Published = ReturnType<ClientStage['published']>[number];

const shows = (running: Running, wanted: readonly Published[], limit: number) => {
  const endpoints = wanted.map(({ endpoint }) => endpoint);
  return seenWithin(running.sees, (seen) => same(seen, endpoints), limit);
};

const median = (name: string, took: readonly (number | undefined)[]): Record<string, number> => {
  const known = took.filter((one) => one !== undefined);
  return known.length < took.length || known.length === 0 ? {} : { [name]: quantile(known, 0.5) };
};

async function changes({ running, stage, few, limit }: Scene) {
  const [more] = await stage.start(1);
  const added: (number | undefined)[] = [];
  const removed: (number | undefined)[] = [];
  for (let change = 0; change < CHANGES; change++) {
    // Anywhere in the interval of the client and the TTL.
    await pause(137 * (change + 1));
    for (const [took, wanted] of [
      [added, [...few, ...(more ? [more] : [])]],
      [removed, few],
    ] as const) {
      stage.publish(wanted);
      const seen = await shows(running, wanted, limit);
      took.push(seen.ok ? seen.took : undefined);
    }
  }
  return { ...median('added', added), ...median('removed', removed) };
}

async function emptied({ running, stage, few, limit }: Scene) {
  stage.publish([]);
  const { seen } = await seenWithin(running.sees, (list) => list.length === 0, limit + 1_000 * NEGATIVE_TTL);
  await pause(500);
  const wanted = few.slice(0, 1);
  stage.publish(wanted);
  const first = await shows(running, wanted, limit + 1_000 * NEGATIVE_TTL);
  stage.publish(few);
  await shows(running, few, limit);
  return { none: seen.length, ...median('first', [first.ok ? first.took : undefined]) };
}

/** One of four is killed or hangs; its value leaves the zone 4 s later, as a run would have it. */
async function lost({ running, stage, how, limit }: Omit<Scene, 'few'> & { readonly how: 'kill' | 'hang' }) {
  if (!running.request && !running.requests) return {};
  const four = await stage.start(4);
  const [one, ...others] = four;
  stage.publish(four);
  await shows(running, four, limit);
  const [asked] = await Promise.all([
    ask(running, 8),
    pause(1_000).then(() => one?.[how]()),
    pause(5_000).then(() => stage.publish(others)),
  ]);
  return asked ? { [how]: asked } : {};
}

async function silence({ running, stage, few, limit }: Scene): Promise<NonNullable<Measured['silent']>> {
  stage.publish(few);
  await shows(running, few, limit);
  if (running.requests) return { of: few.length, load: await whileSilent(running) };
  await running.dns.silence();
  try {
    // Longer than anything that was answered may be kept.
    await pause(limit);
    const load = await ask(running, 4);
    const { seen } = await shows(running, few, 2 * limit);
    return { sees: seen.length, of: few.length, load };
  } finally {
    await running.dns.answer();
  }
}

/** What a program has found it keeps for as long as it runs: it begins before. */
async function whileSilent(running: Running): Promise<Load | undefined> {
  const asked = ask(running, 10);
  await pause(3_000);
  await running.dns.silence();
  try {
    return await asked;
  } finally {
    await running.dns.answer();
  }
}
