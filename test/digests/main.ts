import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { sharesOf } from '../support/explore.ts';
import { quiet } from '../support/quiet.ts';

/** Seeds from 1 of each kind that are recorded; the driver of a kind is `KINDS`' key. */
const KINDS = { worlds: 2_000, histories: 500 } as const;
type Kind = keyof typeof KINDS;
const kinds = Object.keys(KINDS) as Kind[];
const WORKERS = 2;
/** One digest a line, of seed 1 first. */
const recordOf = (kind: Kind) => join(import.meta.dirname, `${kind}.txt`);

const { values } = parseArgs({
  options: {
    record: { type: 'boolean', default: false },
    show: { type: 'string' },
    kind: { type: 'string', default: 'worlds' },
    from: { type: 'string' },
    count: { type: 'string', default: '1' },
  },
});

/** The lines of one seed: what its runs planned, said and did to the zone. */
async function linesOf(kind: Kind, seed: number): Promise<readonly string[]> {
  const { chronicle } = await import('./chronicle.ts');
  const told: { lines(): readonly string[] }[] = [];
  if (kind === 'worlds') {
    const { runWorld } = await import('../worlds/world.ts');
    await runWorld(seed, (world) => told.push(chronicle(world)));
  } else {
    const { runHistory } = await import('../model/history.ts');
    await runHistory(seed, (world) => told.push(chronicle(world)));
  }
  return told.flatMap((one) => one.lines());
}

/** A worker: the digests of its seeds, a line each. */
async function work(kind: Kind, from: number, count: number): Promise<void> {
  const { digestOf } = await import('./chronicle.ts');
  for (let seed = from; seed < from + count; seed += 1) console.log(digestOf(await linesOf(kind, seed)));
}

async function digests(kind: Kind): Promise<readonly string[]> {
  const parts = sharesOf({ first: 1, total: KINDS[kind], workers: WORKERS }).map(async ({ from, count }) => {
    const options = ['--kind', kind, '--from', String(from), '--count', String(count)];
    const child = spawn(process.execPath, [import.meta.filename, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    if (code !== 0) throw new Error(`a worker of ${kind} ended with exit code ${code}, want 0`);
    return said.trim().split('\n');
  });
  return (await Promise.all(parts)).flat();
}

async function compare(): Promise<number> {
  const found = { worlds: await digests('worlds'), histories: await digests('histories') };
  if (values.record) {
    for (const kind of kinds) writeFileSync(recordOf(kind), `${found[kind].join('\n')}\n`);
    console.log(`recorded ${KINDS.worlds} worlds and ${KINDS.histories} histories`);
    return 0;
  }
  const others = kinds.map((kind) => {
    const before = readFileSync(recordOf(kind), 'utf8').trim().split('\n');
    const seeds = before.flatMap((digest, index) => (digest === found[kind][index] ? [] : [index + 1]));
    console.log(`${kind}: ${KINDS[kind] - seeds.length} of ${KINDS[kind]} as recorded`);
    if (seeds.length > 0) console.log(`  others: ${seeds.slice(0, 20).join(', ')}`);
    return seeds.length;
  });
  return others.some((count) => count > 0) ? 1 : 0;
}

quiet();
const kind = values.kind as Kind;
if (values.show) console.log((await linesOf(kind, Number(values.show))).join('\n'));
else if (values.from) await work(kind, Number(values.from), Number(values.count));
else process.exitCode = await compare();
