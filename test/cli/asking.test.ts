import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../cli/command.ts';
import { adopt } from '../../cli/commands/adopt.ts';
import { approve } from '../../cli/commands/approve.ts';
import { COMMANDS } from '../../cli/commands/index.ts';
import { pause } from '../../cli/commands/pause.ts';
import { reconcile } from '../../cli/commands/reconcile.ts';
import { remove } from '../../cli/commands/remove.ts';
import { resume } from '../../cli/commands/resume.ts';
import { CALC, edit, type Shop, shop, srv, value } from '../support/shop.ts';
import { ZONE, ZONE_ID } from '../support/world.ts';
import { type Asked, command } from './command-world.ts';

/** Whoever answers "no", or does not answer, has approved nothing: of each command that asks. */

const ORPHANS = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
const FORMER = `1 1 9 ip-10-9-9-9.old.${ZONE}`;
const GONE = '"ecs-service-discovery-dns deployment=111111111111/eu-west-1/gone"';

/** A deployment with one instance; what the predecessor and a former label have left; removals that are held. */
async function around(): Promise<{ readonly around: Shop; readonly hash: string }> {
  const world = shop();
  world.task(32_768);
  const old = { SetIdentifier: `ip-10-0-1-23.ec2.internal:${'a'.repeat(64)}`, Weight: 1 };
  await edit(world, [
    { Action: 'CREATE', ResourceRecordSet: srv(CALC, ORPHANS) },
    { Action: 'CREATE', ResourceRecordSet: { ...srv('_old._tcp', ['1 1 32768 ip-10-0-1-23.ec2.internal']), ...old } },
    { Action: 'CREATE', ResourceRecordSet: srv('_former._tcp', [FORMER]) },
    {
      Action: 'CREATE',
      ResourceRecordSet: { Name: `old.${ZONE}`, Type: 'TXT', TTL: 300, ResourceRecords: [{ Value: GONE }] },
    },
  ]);
  const held = await world.run({});
  const hash = /"approve":"([0-9a-f]+)"/.exec(('cause' in held.result && held.result.cause) || '')?.[1] ?? '';
  return { around: world, hash };
}

interface Row {
  readonly line: string;
  readonly what: Command;
  readonly asked: (hash: string) => Asked;
  readonly question: RegExp;
  /** Whether it starts a run, as nearly all do. */
  readonly starts?: false;
  /** What has to be done before it has something to ask. */
  readonly before?: (world: Shop) => Promise<unknown>;
}

const ROWS: readonly Row[] = [
  { line: 'approve', what: approve, asked: (hash) => ({ operands: [hash] }), question: /^remove these 12 values/ },
  { line: 'remove', what: remove, asked: () => ({}), question: /^take back 13 values and 2 addresses of / },
  { line: 'remove --marker', what: remove, asked: () => ({ flags: ['marker'] }), question: /^take back 13 values/ },
  {
    line: 'remove --undo',
    what: remove,
    asked: () => ({ flags: ['undo'] }),
    question: /^publish again below shop\.internal/,
    before: (world) => command(world, remove),
  },
  { line: 'pause', what: pause, asked: () => ({}), question: /^pause /, starts: false },
  {
    line: 'resume',
    what: resume,
    asked: () => ({}),
    question: /^let runs change the zone again/,
    before: (world) => command(world, pause),
  },
  { line: 'adopt', what: adopt, asked: () => ({}), question: /^take over/ },
  { line: 'adopt --owner', what: adopt, asked: () => ({ owner: 'old' }), question: /^take over/ },
  { line: 'adopt --drop-unplaced', what: adopt, asked: () => ({ flags: ['drop-unplaced'] }), question: /^take over/ },
];

/** The zone, what was announced, and the runs that were more than a look. */
const stateOf = ({ aws, announced, bucket }: Shop) => ({
  zone: structuredClone(aws.route53.recordSets(ZONE_ID)),
  announced: announced.length,
  runs: [...bucket].filter(([key, text]) => key.startsWith('outcomes/') && !JSON.parse(text).body.dryRun).length,
});

it('these are all commands that ask', () => {
  const asking = Object.values(COMMANDS).filter(({ options }) => 'yes' in options);

  expect(new Set(ROWS.map(({ what }) => what))).toEqual(new Set(asking));
});

