import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    worlds: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    trace: { type: 'boolean', default: false },
  },
});
const worlds = Number(values.worlds);
const first = Number(values.seed);
const workers = Number(values.workers);
Object.assign(process.env, {
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
  POWERTOOLS_DEV: 'false',
});

// Powertools reads its settings when it is loaded.
const { runWorld } = await import('./world.ts');

/** Seconds between two lines that say how far it is. */
const PROGRESS = 20;

/** Runs worlds one after the other; the first that breaks a law ends it. */
async function explore(): Promise<number> {
  let runs = 0;
  let faults = 0;
  let said = Date.now();
  for (let seed = first; seed < first + worlds; seed += 1) {
    const report = await runWorld(seed);
    runs += report.runs;
    faults += report.faults;
    if (report.violations.length > 0) {
      console.log(`world ${seed} breaks a law (after ${seed - first} that held):`);
      for (const violation of report.violations) console.log(`  ${violation}`);
      if (values.trace) console.log(report.trace.join('\n'));
      console.log(`again: node test/worlds/main.ts --seed ${seed} --worlds 1 --workers 1 --trace`);
      return 1;
    }
    if (Date.now() - said < PROGRESS * 1_000) continue;
    said = Date.now();
    console.log(`${seed - first + 1} of ${worlds} worlds`);
  }
  console.log(`${worlds} worlds held: ${runs} runs, ${faults} of them with a fault`);
  return 0;
}

/** Each worker takes its own part of the seeds. */
async function divide(): Promise<number> {
  const share = Math.ceil(worlds / workers);
  const codes = await Promise.all(
    Array.from({ length: workers }, async (_, index) => {
      const own = [
        '--seed',
        String(first + index * share),
        '--worlds',
        String(Math.min(share, worlds - index * share)),
      ];
      const child = spawn(process.execPath, [import.meta.filename, ...own, '--workers', '1'], { stdio: 'inherit' });
      const [code] = await once(child, 'exit');
      return Number(code ?? 1);
    }),
  );
  return Math.max(...codes);
}

process.exitCode = await (workers > 1 ? divide() : explore());
