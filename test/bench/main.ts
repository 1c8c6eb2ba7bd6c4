import { parseArgs } from 'node:util';
import type { Bench, Result } from './bench.ts';
import { burst } from './burst.ts';
import { clients } from './clients.ts';
import { cold } from './cold.ts';
import { console } from './console.ts';
import { cost } from './cost.ts';
import { events } from './events.ts';
import { latency } from './latency.ts';
import { local } from './local.ts';
import { plan } from './plan.ts';
import { probe } from './probe.ts';
import { jsonOf, listOf, tableOf } from './report.ts';
import { scale } from './scale.ts';

// A new bench is a file that exports a Bench, and a name here.
const benches: readonly Bench[] = [probe, events, latency, burst, plan, cost, cold, local, scale, clients, console];

const USAGE = `npm run bench -- [<name>…] [--json] [--sizes <size>,…] [--write] [--strict]\n\nWithout a name, all of them:\n${listOf(benches)}`;

/** @returns the exit code: 0, 1 where a limit was not kept or a bench failed; @throws for a wrong call */
async function main(args: readonly string[]): Promise<number> {
  const options = {
    json: { type: 'boolean' },
    help: { type: 'boolean' },
    sizes: { type: 'string' },
    write: { type: 'boolean' },
    strict: { type: 'boolean' },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) throw new Error(`got bench "${unknown[0]}", want one of those below`);

  const wanted = positionals.length === 0 ? benches : benches.filter(({ name }) => positionals.includes(name));
  const { sizes, write = false, strict = false } = values;
  const asked = { write, strict, ...(sizes !== undefined && { sizes: sizes.split(',') }) };
  const found: object[] = [];
  let ok = true;
  for (const bench of wanted) {
    process.stderr.write(`${bench.name}: ${bench.describe}\n`);
    const result = await bench.run(asked).catch(failed);
    ok &&= result.ok;
    found.push(jsonOf(bench, result));
    if (!values.json) process.stdout.write(`${tableOf(bench, result)}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(positionals.length === 1 ? found[0] : found, null, 2)}\n`);
  return ok ? 0 : 1;
}

/** A bench that could not be run has no figures, and keeps no limit. */
function failed(fault: unknown): Result {
  const error = fault instanceof Error ? fault.message : String(fault);
  return { ok: false, figures: { error }, rows: [], notes: [error] };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (fault) {
  process.stderr.write(`${fault instanceof Error ? fault.message : fault}\n\n${USAGE}`);
  process.exitCode = 2;
}
