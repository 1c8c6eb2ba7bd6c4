import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { templateCommand } from '../../../cli/commands/template.ts';
import { printing } from '../../../cli/io.ts';
import { type Source, sourceHere } from '../../../cli/template/source.ts';
import { faultLines } from '../../../cli/view/fault.ts';
import type { Template } from '../../../examples/local/template/cloudformation.ts';
import { served } from '../../adapters/served.ts';
import { s3StandIn } from '../../stand-ins/s3.ts';
import { ServiceFault } from '../../stand-ins/service.ts';
import { type Answer, ecssd } from '../terminal.ts';

/** Milliseconds: a synth and a bundling, on a machine that may have other work. */
const timeout = 300_000;
const STACK = 'EcsServiceDiscoveryDns';

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'launch-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'launch');
}

/** One synth for each context and one bundling serve all tests: they take most of the time. */
function oneSource(): Source {
  const here = sourceHere();
  const templates = new Map<string, ReturnType<Source['template']>>();
  const codes = new Map<string, ReturnType<Source['code']>>();
  const once = <T>(kept: Map<string, T>, key: string, make: () => T): T => {
    const value = kept.get(key) ?? make();
    kept.set(key, value);
    return value;
  };
  return {
    template: (context) => once(templates, JSON.stringify(context), () => here.template(context)),
    code: (entry) => once(codes, entry, () => here.code(entry)),
  };
}
const source = oneSource();
const command = templateCommand(() => source);

/** `ecssd template …`, from that source. */
async function template(...args: readonly string[]): Promise<Answer> {
  const [lines, told]: [string[], string[]] = [[], []];
  const { values } = parseArgs({ args: [...args], options: command.options });
  const texts = (name: string) => [values[name] ?? []].flat().map(String);
  const io = printing({
    print: (line) => void lines.push(line),
    tell: (line) => void told.push(line),
    progress: () => {},
    variables: {},
    colours: false,
    interactive: false,
    ask: async () => false,
    pause: async () => {},
    ended: async () => {},
    now: Date.now,
  });
  const given = {
    operands: [],
    flag: (name: string) => values[name] === true,
    text: (name: string) => texts(name)[0],
    texts,
  };
  const unasked = async () => Promise.reject(new Error('no deployment is asked for'));
  try {
    return { code: await command.run(given, { io, connect: unasked }), lines, told };
  } catch (fault) {
    return { code: 1, lines, told: faultLines(fault, {}) };
  }
}

const read = (folder: string): Template => JSON.parse(readFileSync(join(folder, 'template.json'), 'utf8'));

describe('what cannot be understood', () => {
  it.each([
    { args: [], says: 'got neither --out nor --bucket, want one of them' },
    { args: ['--out', 'a', '--bucket', 'b'], says: 'got --out and --bucket, want one of them' },
    { args: ['--out', ''], says: '--out wants a value, got ""' },
    { args: ['--bucket', 'Mine'], says: '--bucket: got "Mine", want the name of a bucket: lower-case letters' },
    { args: ['--out', 'a', '--prefix', 'a b'], says: '--prefix: got "a b", want letters, digits' },
    { args: ['--out', 'a', '--prefix', '/a'], says: '--prefix: got "/a", want letters, digits' },
    { args: ['--out', 'a', '-c', 'clusters'], says: '--context: got "clusters", want <key>=<value>' },
    { args: ['--out', 'a', '-c', '=1'], says: '--context: got "=1", want <key>=<value>' },
    {
      args: ['--out', 'a', '-c', 'cluster=1'],
      says: '--context: got the key "cluster", which no setting has: the nearest is clusters; docs',
    },
    { args: ['--out', 'a', '-c', 'somethingElse=1'], says: '; known are stackName, ' },
    { args: ['--out', 'a', '-c', 'securityGroups=sg-1'], says: '--context: got the key "securityGroups"' },
    { args: ['--out', 'cli'], says: '--out: got "cli", which is not empty' },
    { args: ['--out', 'README.md'], says: '"README.md" cannot be written: a part of it is a file (ENOTDIR)' },
  ])('$args', async ({ args, says }) => {
    const { code, lines, told } = await ecssd(['template', ...args]);

    expect(code).toBe(1);
    expect(told.join('\n')).toContain(says);
    expect(lines).toEqual([]);
  });

  it('is a value that the setting does not take, by the sentence of cdk deploy', { timeout }, async () => {
    const out = place();

    const { code, told } = await ecssd(['template', '--out', out, '-c', 'recordTtl=soon', '-c', 'healthCheck=maybe']);

    expect(code).toBe(1);
    expect(told.join('\n')).toMatch(/recordTtl.*"soon".*want whole seconds.*|healthCheck.*"maybe"/);
    expect(told.join('\n')).toContain('healthCheck');
    expect(existsSync(out)).toBe(false);
  });
});

