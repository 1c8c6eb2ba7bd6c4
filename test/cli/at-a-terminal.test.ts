import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { boot, type LocalRun } from '../../examples/local/boot.ts';
import { awsVariables } from '../../examples/local/cloud/place.ts';
import { isAlive } from '../../examples/local/is-alive.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { soon } from '../examples/local/ecs/world.ts';
import type { InterceptedCall } from '../stand-ins/protocol.ts';
import { atTerminal, HAS_TERMINALS, KEY } from './pseudo-terminal.ts';

/** Questions on a real terminal, by the real command, against all local services: what is typed there is bytes. */

const HASH = '0123456789abcdef';
const ROWS = [
  { line: `ecssd approve ${HASH}`, question: /remove this value, as far as still held\? \[y\/N\] / },
  { line: 'ecssd remove', question: /publish nothing from then on\? \[y\/N\] / },
  { line: 'ecssd adopt', question: /take over[^\n]*\? \[y\/N\] / },
];

let run: LocalRun;
let variables: Readonly<Record<string, string>>;
const calls: InterceptedCall[] = [];
beforeAll(async () => {
  if (!HAS_TERMINALS) return;
  run = await boot({ schedule: 'never', intercept: (call) => void calls.push(call) });
  variables = awsVariables(run.cloud.endpointUrl);
  const { route53, s3 } = run.cloud.clients;
  const Bucket = /\bbucket=([\w.-]+)/.exec(run.deployment.stateMachine.definition)?.[1] ?? '';
  const orphan = { name: `_orphan._tcp.${run.zone.name}.`, key: `ip-10-9-9-9.ecs.${run.zone.name}.:9` };
  const held = [{ ...orphan, value: `1 1 9 ip-10-9-9-9.ecs.${run.zone.name}` }];
  const Body = JSON.stringify({ kind: 'held', version: 1, body: held });
  await s3.putObject({ Bucket, Key: objectAt('held', HASH).key, Body });
  await route53.changeResourceRecordSets({
    HostedZoneId: run.zone.id,
    ChangeBatch: {
      Changes: [
        {
          Action: 'CREATE',
          ResourceRecordSet: {
            Name: orphan.name,
            Type: 'SRV',
            TTL: 0,
            ResourceRecords: held.map(({ value: Value }) => ({ Value })),
          },
        },
        {
          Action: 'CREATE',
          ResourceRecordSet: {
            Name: `_old._tcp.${run.zone.name}`,
            Type: 'SRV',
            TTL: 0,
            SetIdentifier: `ip-10-9-9-9.ec2.internal:${'a'.repeat(64)}`,
            Weight: 1,
            ResourceRecords: [{ Value: '1 1 9 ip-10-9-9-9.ec2.internal' }],
          },
        },
      ],
    },
  });
}, 120_000);
afterAll(async () => run?.close());
beforeEach(() => {
  calls.length = 0;
});

/** What was sent that changes something: runs that were more than a look, and changes of the zone. */
const sent = () =>
  calls.flatMap(({ operation, input }) => {
    if (operation === 'ChangeResourceRecordSets') return [operation];
    if (operation !== 'StartExecution') return [];
    const given = JSON.parse((input as { input: string }).input);
    return given.dryRun ? [] : [`${operation} ${JSON.stringify(given)}`];
  });

