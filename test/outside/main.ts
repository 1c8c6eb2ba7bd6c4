import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { definitionsIn, unnoticedInDefinition, validate } from './definition.ts';
import { judgeHealth } from './health.ts';
import { checkPython, installJudges, type Judges, NoJudges, type Verdict } from './python.ts';
import { lintTemplates, synthesizeAll, unnoticedInTemplates, WRITTEN } from './templates.ts';

/**
 * `npm run outside`: judges that are not ours. botocore's models judge every call of `npm start -- --once` and of a soak
 * and every answer, cfn-lint all templates in all Regions, two validators the definition; and our health check judges
 * servers of grpcio. Each has to tell faults made on purpose.
 *
 * Exit code 0, also where there is no Python to judge; 1 with whatever a judge says.
 */

const ROOT = join(import.meta.dirname, '..', '..');
/** Seconds of disturbance, and of everything. */
const SOAK = '20';
const LIMIT = 600;

const reportSchema = z.object({
  botocore: z.string(),
  calls: z.number(),
  operations: z.number(),
  left: z.number(),
  violations: z.array(z.string()),
  'self check': z.object({ made: z.number(), missed: z.array(z.string()) }),
});

const given = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => given.abort(new Error(`got ${name}`)));
}
process.exitCode = await main(AbortSignal.any([given.signal, AbortSignal.timeout(LIMIT * 1_000)]));

async function main(signal: AbortSignal): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'outside-'));
  try {
    const recordings = [join(folder, 'once.jsonl'), join(folder, 'soak.jsonl')] as const;
    await checkPython(signal);
    const judges = await installJudges(folder, signal);
    const templates = await synthesizeAll(folder, signal);
    const onTemplates = judgeTemplates(judges, templates, folder);
    onTemplates.catch(() => {}); // heard of below
    await recorded(['examples/local/main.ts', '--once'], recordings[0], signal);
    await recorded(['test/soak/main.ts', '--seconds', SOAK, '--seed', '1'], recordings[1], signal);
    const verdicts = await Promise.all([judgeCalls(judges, recordings), onTemplates, judgeDefinition(templates)]);
    verdicts.push(await judgeHealth(judges)); // by itself: its probes have a deadline
    for (const { line, wrong } of verdicts) {
      console.log(`outside: ${line}`);
      for (const sentence of wrong) console.log(`  ${sentence}`);
    }
    return verdicts.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
  } catch (fault) {
    if (!(fault instanceof NoJudges)) throw fault;
    console.log(`outside: skipped, ${fault.message}`);
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a script of this repository with its calls written to a file. @throws where it fails */
async function recorded(script: readonly string[], path: string, signal: AbortSignal): Promise<void> {
  const env = { ...process.env, AWS_RECORD: path };
  await promisify(execFile)(process.execPath, script, { cwd: ROOT, env, signal });
}

async function judgeCalls({ script }: Judges, recordings: readonly string[]): Promise<Verdict> {
  const report = reportSchema.parse(JSON.parse(await script('judge.py', '--self-check', ...recordings)));
  const { calls, operations, left, violations, botocore, 'self check': check } = report;
  const told = check.made - check.missed.length;
  return {
    line:
      `botocore ${botocore}: ${calls} calls of ${operations} operations, ${left} not recorded, ` +
      `${violations.length} violations; ${told} of ${check.made} faults made on purpose told`,
    wrong: [...violations, ...check.missed.map((fault) => `not told: ${fault}`), ...(left > 0 ? ['cut off'] : [])],
  };
}

async function judgeTemplates(judges: Judges, templates: readonly string[], folder: string): Promise<Verdict> {
  const check = await unnoticedInTemplates(judges, folder);
  const found = await lintTemplates(judges, [...templates, ...WRITTEN]);
  const told = check.made - check.missed.length;
  return {
    line:
      `cfn-lint: ${templates.length + WRITTEN.length} templates in all Regions, ${found.length} findings; ` +
      `${told} of ${check.made} faults made on purpose told`,
    wrong: [...found, ...check.missed.map((fault) => `not told: ${fault}`)],
  };
}

async function judgeDefinition(templates: readonly string[]): Promise<Verdict> {
  const definitions = new Set((await Promise.all(templates.map(definitionsIn))).flat());
  const found = (await Promise.all([...definitions].map(validate))).flat();
  const [first = '{}'] = definitions;
  const check = await unnoticedInDefinition(first);
  const told = check.made - check.missed.length;
  return {
    line:
      `statelint and amazon-states-language-service: ${definitions.size} definition${definitions.size === 1 ? '' : 's'}, ` +
      `${found.length} findings; ${told} of ${check.made} faults made on purpose told`,
    wrong: [...found, ...check.missed.map((fault) => `not told: ${fault}`)],
  };
}
