import { parseArgs } from 'node:util';
import { tableOf } from '../bench/report.ts';
import { AROUND_MS, type SoakResult, soak } from './soak.ts';

const USAGE = `npm run soak -- [--seconds N] [--seed S] [--json]

Starts and stops hundreds of tasks under lost, repeated and late events, overlapping runs, a second deployment, a person
who edits by hand, and throttles; then waits for quiet, runs in full once, and checks that the zone is what the tasks ask
for, that nothing of others is lost, and that the queues are empty.

  --seconds N  of disturbance, 5 to 600; 120 unless given
  --seed S     of all choices; how they interleave is up to the machine
  --json       the result as JSON
`;

/** @returns the exit code: 0, 1 where a promise is broken; @throws for a wrong call */
async function main(args: readonly string[]): Promise<number> {
  const options = {
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const seconds = integer('seconds', values.seconds, { least: 5, most: 600 });
  const seed = integer('seed', values.seed, { least: 0, most: 2 ** 31 });
  const given = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => given.abort(new Error(`got ${name}`)));
  const signal = AbortSignal.any([given.signal, AbortSignal.timeout(seconds * 1_000 + AROUND_MS)]);
  const progress = (line: string) => void process.stderr.write(`${line}\n`);

  progress(`seed ${seed}: ${seconds} s of disturbance, then quiet`);
  const result = await soak({ seconds, seed, progress, signal });
  process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : tableFor(result));
  return result.ok ? 0 : 1;
}

function integer(name: string, text: string, { least, most }: { least: number; most: number }): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`got --${name} ${text}, want a whole number from ${least} to ${most}`);
}

function tableFor(result: SoakResult): string {
  const { ok, violations, tasks, edits, events, executions, calls, throttles, rounds, changes, quietAfter } = result;
  const row = (what: string, count: number) => ({ what, count });
  const notes =
    violations.length > 50 ? [...violations.slice(0, 50), `and ${violations.length - 50} more`] : violations;
  return tableOf(
    { name: `soak with seed ${result.seed}` },
    {
      ok,
      rows: [
        row('tasks started', tasks.started),
        row('tasks stopped', tasks.stopped),
        row('events delivered', events.delivered),
        row('  of these repeated', events.repeated),
        row('events lost', events.lost),
        row('events given up', events.undelivered),
        row('edits by hand', edits.made),
        row('  of these refused', edits.refused),
        ...Object.entries(executions).map(([end, count]) => row(`executions ${end}`, count)),
        row('rounds and looks beyond the first', rounds),
        row('changes of the zone', changes),
        row('throttled calls', throttles),
        ...Object.entries(calls).map(([service, count]) => row(`calls of ${service}`, count)),
        row('seconds until quiet', quietAfter),
      ],
      notes,
    },
  );
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (fault) {
  const isCall = fault instanceof RangeError || (fault instanceof TypeError && 'code' in fault);
  process.stderr.write(`${fault instanceof Error ? fault.message : fault}\n${isCall ? `\n${USAGE}` : ''}`);
  process.exitCode = isCall ? 2 : 1;
}
