import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Bench, Result } from './bench.ts';
import type { Planned, Scene } from './plan/planner.ts';

/** Megabytes of heap that planning the largest fleet may take, input included; the process is given no more. */
const MOST_HEAP = 300;
const SIZES = [10_000, 100_000] as const;
const SCENES: readonly Scene[] = ['unchanged', 'a tenth replaced', 'all new'];
/** A bound on each process. */
const MINUTES = 3;

/** Planning and batching of large fleets, each in a process of its own. */
export const plan: Bench = {
  name: 'plan',
  describe: 'plans and batches of 10,000 and 100,000 endpoints: CPU, heap; about 60 s',
  async run() {
    const found: Planned[] = [];
    const faults: string[] = [];
    for (const scene of SCENES) {
      for (const size of SIZES) {
        const planned = await measured(size, scene);
        if (typeof planned === 'string') faults.push(`${size} endpoints, ${scene}: ${planned}`);
        else found.push(planned);
        if (size !== SIZES[1]) continue;
        const bounded = await measured(size, scene, MOST_HEAP);
        if (typeof bounded === 'string') faults.push(`${size} endpoints, ${scene}: ${bounded}`);
      }
    }
    return judge(found, faults);
  },
};

/**
 * In a process of its own; with `most` in one that ends where its heap would grow beyond so many megabytes. The time is
 * taken without: near its limit a heap is cleaned over and over.
 *
 * @returns what it said last where it ended early
 */
export async function measured(endpoints: number, scene: Scene, most?: number): Promise<Planned | string> {
  const options = ['--expose-gc', ...(most === undefined ? [] : [`--max-old-space-size=${most}`])];
  const script = join(import.meta.dirname, 'plan/planner.ts');
  const child = spawn(process.execPath, [...options, script, String(endpoints), scene], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: MINUTES * 60_000,
  });
  const [out, complaint, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (code === 0) return JSON.parse(out);
  return complaint.includes('heap out of memory')
    ? `wants more than ${MOST_HEAP} MB of heap`
    : complaint.trim().slice(-300);
}

function judge(found: readonly Planned[], faults: readonly string[]): Result {
  const of = (size: number, scene: Scene) => found.find((one) => one.endpoints === size && one.scene === scene);
  const rows = SCENES.flatMap((scene) => {
    const [small, large] = [of(SIZES[0], scene), of(SIZES[1], scene)];
    return [small, large].flatMap((one) => {
      if (!one) return [];
      const growth = one === large && small ? round(one.cpu / small.cpu) : '';
      const { endpoints, cpu, heap, changes, batches } = one;
      return [{ scene, endpoints, 'CPU s': round(cpu), 'held MB': heap, units: changes, batches, growth }];
    });
  });
  const figures = Object.fromEntries(
    found
      .filter(({ endpoints }) => endpoints === SIZES[1])
      .flatMap(({ scene, cpu, heap }) => [
        [`${scene}: cpu`, round(cpu)],
        [`${scene}: heldMegabytes`, heap],
      ]),
  );
  return { ok: faults.length === 0, figures, rows, notes: faults };
}

const round = (value: number) => Math.round(value * 100) / 100;
