import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { COMMANDS } from '../../cli/commands/index.ts';
import { pointClientsAt } from '../adapters/served.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { arnOf, commentOf, servedMachines } from './machines.ts';
import { ecssd } from './terminal.ts';

const NAMES = Object.keys(COMMANDS);

describe('help', () => {
  it.each([['--help'], ['-h'], ['help']])('%s lists every command', async (asked) => {
    const { code, lines } = await ecssd([asked]);

    expect(code).toBe(0);
    for (const name of NAMES) expect(lines.join('\n')).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  it.each(NAMES)('of %s says how it is used and names every option', async (name) => {
    const { code, lines } = await ecssd([name, '--help']);

    const text = lines.join('\n');
    expect(code).toBe(0);
    expect(text).toContain(`usage: ecssd ${name}`);
    for (const option of Object.keys(COMMANDS[name]?.options ?? {})) expect(text).toContain(`--${option}`);
  });

  it('comes without being asked for where no command is given, and is a failure then', async () => {
    const { code, lines, told } = await ecssd([]);

    expect(code).toBe(1);
    expect(lines).toEqual([]);
    expect(told.join('\n')).toContain('usage: ecssd <command>');
  });
});

describe('what cannot be understood', () => {
  it.each([
    { args: ['plam'], says: 'unknown command "plam"; did you mean plan?; there are plan, reconcile,' },
    { args: ['staus'], says: 'unknown command "staus"; did you mean status?; there are' },
    { args: ['plan', '--jsno'], says: 'unknown option "--jsno"; did you mean --json? plan knows' },
    { args: ['plan', '-j'], says: 'unknown option "-j"; plan knows --json' },
    { args: ['plan', '--json=yes'], says: '--json takes no value, got "yes"' },
    { args: ['plan', '--cluster', '--json'], says: '--cluster wants a value, got "--json"; one that begins with - is' },
    { args: ['plan', '--cluster='], says: '--cluster wants a value, got ""' },
    { args: ['history', '--days', '1', '--days', '2'], says: '--days is given twice, want it once' },
    { args: ['history', '--limit=-1'], says: '--limit: got "-1", want a whole number from 1' },
    { args: ['history', '--limit', '-1'], says: '--limit wants a value, got "-1"; one that begins with - is written' },
    { args: ['plan', '--', '--json'], says: 'got "--json" after plan, want: ecssd plan' },
    { args: ['explain', ''], says: 'got "", which is empty, want: ecssd explain' },
    { args: ['explain', '\u001b[2J', 'b'], says: 'got "\\u001b[2J" "b" after explain' },
    { args: ['constructor'], says: 'unknown command "constructor"' },
    { args: ['--json'], says: 'got "--json", want a command first' },
    { args: ['plan', '--yaml'], says: 'unknown option "--yaml"; plan knows --json, --markdown, --cluster' },
    { args: ['plan', '--cluster'], says: '--cluster wants a value, got nothing' },
    { args: ['plan', 'shop'], says: 'got "shop" after plan, want: ecssd plan [--json | --markdown]' },
    { args: ['explain'], says: 'got nothing after explain, want: ecssd explain <task, service or name>' },
    { args: ['plan', '--json', '--markdown'], says: 'got --json and --markdown, want one of both' },
    { args: ['approve', 'nonsense'], says: 'got "nonsense", want the hash' },
    { args: ['reconcile', '--approve', 'x'], says: 'got "x", want the hash' },
    { args: ['remove', '--undo', '--marker'], says: 'got --undo and --marker, want one of both' },
    { args: ['history', '--days', '0'], says: '--days: got "0", want a whole number from 1' },
    { args: ['history', '--days', '3651'], says: '--days: got "3651", want a whole number from 1 to 3650' },
    { args: ['cost', '--clusters', '10001'], says: '--clusters: got "10001", want a whole number from 1 to 10000' },
  ])('$args says what was given and what is allowed', async ({ args, says }) => {
    const { code, lines, told } = await ecssd(args);

    expect(code).toBe(1);
    expect(told.join('\n')).toContain(says);
    expect(lines).toEqual([]);
  });
});

describe('what keeps a command from its deployment', () => {
  it('is an endpoint at which nothing answers', async () => {
    pointClientsAt('http://127.0.0.1:1');

    const { code, told } = await ecssd(['status'], { variables: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } });

    expect(code).toBe(1);
    expect(told.join('\n')).toContain(
      'nothing answers at AWS_ENDPOINT_URL=http://127.0.0.1:1: is "npm start" running?',
    );
  });

  it('are missing credentials', async () => {
    pointClientsAt('http://127.0.0.1:1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');

    const { code, told } = await ecssd(['status']);

    expect(code).toBe(1);
    expect(told.join('\n')).toContain('these are no credentials that work: set AWS_PROFILE');
  });

  it('is a missing Region', async () => {
    pointClientsAt('http://127.0.0.1:1');
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_DEFAULT_REGION', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');

    const { code, told } = await ecssd(['status']);

    expect(code).toBe(1);
    expect(told.join('\n')).toMatch(/Region is missing\nset AWS_REGION/);
  });

  it.each([
    { error: 'AccessDeniedException', says: 'the credentials lack this permission: docs/command.md' },
    { error: 'ExpiredTokenException', says: 'these are no credentials that work' },
    { error: 'UnrecognizedClientException', says: 'these are no credentials that work' },
  ])('is $error', async ({ error, says }) => {
    const { inject } = await servedMachines({ ReconcilerStateMachine1: commentOf('a') });
    inject('ListStateMachines', new ServiceFault(error, 'no'));

    const { code, told } = await ecssd(['status']);

    expect(code).toBe(1);
    expect(told.join('\n')).toContain(says);
  });

  it('is a state machine that is not there, whoever names it', async () => {
    await servedMachines({ ReconcilerStateMachine1: commentOf('a') });

    const byOption = await ecssd(['plan', '--state-machine', arnOf('gone')]);
    const byVariable = await ecssd(['plan'], { variables: { ECSSD_STATE_MACHINE: arnOf('gone') } });

    for (const { code, told } of [byOption, byVariable]) {
      expect(code).toBe(1);
      expect(told.join('\n')).toContain('look at --state-machine and ECSSD_STATE_MACHINE');
    }
  });

  it.each([
    { url: 'nonsense', says: 'AWS_ENDPOINT_URL: got "nonsense", want a URL like http://127.0.0.1:4600' },
    { url: 'localhost:4600', says: 'AWS_ENDPOINT_URL: got "localhost:4600", want a URL' },
  ])('is the endpoint $url, which is none', async ({ url, says }) => {
    pointClientsAt('http://127.0.0.1:1');

    const { code, told } = await ecssd(['status'], { variables: { AWS_ENDPOINT_URL: url } });

    expect(code).toBe(1);
    expect(told.join('\n')).toContain(says);
  });

  it('is told with the endpoint, where that is not AWS’s', async () => {
    const { inject, url } = await servedMachines({ ReconcilerStateMachine1: commentOf('a') });
    inject('ListStateMachines', new ServiceFault('AccessDeniedException', 'no'));
    const variables = {
      AWS_ENDPOINT_URL_SFN: url,
      AWS_ENDPOINT_URL_S3: 'https://s3.amazonaws.com',
    };

    const { told } = await ecssd(['status'], { variables });

    expect(told.filter((line) => /^at http:\/\/127\.0\.0\.1:\d+, which is not AWS's$/.test(line))).toEqual([told[0]]);
    expect(told.at(-1)).toBe(`this was asked at ${url} (AWS_ENDPOINT_URL_SFN), which is not AWS's`);
  });

  it('is told in red on a terminal only', async () => {
    const plain = await ecssd(['plam']);
    const coloured = await ecssd(['plam'], { colours: true });

    expect(plain.told.join('')).not.toContain('\u001b');
    expect(coloured.told.join('')).toContain('\u001b[31m');
  });
});

it('a command that asks nobody needs no account', async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');

  const { code } = await ecssd(['cost', '--clusters', '1', '--tasks', '1', '--events-per-day', '1']);

  expect(code).toBe(0);
});

it('takes a number that is just within its limits', async () => {
  const { code } = await ecssd(['cost', '--clusters', '10000', '--tasks', '0', '--events-per-day', '10000000']);

  expect(code).toBe(0);
});

it('takes an empty ECSSD_STATE_MACHINE for none', async () => {
  await servedMachines({});

  const { told } = await ecssd(['status'], { variables: { ECSSD_STATE_MACHINE: '' } });

  expect(told.join('\n')).toContain('no deployment of service discovery in this account and Region');
});

it('answers what is far too long in a few words', async () => {
  const long = 'x'.repeat(1_000_000);

  for (const args of [[long], ['plan', `--${long}`], ['plan', long], ['history', '--days', long], ['approve', long]]) {
    const { code, told } = await ecssd(args);

    expect(code).toBe(1);
    expect(told.join('').length).toBeLessThan(3_000);
  }
});
