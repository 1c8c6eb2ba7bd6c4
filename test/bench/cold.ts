import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROWS } from '../../functions/contracts/settings.ts';
import { build } from '../../infra/bundles.ts';
import { ENTRIES } from '../../infra/steps.ts';
import type { Bench } from './bench.ts';

/** Times that each bundle is loaded, each in a process of its own; the median counts. */
const LOADS = 7;
/** Any that a function accepts; it asks nobody while it is loaded. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ROWS.flatMap(([, { variable, byDefault = '' }]) => (variable ? [[variable, `${byDefault}`]] : [])),
  ),
  HOSTED_ZONE_ID: 'Z0000000000000000001',
  ZONE_NAME: 'shop.internal',
  HEALTH_CHECK: 'off',
  DEPLOYMENT_ID: '123456789012/eu-west-1/Shop',
  RUN_BUCKET: 'runs',
  EVENT_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/events',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:123456789012:stateMachine:shop',
  RELEASE: '',
};
/** Kilobytes of a bundle, at most. */
const MOST = 800;

/** One bundle, with the whole SDK and as it is deployed. */
type Loaded = {
  readonly function: string;
  readonly 'whole KB': number;
  readonly KB: number;
  readonly 'whole CPU ms': number;
  readonly 'CPU ms': number;
};

/** CPU time that a cold start spends on the code of a function: milliseconds from before its import to its end. */
const LOADER = `
  const before = process.cpuUsage();
  await import(process.argv[1]);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(String((user + system) / 1_000));
`;

/** What cold starts load: an event run of which every function is cold loads all of them. */
export const cold: Bench = {
  name: 'cold',
  describe:
    'bundles of the functions: size, and the CPU of loading each, with the whole SDK and as deployed; about 60 s',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
    try {
      const [whole, deployed] = [join(folder, 'whole'), join(folder, 'deployed')];
      build(ENTRIES, whole, { lean: false });
      build(ENTRIES, deployed);
      const rows: Loaded[] = [];
      for (const entry of ENTRIES) {
        const name = basename(entry, '.ts');
        const [before, after] = [join(whole, name, 'index.mjs'), join(deployed, name, 'index.mjs')];
        rows.push({
          function: name,
          'whole KB': kilobytes(before),
          KB: kilobytes(after),
          'whole CPU ms': await loading(before),
          'CPU ms': await loading(after),
        });
      }
      const sum = (of: (row: Loaded) => number) => Math.round(rows.reduce((all, row) => all + of(row), 0));
      const total = {
        function: 'an event run, all cold',
        'whole KB': sum((row) => row['whole KB']),
        KB: sum((row) => row.KB),
        'whole CPU ms': sum((row) => row['whole CPU ms']),
        'CPU ms': sum((row) => row['CPU ms']),
      };
      const large = rows.filter(({ KB }) => KB > MOST);
      return {
        ok: large.length === 0,
        figures: { cpu: total['CPU ms'] / 1_000, cpuWithWholeSdk: total['whole CPU ms'] / 1_000 },
        rows: [...rows, total],
        notes: [
          ...large.map((row) => `${row.function}: ${row.KB} KB, at most ${MOST}`),
          `medians of ${LOADS} loads; a function has only a share of a CPU, by its memory`,
        ],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const kilobytes = (file: string) => Math.round(statSync(file).size / 1_000);

async function loading(file: string): Promise<number> {
  const taken: number[] = [];
  for (let load = 0; load < LOADS; load += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', LOADER, file], {
      env: { ...ENVIRONMENT, AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_NAME: 'cold' },
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 60_000,
    });
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    if (code !== 0) throw new Error(`loading ${file} ended with ${code}, want 0`);
    taken.push(Number(out));
  }
  return Math.round(taken.sort((one, other) => one - other)[(LOADS - 1) / 2] ?? 0);
}
