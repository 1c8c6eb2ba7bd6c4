import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { virtualClock } from './clock.ts';
import { ec2StandIn } from './ec2.ts';
import { ecsStandIn } from './ecs.ts';
import { eventsStandIn } from './events.ts';
import { iamStandIn } from './iam.ts';
import { route53StandIn } from './route53.ts';
import { s3StandIn } from './s3.ts';
import { sqsStandIn } from './sqs.ts';
import { ssmStandIn } from './ssm.ts';
import { stepFunctionsStandIn } from './step-functions.ts';
import { stsStandIn } from './sts.ts';

/** `RunOptions` are the interpreter's own. */
const SWITCHES = /(?!RunOptions)\w+(?:Options|Faults|Limits|Admin)|(?:Route53|S3)StandIn/;

const HERE = import.meta.dirname;
const page = readFileSync(join(HERE, 'README.md'), 'utf8');
const clock = virtualClock();
const place = { clock, now: clock.now, region: 'eu-west-1', accountId: '123456789012', invoke: async () => undefined };
const services = [
  ec2StandIn(place),
  ecsStandIn(place),
  eventsStandIn(place),
  route53StandIn(place),
  s3StandIn(place),
  sqsStandIn(place),
  ssmStandIn(place),
  stepFunctionsStandIn(place),
  stsStandIn({ iam: iamStandIn(place) }),
];

/** Signing name → the section about that service. */
const sections = new Map(
  page.split(/^#{2,3} /m).flatMap((section) => {
    const [, name] = /^[^\n]* \(`(\w+)`\)\n/.exec(section) ?? [];
    return name === undefined ? [] : [[name, section] as const];
  }),
);
/** What is said of all services. */
const common = page
  .split(/^(?=#{2,3} )/m)
  .filter((section) => !/^[^\n]* \(`\w+`\)\n/.test(section))
  .join('');
const codes = (text = '') => [...text.matchAll(/`(\w+)`/g)].map(([, code = '']) => code);

describe('the README', () => {
  it('has a section for every service and for no other', () => {
    const served = globSync('*/served.ts', { cwd: HERE }).length;

    expect(services).toHaveLength(served);
    expect([...sections.keys()].sort()).toEqual(services.map(({ signingName }) => signingName).sort());
  });

  it.each(services)('names the operations of $signingName, and no others', ({ signingName, operations }) => {
    const [paragraph] = /\*\*Serves\*\*[\s\S]*?\n\n/.exec(sections.get(signingName) ?? '') ?? [];

    expect(codes(paragraph).sort()).toEqual(Object.keys(operations).sort());
  });

  // Every switch, and every method that no client sees.
  it.each(membersOf(SWITCHES))('names $member of $owner', ({ member, service }) => {
    expect([...codes(common), ...codes(sections.get(service))]).toContain(member);
  });
});

/** The folder as it is when it is carried away: nothing around it but packages. */
describe('in a copy of the folder alone', () => {
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'stand-ins-'));
    const packages =
      createRequire(import.meta.url)
        .resolve('asl-validator')
        .split(`${sep}asl-validator${sep}`)[0] ?? '';
    symlinkSync(packages, join(copy, 'node_modules'));
    writeFileSync(join(copy, 'package.json'), '{"type": "module"}');
    cpSync(HERE, join(copy, 'here'), { recursive: true });
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));
  const run = (code: string) => {
    const options = ['--input-type=module-typescript', '--eval', code];
    const { stdout, stderr } = spawnSync(process.execPath, options, { cwd: join(copy, 'here'), encoding: 'utf8' });
    return { stdout, stderr };
  };

  it('the example runs and prints what it says', () => {
    const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
    const said = [...example.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text]) => `${text}\n`);

    expect(run(example)).toEqual({ stdout: said.join(''), stderr: '' });
    expect(said).toHaveLength(1);
  });

  it('every file loads', () => {
    const files = globSync('**/*.ts', { cwd: HERE }).filter((file) => !file.endsWith('.test.ts'));

    const { stdout, stderr } = run(
      `for (const file of ${JSON.stringify(files)}) await import('./' + file); console.log('all')`,
    );

    expect({ stdout, stderr }).toEqual({ stdout: 'all\n', stderr: '' });
    expect(files.length).toBeGreaterThan(80);
  });
});

/** The members of exported interfaces, and the service (or part) that each file is of. */
function membersOf(name: RegExp) {
  const signingNames: Readonly<Record<string, string>> = { 'step-functions': 'states' };
  return globSync('**/*.ts', { cwd: HERE }).flatMap((file) => {
    const folder = dirname(file) === '.' ? file.replace(/\.ts$/, '') : dirname(file);
    const service = signingNames[folder] ?? folder;
    const text = readFileSync(join(HERE, file), 'utf8');
    const found = text.matchAll(new RegExp(`^export interface (${name.source})\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`, 'gm'));
    return [...found].flatMap(([, owner = '', body = '']) =>
      [...body.matchAll(/^ {2}(?:readonly )?(\w+)(?:\?|\()?[:(]/gm)].map(([, member = '']) => ({
        owner,
        member,
        service,
      })),
    );
  });
}
