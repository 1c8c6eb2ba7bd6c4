import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../../../cli/commands/index.ts';
import { contextOf } from '../../../cli/template/context-option.ts';
import { ROWS } from '../../../functions/contracts/settings.ts';
import { served } from '../../adapters/served.ts';
import { s3StandIn } from '../../stand-ins/s3.ts';
import { ecssd } from '../terminal.ts';

const PAGES = ['docs/deploy.md', 'docs/regions.md', 'examples/terraform/README.md'];

/** Each command of the shell blocks of a page, its continued lines joined. */
const commandsOf = (page: string): readonly string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block
      .trim()
      .replaceAll(/\\\n\s*/g, '')
      .split('\n'),
  );
const commands = PAGES.flatMap((page) => commandsOf(page).map((command) => ({ page, command })));
const beginning = (start: RegExp) => commands.filter(({ command }) => start.test(command));

const ECSSD = /^(AWS_REGION=\S+ )?npx ecssd /;
const CDK = /^(AWS_REGION=\S+ )?npx cdk /;
const AWS = /^(CHECKER=\$\()?aws /;
const OTHER = /^(BUCKET=\S+|terraform (init|apply))$/;
/** Done by test/infra/package.test.ts, in an empty app. */
const PACKAGE = /^npm (ci && npm pack --pack-destination|install -E) <folder>/;

const words = (command: string, start: RegExp): readonly string[] => command.replace(start, '').trim().split(/\s+/);

it.each(PAGES)('%s says in its first lines for whom it is', (page) => {
  expect(readFileSync(page, 'utf8').split('\n')[2]).toMatch(/^\*For (whoever|teams)[^*]*\.\*$/);
});

it('there is no command on the pages that is not looked at', () => {
  const looked = new Set([ECSSD, CDK, AWS, OTHER, PACKAGE].flatMap((start) => beginning(start)));

  expect(commands.length).toBeGreaterThan(25);
  expect(commands.filter((command) => !looked.has(command))).toEqual([]);
});

it.each(beginning(ECSSD))('$command is understood', ({ command }) => {
  const [name = '', ...args] = words(command, ECSSD);
  const { values } = parseArgs({ args, options: COMMANDS[name]?.options ?? {}, allowPositionals: true });

  const given = [values.context ?? []].flat().map(String);
  const rows = new Map(ROWS);
  for (const [key, value] of Object.entries(contextOf(given))) {
    const row = rows.get(key as never);
    const kind = row?.inContext ?? row?.kind;
    expect(kind?.allows(kind.parse(value))).toBe(true);
  }
});

it.each(beginning(CDK).filter(({ command }) => command.includes('deploy')))('$command has settings', ({ command }) => {
  const given = [...command.matchAll(/ -c (\S+)/g)].map(([, pair = '']) => pair);

  expect(Object.keys(contextOf(given)).length).toBeGreaterThan(4);
});

const hasAws = await promisify(execFile)('aws', ['--version']).then(
  () => true,
  () => false,
);
if (!hasAws) console.log('pages.test.ts: no AWS CLI here, its commands are skipped');

/** Nothing answers there: what is wrong with a command is told before it is asked. */
const NOBODY = 'http://127.0.0.1:1';

describe.skipIf(!hasAws)('the AWS CLI', { timeout: 120_000 }, () => {
  const shell = (script: string, endpoint: string, cwd = '.') => {
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_MAX_ATTEMPTS: '1',
      BUCKET: 'code-of-mine',
      CHECKER: 'sg-0123456789abcdef1',
      LAUNCH: join(process.cwd(), 'docs'),
    };
    const asked = script.replace(/^CHECKER=\$\((.*)\)$/, '$1').replace(/^aws /, `aws --endpoint-url ${endpoint} `);
    return promisify(execFile)('sh', ['-c', asked], { env, cwd }).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      ({ code, stderr }) => ({ code: Number(code), said: String(stderr) }),
    );
  };
  const ofS3 = /^aws s3 /;
  /** It reads the template before it asks anybody. */
  const launching = /^aws cloudformation deploy /;
  const rest = beginning(AWS).filter(({ command }) => !ofS3.test(command) && !launching.test(command));

  it.each(rest)('knows $command', async ({ command }) => {
    const { code, said } = await shell(command.replace(' --profile account-of-the-vpc', ''), NOBODY);

    expect(code).not.toBe(0);
    expect(said).toContain(`Could not connect to the endpoint URL: "${NOBODY}/`);
  });

  it('uploads and launches as the page and the folder say', async () => {
    const s3 = s3StandIn({ now: Date.now });
    const { url } = await served(s3);
    const place = mkdtempSync(join(tmpdir(), 'launch-'));
    onTestFinished(() => rmSync(place, { recursive: true, force: true }));
    await ecssd(['template', '--out', join(place, 'launch')]);

    const ofPage = commandsOf('docs/deploy.md').filter((command) => ofS3.test(command));
    const answers = [];
    for (const command of ofPage) answers.push(await shell(command, url, place));
    const ofFolder = commandsOf(join(place, 'launch/README.md'));
    const again = await shell(ofFolder[1] ?? '', url, join(place, 'launch'));
    const deploys = [
      await shell(commandsOf('docs/deploy.md').find((command) => launching.test(command)) ?? '', NOBODY, place),
      await shell(ofFolder[2] ?? '', NOBODY, join(place, 'launch')),
    ];

    expect([...answers, again].filter(({ code }) => code !== 0)).toEqual([]);
    expect(s3.keys('code-of-mine')).toHaveLength(14);
    expect(s3.keys('code-of-mine').every((key) => key.startsWith('EcsServiceDiscoveryDns/'))).toBe(true);
    for (const { said } of deploys) expect(said).toContain('Could not connect to the endpoint URL');
  });
});
