import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { boot, type LocalRun } from '../../examples/local/boot.ts';
import { awsVariables } from '../../examples/local/cloud/place.ts';
import { clientVariables } from '../../examples/local/report/header.ts';
import { soon } from '../examples/local/ecs/world.ts';
import { expectShown, shownOn } from './page.ts';
import { ecssd } from './terminal.ts';

const PATH = 'docs/five-minutes.md';
const page = readFileSync(PATH, 'utf8');
const shown = shownOn(PATH);
const installed = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'aws')));

let run: LocalRun;
beforeAll(async () => {
  run = await boot();
  const { endpointUrl } = run.cloud;
  for (const [name, value] of Object.entries(awsVariables(endpointUrl))) vi.stubEnv(name, value);
  vi.stubEnv('AWS_PAGER', '');
  vi.stubEnv('DNS_SERVER', run.dnsServer);
}, 300_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await run.close();
});

/** A command of the page that runs beside the others until `wait`. */
let beside: Promise<readonly string[]> | undefined;

async function perform(command: string): Promise<readonly string[]> {
  if (command === 'wait') return (await beside) ?? [];
  const [npx, program, ...args] = command.replace(/ &$/, '').split(' ');
  if (npx === 'npx' && program === 'ecssd') return (await ecssd(args)).lines;
  const line =
    npx === 'npx'
      ? `'${process.execPath}' ${args.join(' ')}`
      : command.replace(/^awsl /, 'aws --endpoint-url "$AWS_ENDPOINT_URL" ');
  const output = promisify(execFile)('sh', ['-c', line.replace(/ &$/, '')]).then(({ stdout }) =>
    stdout.trimEnd().split('\n'),
  );
  if (!command.endsWith(' &')) return output;
  beside = output;
  return [];
}

describe('five minutes', { timeout: 300_000 }, () => {
  it.each(shown)('$command', async ({ command, lines }) => {
    if (command.startsWith('awsl ') && !installed)
      return console.warn(`skipped, there is no aws on the PATH: ${command}`);

    expectShown(await perform(command), lines);

    if (command.endsWith('scale 2')) await soon(() => expect(namesOf('_hello._tcp')).toHaveLength(2), 120_000);
  });

  it('ends with a zone without the name', async () => {
    await soon(() => expect([...namesOf('_hello._tcp'), ...namesOf('_hi._tcp')]).toEqual([]), 120_000);
    expect(run.cloud.denied).toEqual([]);
  });
});

describe('the page', () => {
  it('shows the service as it is, and what npm start prints', () => {
    expect(shown.length).toBeGreaterThan(8);
    expect(page).toContain(`\`\`\`js\n${readFileSync('examples/hello/hello.mjs', 'utf8')}\`\`\``);
    expect(page).toContain(clientVariables({ endpointUrl: 'http://127.0.0.1:4600', dnsPort: 5_300 }).join('\n'));
  });
});

const namesOf = (name: string): readonly string[] =>
  run.cloud.route53
    .recordSets(run.zone.id)
    .filter(({ Name, Type }) => Type === 'SRV' && Name === `${name}.${run.zone.name}.`)
    .flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value = '' }) => Value));
