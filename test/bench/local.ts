import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Asked, Bench, Result } from './bench.ts';
import { descendants, megabytesOf } from './local/memory.ts';

/** All processes of `npm start` together, megabytes, whatever they are at. */
const MOST = 300;
/** Seconds after the examples are published, unless others are asked for: two runs of the schedule are within ten minutes. */
const WATCHED = '60';
/** Longer than this it may not take to publish the examples, milliseconds. */
const PATIENCE = 300_000;
const FREE = { PORTAL_PORT: '0', DNS_PORT: '0', AWS_PORT: '0', FAULT_PORT: '0', CONSOLE_PORT: '0' };
const PUBLISHED = 4;

/** What `npm start` needs: proportional set size, so that what processes share counts once (proc(5), `smaps_rollup`). */
export const local: Bench = {
  name: 'local',
  describe: `memory of npm start with its examples, at most ${MOST} MB; about 2 min, --sizes <seconds to watch it>`,
  async run({ sizes: [watched = WATCHED] = [] }: Asked = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-local-'));
    const npm = spawn('npm', ['start'], {
      env: { ...process.env, ...FREE, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(npm, 'exit');
    let printed = '';
    npm.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    try {
      const until = Date.now() + PATIENCE;
      const building: number[] = [];
      const starting: number[] = [];
      const running: number[] = [];
      const total = (): number => descendants(npm.pid ?? 0).reduce((sum, pid) => sum + megabytesOf(pid), 0);
      const isPublished = () => (printed.match(/ healthy /g) ?? []).length >= PUBLISHED;
      while (!isPublished()) {
        if (Date.now() > until) throw new Error(`nothing is published within ${PATIENCE / 1_000} s`);
        (printed.includes('AWS endpoint') ? starting : building).push(total());
        await sleep(500);
      }
      for (const end = Date.now() + Number(watched) * 1_000; Date.now() < end; await sleep(500)) running.push(total());
      return resultOf({ building, starting, running, last: total(), processes: descendants(npm.pid ?? 0).length });
    } finally {
      npm.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Measured {
  readonly building: readonly number[];
  readonly starting: readonly number[];
  readonly running: readonly number[];
  readonly last: number;
  readonly processes: number;
}

function resultOf({ building, starting, running, last, processes }: Measured): Result {
  const most = (samples: readonly number[]): number => Math.round(Math.max(0, ...samples));
  const rest = Math.round(last);
  const peak = most([...building, ...starting, ...running]);
  return {
    ok: peak <= MOST,
    figures: { restMB: rest, peakMB: most(running), buildingMB: most(building), startingMB: most(starting), processes },
    rows: [
      { when: 'building, at most', MB: most(building) },
      { when: 'starting, at most', MB: most(starting) },
      { when: 'afterwards, at most', MB: most(running) },
      { when: `at rest, ${processes} processes`, MB: rest },
    ],
    notes: peak <= MOST ? [] : [`${peak} MB, at most ${MOST} are wanted`],
  };
}