describe('in a folder', { timeout }, () => {
  it('are the template, every archive that it names and how to launch them; the same bytes twice', async () => {
    const [one, other] = [place(), place()];

    const first = await template('--out', one);
    await template('--out', other);

    const files = readdirSync(one).sort();
    const named = [...JSON.stringify(read(one)).matchAll(/\$\{CodePrefix\}([^"]+)"/g)].map(([, file]) => file);
    expect(first.code).toBe(0);
    expect(first.lines[0]).toMatch(/template\.json \(\d+ KB\) and 13 archives \([\d,]+ KB\)$/);
    expect(named).toHaveLength(13);
    expect(files).toEqual([...named, 'README.md', 'template.json'].sort());
    for (const file of files) expect(readFileSync(join(other, file))).toEqual(readFileSync(join(one, file)));
  });

  it('is a template within what CloudFormation takes from a bucket, for which nothing has to be bootstrapped', async () => {
    const out = place();

    await template('--out', out);

    const text = readFileSync(join(out, 'template.json'), 'utf8');
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
    expect(text).not.toMatch(/bootstrap|hnb659fds|AWS::SSM|cdk-/i);
    // CAPABILITY_IAM is enough: nothing that needs CAPABILITY_NAMED_IAM has a name of its own.
    const roles = Object.values(read(out).Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
    expect(new Set(roles.map(({ Type }) => Type))).toEqual(new Set(['AWS::IAM::Role', 'AWS::IAM::Policy']));
    expect(roles.filter(({ Properties = {} }) => 'RoleName' in Properties)).toEqual([]);
  });

  it('names the stack that it is launched as, and asks only for what it does not know', async () => {
    const out = place();

    await ecssd([
      'template',
      '--out',
      out,
      '-c',
      'stackName=Depot',
      '-c',
      'hostedZoneId=Z1',
      '-c',
      'healthCheck=false',
    ]);

    const readme = readFileSync(join(out, 'README.md'), 'utf8');
    expect(Object.keys(read(out).Parameters ?? {})).toEqual(['CodeBucket', 'CodePrefix', 'HostedZoneName']);
    expect(read(out).Parameters?.CodePrefix?.Default).toBe('Depot/');
    expect(readme).toContain('--stack-name Depot ');
    expect(readme).toMatch(/--parameter-overrides CodeBucket=\$BUCKET HostedZoneName=servicediscovery\.internal$/m);
  });

  it('is written over where it is told, and then only', async () => {
    const out = place();
    await template('--out', out);
    writeFileSync(join(out, 'template.json'), 'spoiled');

    const refused = await template('--out', out);
    const kept = readFileSync(join(out, 'template.json'), 'utf8');
    const forced = await template('--out', out, '--force');

    expect([refused.code, forced.code, kept]).toEqual([1, 0, 'spoiled']);
    expect(Object.keys(read(out).Resources).length).toBeGreaterThan(50);
  });
});

describe('in a bucket', { timeout }, () => {
  async function bucket() {
    const s3 = s3StandIn({ now: Date.now });
    s3.addBucket('code');
    return { s3, ...(await served(s3)) };
  }

  it('are template and archives, which are uploaded once', async () => {
    const { s3, inputs } = await bucket();

    const first = await template('--bucket', 'code');
    const second = await template('--bucket', 'code');

    const keys = s3.keys('code');
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(keys).toHaveLength(14);
    expect(keys.every((key) => key.startsWith(`${STACK}/`))).toBe(true);
    expect(first.lines.join('\n')).toContain(`https://code.s3.us-east-1.amazonaws.com/${STACK}/template.json`);
    expect(first.lines.join('\n')).toContain('ParameterKey=HostedZoneId,ParameterValue=Z0123456789ABCDEFGHIJ');
    expect(first.lines.join('\n')).not.toContain('CodeBucket');
    expect(second.lines[0]).toContain('13 of them were there');
    // Whoever reads the template finds what it names.
    const [last] = inputs<{ Key: string; Body: Uint8Array }>('PutObject').slice(13);
    expect(last?.Key).toBe(`${STACK}/template.json`);
  });

  it('says first where it is asked, where that is not AWS', async () => {
    const { url } = await bucket();

    const { told } = await template('--bucket', 'code');

    expect(told[0]).toBe(`at ${url}, which is not AWS's`);
  });

  it('takes the prefix that it is given', async () => {
    const { s3 } = await bucket();

    await template('--bucket', 'code', '--prefix', 'releases/1');

    expect(s3.keys('code').every((key) => key.startsWith('releases/1/'))).toBe(true);
  });

  it.each([
    { row: 'missing', name: 'nowhere', says: /there is no bucket "nowhere": aws s3 mb s3:\/\/nowhere makes it/ },
    {
      row: 'elsewhere',
      name: 'code',
      says: /"code" is in us-east-1 and the Region here is eu-west-1; .*AWS_REGION=us-east-1/,
    },
  ])('is refused where the bucket is $row', async ({ name, says, row }) => {
    const { s3 } = await bucket();
    if (row === 'elsewhere') vi.stubEnv('AWS_REGION', 'eu-west-1');

    const { code, told } = await template('--bucket', name);

    expect(code).toBe(1);
    expect(told.join('\n')).toMatch(says);
    expect(s3.keys('code')).toEqual([]);
  });

  it('is refused where the bucket is not to be seen', async () => {
    const { s3, inject } = await bucket();
    inject('HeadBucket', new ServiceFault('AccessDenied', 'Access Denied', { statusCode: 403 }));

    const { code, told } = await template('--bucket', 'code');

    expect(code).toBe(1);
    expect(told.join()).toContain('"code" may not be looked at: the credentials lack s3:ListBucket of it');
    expect(s3.keys('code')).toEqual([]);
  });

  it('needs the right to write', async () => {
    const { s3, inject } = await bucket();
    inject('PutObject', new ServiceFault('AccessDenied', 'Access Denied', { statusCode: 403 }));

    const { code, told } = await template('--bucket', 'code');

    expect(code).toBe(1);
    expect(told.join('\n')).toContain('the credentials lack this permission: docs/command.md');
    expect(s3.keys('code')).toEqual([]);
  });
});
