import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    trace: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
});
const histories = Number(values.histories);
const first = Number(values.seed);
const workers = Number(values.workers);
Object.assign(process.env, {
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
  POWERTOOLS_DEV: 'false',
});

// Powertools reads its settings when it is loaded.
const { runHistory } = await import('./history.ts');

/** Histories of a worker between two lines about them. */
const PROGRESS = 2_500;

/** Runs histories one after the other; the first that breaks a law ends it. */
async function explore(): Promise<number> {
  let executions = 0;
  let changes = 0;
  for (let seed = first; seed < first + histories; seed += 1) {
    const report = await runHistory(seed);
    executions += report.executions;
    changes += report.changes;
    if (report.violations.length === 0) {
      const held = seed - first + 1;
      if (held % PROGRESS === 0 && !values.quiet) console.log(`${held} of ${histories} histories from ${first} held`);
      continue;
    }
    console.log(`history ${seed} breaks a law (after ${seed - first} that held):`);
    for (const violation of report.violations) console.log(`  ${violation}`);
    if (values.trace) console.log(report.trace.join('\n'));
    console.log(`again: node test/model/main.ts --seed ${seed} --histories 1 --workers 1 --trace`);
    return 1;
  }
  if (!values.quiet)
    console.log(`${histories} histories held: ${executions} executions, ${changes} changes of the zone`);
  return 0;
}

/** Each worker takes its own part of the seeds. */
async function divide(): Promise<number> {
  const share = Math.ceil(histories / workers);
  const codes = await Promise.all(
    Array.from({ length: workers }, async (_, index) => {
      const own = [
        '--seed',
        String(first + index * share),
        '--histories',
        String(Math.min(share, histories - index * share)),
      ];
      const child = spawn(process.execPath, [import.meta.filename, ...own, '--workers', '1'], { stdio: 'inherit' });
      const [code] = await once(child, 'exit');
      return Number(code ?? 1);
    }),
  );
  return Math.max(...codes);
}

process.exitCode = await (workers > 1 ? divide() : explore());
