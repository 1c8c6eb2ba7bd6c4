import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { quiet } from './quiet.ts';

/** What became of one seed. */
interface Explored {
  /** Laws that were broken, in words. */
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  /** Added up for the closing line, by what is counted. */
  readonly counts: Readonly<Record<string, number>>;
}

interface Exploration {
  /** The script that calls this, which its workers run too. */
  readonly script: string;
  readonly one: 'history' | 'world';
  /** What many of them are called; the option that says how many. */
  readonly many: 'histories' | 'worlds';
  readonly count: number;
  /** Loaded once the environment of the steps is set. */
  load(): Promise<(seed: number) => Promise<Explored>>;
}

/** Seconds between two lines that say how far a worker is. */
const PROGRESS = 20;

/**
 * Runs one seed after the other, each worker its own part of them; the first that breaks a law ends its worker, and names
 * the command that runs it again. Options: `--<many>`, `--seed`, `--workers`, `--trace`.
 *
 * @returns the exit code: 1 when a law was broken
 */
export async function explore({ script, one, many, count, load }: Exploration): Promise<number> {
  const { values } = parseArgs({
    options: {
      [many]: { type: 'string', default: String(count) },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
      trace: { type: 'boolean', default: false },
    },
  });
  const [total, first, workers] = [Number(values[many]), Number(values.seed), Number(values.workers)];
  if (workers > 1) return divide({ script, many, total, first, workers });

  quiet();
  const run = await load();
  const sums = new Map<string, number>();
  let said = Date.now();
  for (let seed = first; seed < first + total; seed += 1) {
    const { violations, trace, counts } = await run(seed);
    for (const [what, more] of Object.entries(counts)) sums.set(what, (sums.get(what) ?? 0) + more);
    if (violations.length > 0) {
      console.log(`${one} ${seed} breaks a law (after ${seed - first} that held):`);
      for (const violation of violations) console.log(`  ${violation}`);
      if (values.trace) console.log(trace.join('\n'));
      console.log(`again: npx node test/${scriptName(script)} --seed ${seed} --${many} 1 --workers 1 --trace`);
      return 1;
    }
    if (Date.now() - said < PROGRESS * 1_000) continue;
    said = Date.now();
    console.log(`${seed - first + 1} of ${total} ${many} from ${first}`);
  }
  const counted = [...sums].map(([what, sum]) => `${sum} ${what}`).join(', ');
  console.log(`${total} ${many} held: ${counted}`);
  return 0;
}

const scriptName = (script: string) => script.split('/').slice(-2).join('/');

interface Seeds {
  readonly first: number;
  readonly total: number;
  readonly workers: number;
}

/** The seeds of each worker, one after the other. */
export function sharesOf({
  first,
  total,
  workers,
}: Seeds): readonly { readonly from: number; readonly count: number }[] {
  const share = Math.ceil(total / workers);
  return Array.from({ length: workers }, (_, index) => ({
    from: first + index * share,
    count: Math.min(share, total - index * share),
  }));
}

interface Division extends Seeds {
  readonly script: string;
  readonly many: string;
}

/** Each worker takes its own part of the seeds. */
async function divide({ script, many, total, first, workers }: Division): Promise<number> {
  const codes = await Promise.all(
    sharesOf({ first, total, workers }).map(async ({ from, count }) => {
      const options = ['--seed', String(from), `--${many}`, String(count), '--workers', '1'];
      const child = spawn(process.execPath, [script, ...options], { stdio: 'inherit' });
      const [code] = await once(child, 'exit');
      return Number(code ?? 1);
    }),
  );
  return Math.max(...codes);
}