const WHY = 'skipped: there is no script of util-linux on the PATH';
if (!HAS_TERMINALS) console.warn(`test/cli/at-a-terminal.test.ts ${WHY}`);
describe.skipIf(!HAS_TERMINALS)(`at a terminal${HAS_TERMINALS ? '' : ` (${WHY})`}`, { timeout: 60_000 }, () => {
  describe.each(ROWS)('$line', ({ line, question }) => {
    it.each([
      { row: 'no', typed: `n${KEY.enter}` },
      { row: 'nothing', typed: KEY.enter },
      { row: 'Ctrl-D', typed: KEY.ctrlD },
      { row: 'Ctrl-C', typed: KEY.ctrlC },
      { row: 'yes, taken back by Ctrl-C before its line was ended', typed: `yes${KEY.ctrlC}` },
    ])('has sent nothing after $row, and leaves the terminal as it was', async ({ typed }) => {
      const terminal = atTerminal(line, variables);
      await terminal.shows(question);

      terminal.type(typed);

      expect(await terminal.ended).toEqual({ code: 1, sane: true });
      expect(terminal.text()).toMatch(/^nothing was done\r$/m);
      expect(terminal.text()).not.toMatch(/Error|^\s+at .*:\d+/m);
      expect(sent()).toEqual([]);
    });
  });

  it.each([
    { row: 'the answer goes elsewhere', line: 'ecssd remove > /dev/null' },
    { row: 'the input is no terminal', line: 'ecssd remove < /dev/null' },
  ])('asks nothing and sends nothing where $row', async ({ line }) => {
    const terminal = atTerminal(line, variables);

    expect(await terminal.ended).toEqual({ code: 1, sane: true });
    expect(terminal.text()).toContain('so nothing was done: give --yes');
    expect(terminal.text()).not.toContain('[y/N]');
    expect(sent()).toEqual([]);
  });

  it.each([
    { row: 'red', more: {}, red: true },
    { row: 'plain with NO_COLOR', more: { NO_COLOR: '1' }, red: false },
    { row: 'plain where the terminal is dumb', more: { TERM: 'dumb' }, red: false },
  ])('a fault is $row', async ({ more, red }) => {
    const terminal = atTerminal('ecssd nonsense', { ...variables, NO_COLOR: '', ...more });

    await terminal.ended;

    expect(terminal.text()).toContain('unknown command "nonsense"');
    expect(terminal.text().includes('\u001b[31m')).toBe(red);
  });

  it('is ended by Ctrl-C while it looks, before it has asked', async () => {
    const terminal = atTerminal('ecssd adopt', variables);
    await terminal.shows(/looking what tasks claim/);

    terminal.type(KEY.ctrlC);

    expect(await terminal.ended).toEqual({ code: 130, sane: true });
    expect(terminal.text()).not.toMatch(/Error|^\s+at .*:\d+|\[y\/N\]/m);
    expect(sent()).toEqual([]);
  });

  it.each([
    {
      row: 'redraws a terminal that does not know its size',
      line: 'ecssd status --watch --interval 60',
      shown: /looks every 60 s; Ctrl-C ends it/,
    },
    { row: 'prints JSON', line: 'ecssd status --watch --json', shown: /"verdict"/ },
    { row: 'prints into a pipe', line: 'ecssd status --watch | cat', shown: /UTC|\d\d:\d\d:\d\d {2}/ },
    { row: 'waits for a full run', line: 'ecssd status --wait', shown: /wait/ },
  ])('is ended by Ctrl-C while it $row', async ({ line, shown }) => {
    const terminal = atTerminal(line, variables);
    await terminal.shows(shown);

    terminal.type(KEY.ctrlC);

    expect(await terminal.ended).toEqual({ code: 130, sane: true });
    expect(terminal.text()).not.toMatch(/Error|^\s+at .*:\d+/m);
    expect(sent()).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('is ended by %s while it watches', async (signal) => {
    const terminal = atTerminal('echo "pid $$"; exec "$NODE" bin/ecssd.mjs status --watch --json', {
      ...variables,
      NODE: process.execPath,
    });
    const [, pid] = await terminal.shows(/pid (\d+)/);
    await terminal.shows(/"verdict"/);

    process.kill(Number(pid), signal);

    await soon(async () => expect(isAlive(Number(pid))).toBe(false));
    expect(terminal.text()).not.toMatch(/Error|^\s+at .*:\d+/m);
  });

  it('serves the console until Ctrl-C, which is no failure, and leaves its port', async () => {
    const terminal = atTerminal('ecssd console --port 0', variables);
    const [, origin = '', token = ''] = await terminal.shows(/(http:\/\/127\.0\.0\.1:\d+)\/#([0-9a-f]{32})/);
    await terminal.shows(/Ctrl-C ends it/);
    const page = await fetch(`${origin}/`);
    const state = await fetch(`${origin}/api/state`, { headers: { 'x-console-token': token } });

    terminal.type(KEY.ctrlC);

    expect([page.status, state.status]).toEqual([200, 200]);
    expect(await terminal.ended).toEqual({ code: 0, sane: true });
    await expect(fetch(`${origin}/`)).rejects.toThrow();
    expect(sent()).toEqual([]);
  });

  it('has sent nothing, and does not stay, when its terminal goes', async () => {
    const terminal = atTerminal('echo "pid $$"; exec "$NODE" bin/ecssd.mjs remove', {
      ...variables,
      NODE: process.execPath,
    });
    const [, pid] = await terminal.shows(/pid (\d+)/);
    await terminal.shows(/\[y\/N\] /);

    terminal.close();

    await soon(async () => expect(isAlive(Number(pid))).toBe(false));
    expect(sent()).toEqual([]);
  });

  it.each([
    { ...ROWS[0], typed: 'y', first: `StartExecution {"approve":"${HASH}"}` },
    { ...ROWS[2], typed: 'yes', first: 'ChangeResourceRecordSets' },
    { ...ROWS[1], typed: 'Y', first: 'ChangeResourceRecordSets' },
  ])('$line does what it asked after "$typed"', async ({ line = '', question = /./, typed, first }) => {
    const terminal = atTerminal(line, variables);
    await terminal.shows(question);

    terminal.type(`${typed}${KEY.enter}`);

    expect(await terminal.ended).toEqual({ code: 0, sane: true });
    expect(terminal.text()).not.toContain('nothing was done');
    expect(sent()[0]).toBe(first);
  });
});
