import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { prober } from '../../../functions/adapters/http-probe.ts';
import type { Check } from '../../../functions/domain/ecs/check.ts';
import { type Answer, answering, freePort, listen, target } from './listeners.ts';

/** Sockets that this process has open: connections of both sides, and one for each that listens. */
const sockets = () => process.getActiveResourcesInfo().filter((resource) => /TCP|TLS/.test(resource)).length;

it('probes as many at a time as it may, never more', async () => {
  let underWay = 0;
  let most = 0;
  const listener = await listen((socket, nth, request) => {
    underWay += 1;
    most = Math.max(most, underWay);
    setTimeout(() => {
      underWay -= 1;
      answering(200)(socket, nth, request);
    }, 10);
  });

  const verdicts = await prober({ concurrency: 7 }).probe(Array(60).fill(target(listener)));

  expect(verdicts).toEqual(Array(60).fill({ state: 'passing' }));
  expect(listener.connections()).toBe(60);
  expect(most).toBe(7);
});

it('gives five hundred verdicts in their order, those that hang among them', async () => {
  const good = await listen(answering(200));
  const hanging = await listen(() => undefined);
  const hangs = (index: number) => index % 20 === 7;
  // Those that answer get all the time that a busy machine may take.
  const targets = Array.from({ length: 500 }, (_, index) =>
    hangs(index) ? target(hanging, { attempts: 2, timeout: 1_000 }) : target(good, { attempts: 2, timeout: 20_000 }),
  );

  const verdicts = await prober().probe(targets);

  expect(verdicts.map(({ state }) => state)).toEqual(targets.map((_, index) => (hangs(index) ? 'failing' : 'passing')));
  expect(hanging.connections()).toBe(50);
  expect(good.connections()).toBe(475);
});

describe('nothing is left open', () => {
  it.each<{ row: string; answer: Answer; kinds: readonly Check['kind'][]; timeout: number }>([
    { row: 'that passed', answer: answering(200), kinds: ['http', 'tcp'], timeout: 10_000 },
    {
      row: 'with a body that was dropped',
      answer: answering(200, 'x'.repeat(100_000)),
      kinds: ['http'],
      timeout: 10_000,
    },
    { row: 'that hung', answer: () => undefined, kinds: ['http', 'https', 'grpc'], timeout: 100 },
    {
      row: 'that was reset',
      answer: (socket) => void socket.resetAndDestroy(),
      kinds: ['http', 'https', 'grpc'],
      timeout: 10_000,
    },
    {
      row: 'that spoke no HTTP',
      answer: (socket) => void socket.write('SSH-2.0-OpenSSH\r\n'),
      kinds: ['http', 'https', 'grpc'],
      timeout: 10_000,
    },
  ])('after probes $row', async ({ answer, kinds, timeout }) => {
    const listener = await listen(answer);
    await expect.poll(sockets).toBe(1);

    await prober().probe(kinds.flatMap((kind) => Array(10).fill(target(listener, { kind, timeout, attempts: 2 }))));

    await expect.poll(sockets).toBe(1);
  });

  it('after probes that ran out of time', async () => {
    const listener = await listen(() => undefined);
    await expect.poll(sockets).toBe(1);

    await prober({ deadline: 100 }).probe(Array(30).fill(target(listener, { timeout: 10_000 })));

    await expect.poll(sockets).toBe(1);
  });

  it('after probes that were refused', async () => {
    const port = await freePort();
    await expect.poll(sockets).toBe(0);

    await prober().probe(Array(30).fill(target({ address: '127.0.0.1', port }, { attempts: 2 })));

    await expect.poll(sockets).toBe(0);
  });
});

it.skipIf(process.platform === 'win32')('calls nobody failing for want of its own descriptors', async () => {
  const listener = await listen((socket, nth, request) => {
    setTimeout(() => answering(200)(socket, nth, request), 300);
  });
  const script = fileURLToPath(new URL('starved.ts', import.meta.url));
  const command = 'ulimit -n 60 && exec "$0" "$1" "$2"';
  const child = spawn('sh', ['-c', command, process.execPath, script, String(listener.port)]);
  const output: string[] = [];
  child.stdout.on('data', (piece) => output.push(String(piece)));
  const errors: string[] = [];
  child.stderr.on('data', (piece) => errors.push(String(piece)));

  const [code] = await once(child, 'close');

  expect({ code, errors }).toMatchObject({ code: 0 });
  const verdicts = JSON.parse(output.join('')) as { state: string; cause?: string }[];
  const of = (state: string) => verdicts.filter((verdict) => verdict.state === state);
  expect(of('failing')).toEqual([]);
  expect(of('passing').length).toBeGreaterThan(0);
  expect(of('unprobed').length).toBeGreaterThan(0);
  expect(of('unprobed')[0]?.cause).toBe('the prober has run out of sockets (EMFILE)');
});

it('has no verdicts for no targets', async () => {
  expect(await prober().probe([])).toEqual([]);
});