describe.each(ROWS)('$line', ({ what, asked, question, before, starts = true }) => {
  const given = async () => {
    const { around: world, hash } = await around();
    await before?.(world);
    return { world, ask: (answer: Asked['answer']) => ({ ...asked(hash), ...(answer !== undefined && { answer }) }) };
  };

  it('has done nothing after a no, and says so', async () => {
    const { world, ask } = await given();
    const start = stateOf(world);

    const { code, lines, told } = await command(world, what, ask(false));

    expect([code, told]).toEqual([1, ['nothing was done']]);
    expect(lines.filter((line) => question.test(line))).toHaveLength(1);
    expect(stateOf(world)).toEqual(start);
  });

  it('has done nothing where nobody is there to answer, and says how to go on', async () => {
    const { world, ask } = await given();
    const start = stateOf(world);

    const fault = await command(world, what, ask('nobody')).catch((thrown: unknown) => thrown);

    expect(fault).toMatchObject({ name: 'UsageError', message: expect.stringMatching(question) });
    expect(fault).toMatchObject({ message: expect.stringContaining('so nothing was done: give --yes') });
    expect(stateOf(world)).toEqual(start);
  });

  it.each([{ answer: true }, { answer: undefined }])('does it after a yes: $answer', async ({ answer }) => {
    const { world, ask } = await given();
    const start = stateOf(world);

    const { lines, told } = await command(world, what, ask(answer));

    const end = stateOf(world);
    expect(told).not.toContain('nothing was done');
    expect(lines.filter((line) => question.test(line))).toHaveLength(answer === true ? 1 : 0);
    expect(end.zone).not.toEqual(start.zone);
    expect(end.runs > start.runs).toBe(starts);
  });
});

/** What the question of a real process takes for a yes, by what is typed; the end of the input is no answer. */
const typed = (text: string) =>
  new Promise<string>((resolve) => {
    const script = `import('./cli/io.ts').then(async ({ processIo }) => console.log('=' + (await processIo().ask('sure?'))))`;
    const child = execFile(process.execPath, ['-e', script], (_, stdout) => resolve(stdout.split('=')[1] ?? 'nothing'));
    child.stdin?.end(text);
  });

it.each([
  { text: 'y\n', yes: true },
  { text: ' YES \n', yes: true },
  { text: 'n\n', yes: false },
  { text: 'no\n', yes: false },
  { text: '\n', yes: false },
  { text: 'yesterday\n', yes: false },
  { text: 'yy\n', yes: false },
  { text: 'ok\n', yes: false },
  { text: '', yes: false },
  { text: 'n', yes: false },
])('typed $text means $yes', async ({ text, yes }) => {
  expect((await typed(text)).trim()).toBe(String(yes));
});

describe('reconcile passes on what it is given, and nothing else', () => {
  it.each([
    { asked: {}, input: {} },
    { asked: { texts: { approve: '0123456789abcdef' } }, input: { approve: '0123456789abcdef' } },
    { asked: { texts: { cluster: ['shop', 'other'] } }, input: { clusters: ['shop', 'other'] } },
    { asked: { flags: ['dry-run'] }, input: { dryRun: true } },
    {
      asked: { flags: ['dry-run'], texts: { cluster: ['shop'], approve: '0123456789abcdef' } },
      input: { clusters: ['shop'], dryRun: true, approve: '0123456789abcdef' },
    },
  ])('$input', async ({ asked, input }) => {
    const { around: world } = await around();
    const inputs: unknown[] = [];
    const watched = {
      ...world,
      start: (one: unknown, name?: string) => {
        inputs.push(one);
        return world.start(one, name);
      },
    };

    await command(watched, reconcile, asked);

    expect(inputs).toEqual([input]);
  });

  it('--approve removes what is held under its hash, as approve does', async () => {
    const { around: world, hash } = await around();

    const { code } = await command(world, reconcile, { texts: { approve: hash } });

    expect(code).toBe(0);
    expect(world.values(CALC)).toEqual([value('10.0.1.23', 32_768)]);
  });

  it.each(['', 'yes', '0123456789ABCDEF', '0123', '../held'])(
    '--approve %j is refused before anything',
    async (hash) => {
      const { around: world } = await around();
      const start = stateOf(world);

      const fault = await command(world, reconcile, { texts: { approve: hash } }).catch((thrown: unknown) => thrown);

      expect(fault).toMatchObject({ name: 'UsageError' });
      expect(stateOf(world)).toEqual(start);
    },
  );
});
