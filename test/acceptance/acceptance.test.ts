import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../cli/errors.ts';
import { EnvironmentStack } from '../../examples/environment/stack.ts';
import { readDig } from './answer.ts';
import { CHECKS, ENDING } from './checks/index.ts';
import { AT_MOST, dearest, hourly, LONGEST } from './costs.ts';
import { type Entry, type Journal, journalPath, readJournal, writeJournal } from './journal.ts';
import { readOptions } from './options.ts';
import { HOOKS } from './places/account.ts';
import { functionArn, physical, roleArn } from './places/resources.ts';
import { ProbesStack } from './probes-stack.ts';
import { accepted, reportOf } from './report.ts';

const folder = mkdtempSync(join(tmpdir(), 'acceptance-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENTRY: Entry = { id: 'soa', asks: 'How long?', expected: '5 s', verdict: 'as expected', seen: '5 s' };
const JOURNAL: Journal = {
  version: 1,
  kind: 'account',
  startedAt: '2026-11-28T00:00:00.000Z',
  prefix: 'acceptance-0a1b2c',
  account: '123456789012',
  region: 'eu-west-1',
  label: 'Account 123456789012, eu-west-1',
  begun: true,
  deployed: true,
  takenDown: true,
  entries: [ENTRY],
};

describe('options', () => {
  it.each([
    { args: [], read: { local: false, yes: false, out: '.' } },
    { args: ['--local', '--out', 'x'], read: { local: true, yes: false, out: 'x' } },
    { args: ['--resume', 'j.json', '--yes'], read: { local: false, yes: true, out: '.', resume: 'j.json' } },
    { args: ['-h', '--yes'], read: 'help' },
  ])('$args', ({ args, read }) => {
    expect(readOptions(args)).toEqual(read);
  });

  it.each([
    { args: ['--locla'], says: /got "--locla", want one of --local/ },
    { args: ['--resume', 'a', '--destroy', 'b'], says: /got --resume and --destroy, want one of them/ },
    { args: ['--local', '--destroy', 'b'], says: /nothing of a local run is left/ },
    { args: ['--out='], says: /--out: got "", want a path/ },
    { args: ['eu-west-1'], says: /got "eu-west-1", want options of/ },
    { args: ['--out'], says: /each path behind its option/ },
  ])('$args is refused', ({ args, says }) => {
    expect(() => readOptions(args)).toThrow(says);
    // The one that asking without a terminal throws too: neither is a run that was broken off.
    expect(() => readOptions(args)).toThrow(UsageError);
  });
});

describe('the journal', () => {
  it('is read as it was written, and an earlier one of the day is left alone', () => {
    const now = new Date('2026-11-28T10:00:00Z');
    const path = journalPath(folder, now);
    writeJournal(path, JOURNAL);

    expect(readJournal(path)).toEqual(JOURNAL);
    expect(path).toMatch(/acceptance-2026-11-28\.json$/);
    expect(journalPath(folder, now)).toMatch(/acceptance-2026-11-28-2\.json$/);
  });

  it.each([
    { what: 'nothing', text: undefined, says: /cannot be read \(ENOENT\), want the acceptance-<date>.json/ },
    { what: 'no JSON', text: '{', says: /is no journal of an acceptance run/ },
    {
      what: 'a prefix that would name stacks of others',
      text: JSON.stringify({ ...JOURNAL, prefix: 'production' }),
      says: /is no journal/,
    },
    { what: 'a later version', text: JSON.stringify({ ...JOURNAL, version: 2 }), says: /is no journal/ },
  ])('$what is refused', ({ text, says }) => {
    const path = join(folder, 'given.json');
    rmSync(path, { force: true });
    if (text !== undefined) writeFileSync(path, text);

    expect(() => readJournal(path)).toThrow(says);
  });

  it('says where it cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');

    expect(() => writeJournal(join(folder, 'file', 'j.json'), JOURNAL)).toThrow(
      /cannot be written \(E\w+\): give another folder/,
    );
  });
});

it.each([
  { of: 'nothing', entries: [], is: false },
  { of: 'what was expected and learned', entries: [ENTRY, { ...ENTRY, verdict: 'learned' as const }], is: true },
  { of: 'what is otherwise', entries: [ENTRY, { ...ENTRY, verdict: 'otherwise' as const }], is: false },
  { of: 'what could not be asked', entries: [ENTRY, { ...ENTRY, verdict: 'failed' as const }], is: false },
])('accepted of $of: $is', ({ entries, is }) => {
  expect(accepted(entries)).toBe(is);
});

it('the report is a table of what was seen, and text stays text', () => {
  const hostile: Entry = { ...ENTRY, id: 'names', seen: 'a|b\u001b[31m<script>', details: ['```', 'x'] };

  const report = reportOf({ ...JOURNAL, entries: [ENTRY, hostile], takenDown: false });

  expect(report).toContain('| soa | How long? | 5 s | 5 s | as expected |');
  expect(report).toContain('| a\\|b\\u001b[31m&lt;script> |');
  expect(report).toContain('Not everything has been taken down yet.');
  expect(report.match(/^```/gm)).toHaveLength(2);
});

it('a function and a role stand where their state machine does', () => {
  expect(functionArn('arn:aws-cn:states:cn-north-1:123456789012:stateMachine:Runs', 'Checker')).toBe(
    'arn:aws-cn:lambda:cn-north-1:123456789012:function:Checker',
  );
  expect(roleArn('arn:aws-cn:states:cn-north-1:123456789012:stateMachine:Runs', 'Hook')).toBe(
    'arn:aws-cn:iam::123456789012:role/Hook',
  );
});

describe('answers of dig', () => {
  it('an answer', () => {
    const output = [
      ';; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1',
      ';; QUESTION SECTION:',
      ';_calc._tcp.servicediscovery.internal. IN SRV',
      '',
      '_calc._tcp.servicediscovery.internal. 5 IN SRV 1 1 8081 ip-10-0-1-2.ecs.servicediscovery.internal.',
      '_calc._tcp.servicediscovery.internal. 4 IN SRV 1 1 32769 ip-10-0-1-1.ecs.servicediscovery.internal.',
    ].join('\n');

    expect(readDig(output)).toEqual({
      status: 'NOERROR',
      data: [
        '1 1 32769 ip-10-0-1-1.ecs.servicediscovery.internal.',
        '1 1 8081 ip-10-0-1-2.ecs.servicediscovery.internal.',
      ],
      ttl: 4,
    });
  });

  it('no such name', () => {
    const output = [
      ';; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 1',
      ';nothing.servicediscovery.internal. IN SRV',
      'servicediscovery.internal. 5 IN SOA ns-0.awsdns-00.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 5',
    ].join('\n');

    expect(readDig(output)).toEqual({ status: 'NXDOMAIN', data: [], negative: { ttl: 5, minimum: 5 } });
  });

  it('nobody', () => {
    expect(() => readDig(';; communications error: timed out')).toThrow(/dig got no answer/);
  });
});

it('what it costs is what the README of the environment says, and below what is promised', () => {
  const readme = readFileSync('examples/environment/README.md', 'utf8');
  for (const price of ['0.045', '0.0168', '0.0225', '0.005', '0.0099']) expect(readme).toContain(`| ${price} |`);
  expect(hourly).toBeCloseTo(0.045 + 2 * 0.0168 + 0.0225 + 3 * 0.005 + 0.0099 + 2 * 0.0033, 6);
  expect(dearest).toBeLessThanOrEqual(AT_MOST);
});

it('the probes hear of every change of a task of that cluster, and of no other', () => {
  const stack = new ProbesStack(new App(), 'Probes', { clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/demo' });
  const template = Template.fromStack(stack);

  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.ecs'],
      'detail-type': ['ECS Task State Change'],
      detail: { clusterArn: ['arn:aws:ecs:eu-west-1:123456789012:cluster/demo'] },
    },
  });
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 1 });
  expect(Object.keys(template.toJSON().Outputs).sort()).toEqual(['ScratchUrl', 'SleeperMachineArn', 'TaskEventsUrl']);
});

it('what ECS calls is found by its logical id', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const probes = new ProbesStack(app, 'Probes', { clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/demo' });
  const environment = new EnvironmentStack(app, 'Demo', { allowedCidr: '0.0.0.0/0', settings: { blueGreen: true } });
  const resources = new Map(
    [probes, environment].flatMap((stack) =>
      Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, { readonly Type: string }>).map(
        ([id, { Type }]) => [id, Type] as const,
      ),
    ),
  );

  for (const [called, role] of Object.values(HOOKS)) {
    expect(physical({ resources }, called)).toBe('AWS::Lambda::Function');
    expect(physical({ resources }, role)).toBe('AWS::IAM::Role');
  }
});

describe('the checks', () => {
  const all = [...CHECKS, ...ENDING];

  it('have each a name of its own, a question and what is expected', () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { id, asks, expected } of all) {
      expect(id).toMatch(/^[a-z-]+$/);
      expect(asks).toMatch(/\?$/);
      expect(expected).not.toBe('');
    }
  });

  it('stand on the page, in order', () => {
    const page = readFileSync('docs/acceptance.md', 'utf8');
    expect([...page.matchAll(/^\| `([a-z-]+)` \| (.*?) \| (.*?) \|/gm)].map(([, id, asks]) => [id, asks])).toEqual(
      all.map(({ id, asks }) => [id, asks]),
    );
  });

  it('together take less time than there is', () => {
    expect(all.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThan(LONGEST * 3_600);
  });
});
