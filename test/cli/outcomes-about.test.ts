import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { explaining } from '../../cli/commands/explain.ts';
import { history } from '../../cli/commands/history.ts';
import type { Context } from '../../cli/context.ts';
import { type KeptOutcome, keptOutcome } from '../../functions/contracts/outcome.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { mentionsOf, mentionsText } from '../../functions/domain/telling/mentions.ts';
import type { Disposition } from '../../functions/domain/words/reason.ts';
import { taskArn } from '../support/builders.ts';
import { HOSTILE_TEXTS, UNFIT } from '../support/hostile.ts';
import { CALC, eventRun, type Shop, shop } from '../support/shop.ts';
import { ZONE } from '../support/world.ts';
import { type Asked, command } from './command-world.ts';

/** What is asked about one name or one task: which outcomes are read for it, and that none is missed. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Objects that a command has read, and pages that it has listed. */
function counting() {
  const [reads, lists]: [string[], string[]] = [[], []];
  const around = (context: Context): Context => ({
    ...context,
    payloads: {
      ...context.payloads,
      lasting: {
        ...context.payloads.lasting,
        read: (at, patient) => {
          reads.push(at.key);
          return context.payloads.lasting.read(at, patient);
        },
      },
    },
    listing: {
      list: (prefix) => {
        lists.push(prefix);
        return context.listing.list(prefix);
      },
    },
  });
  return { reads, lists, around };
}

const later = ({ clock }: Shop, milliseconds: number) => clock.run(clock.sleep(milliseconds));
const idOf = (arn: string) => arn.split('/').at(-1) ?? '';
const lose = ({ bucket }: Shop) => {
  for (const key of [...bucket.keys()]) if (key.startsWith('index/')) bucket.delete(key);
};

/** Keeps an outcome as PublishOutcome does, or as the version before the index did. */
function keep({ bucket }: Shop, body: KeptOutcome, isIndexed = true): void {
  const day = new Date(body.endedAt).toISOString().slice(0, 10);
  const { key } = objectAt('outcome', day, body.execution);
  bucket.set(key, JSON.stringify({ kind: 'outcome', version: 1, body }));
  if (!isIndexed) return;
  const index = objectAt('index', day, body.execution, mentionsText(mentionsOf(body)));
  bucket.set(index.key, JSON.stringify({ kind: 'index', version: 1, body: { outcome: key } }));
}

const outcome = (around: Shop, execution: string, ago: number, dispositions: readonly Disposition[]): KeptOutcome => ({
  execution,
  state: 'in-sync',
  trigger: 'schedule',
  endedAt: around.clock.now() - ago,
  error: '',
  cause: '',
  dispositions,
  refused: [],
  held: [],
  findings: [],
});

const came = (name: string, id: string): Disposition => ({
  outcome: 'published',
  reason: 'running',
  isNew: true,
  name: `${name}.${ZONE}`,
  target: `ip-10-0-0-1.ecs.${ZONE}`,
  port: 80,
  task: taskArn(id),
});

/** 500 runs, two in an hour: each publishes another task, every hundredth of them at one name that is asked for. */
function busy() {
  const around = shop();
  for (let run = 0; run < 500; run += 1) {
    const name = run % 100 === 0 ? '_rare._tcp' : `_common-${run % 7}._tcp`;
    keep(around, outcome(around, `r${run}`, run * (HOUR / 2), [came(name, `${(run + 0x100000).toString(16)}00`)]));
  }
  return around;
}

describe('of 500 outcomes', () => {
  it('a name is told by those that mention it and no others are read', async () => {
    const { reads, lists, around } = counting();

    const { lines, told } = await command(busy(), history, { operands: ['_rare._tcp'], flags: ['json'], around });

    expect(lines.map((line) => JSON.parse(line).execution)).toEqual(['r0', 'r100', 'r200', 'r300', 'r400']);
    expect(reads).toHaveLength(5);
    expect(lists).toHaveLength(2 * 90);
    expect(told).toEqual([`5 of 500 runs in 90 days changed _rare._tcp.${ZONE}`]);
  });

  it('a task is told by its first six digits', async () => {
    const { reads, around } = counting();
    const id = `${(333 + 0x100000).toString(16)}`;

    const { lines, told } = await command(busy(), history, { operands: [id], flags: ['json'], around });

    expect(lines.map((line) => JSON.parse(line).execution)).toEqual(['r333']);
    expect([reads.length, told]).toEqual([1, [`1 of 500 runs in 90 days changed something of ${id}`]]);
  });

  it('one that a step has put into the index twice is found by either entry', async () => {
    const world = busy();
    const { reads, around } = counting();
    const twice = outcome(world, 'twice', 200 * HOUR + 1, [came('_rare._tcp', '99999900')]);
    keep(world, twice);
    const { key } = objectAt('outcome', new Date(twice.endedAt).toISOString().slice(0, 10), 'twice');
    for (const other of ['zzz', '000']) {
      const body = { ...twice, dispositions: [came(`_${other}._tcp`, '88888800')] };
      const index = objectAt('index', key.split('/')[1] ?? '', 'twice', mentionsText(mentionsOf(body)));
      world.bucket.set(index.key, JSON.stringify({ kind: 'index', version: 1, body: { outcome: key } }));
    }

    const { lines } = await command(world, history, { operands: ['_rare._tcp'], flags: ['json'], around });

    expect(lines).toHaveLength(6);
    expect(reads).toHaveLength(6);
  });

  it('those that are not in the index are read, and said to be', async () => {
    const world = busy();
    const { reads, around } = counting();
    keep(world, outcome(world, 'before', 200 * HOUR + 1, [came('_rare._tcp', '99999900')]), false);
    keep(world, outcome(world, 'quiet', 200 * HOUR + 2, []), false);

    const { lines, told } = await command(world, history, { operands: ['_rare._tcp'], flags: ['json'], around });

    expect(lines).toHaveLength(6);
    expect(reads).toHaveLength(5 + 2);
    expect(told[0]).toMatch(/^2 runs are not in the index and had to be read: an earlier version has kept them, or/);
  });
});

/** A task that came, was stopped and has been gone for weeks, in which the schedule went on; its ARN. */
async function gone() {
  const around = shop();
  around.task(32_768);
  const arn = around.task(32_769);
  await around.run({}, 'first');
  await later(around, HOUR);
  const stop = await eventRun(around, () => around.aws.ecs.admin.stopTask(arn));
  for (let week = 0; week < 6; week += 1) {
    await later(around, 7 * DAY);
    await around.run({ trigger: 'schedule' });
  }
  return { around, arn, stop };
}

describe('a task that is gone for weeks', () => {
  it.each([
    { row: 'first six digits', of: (arn: string) => idOf(arn).slice(0, 6) },
    { row: 'id', of: idOf },
    { row: 'ARN', of: (arn: string) => arn },
  ])('is explained by its $row: what published it and why it left, when', async ({ of }) => {
    const { around, arn, stop } = await gone();
    const counted = counting();

    const { code, lines, told } = await command(around, explaining, { operands: [of(arn)], around: counted.around });

    const name = `${CALC}.${ZONE}`;
    expect(code).toBe(0);
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^\\d{4}-\\d\\d-\\d\\d .* ${name} .*:32769 .* published: it passes.* first$`)),
      expect.stringMatching(new RegExp(`^\\d{4}-\\d\\d-\\d\\d .* ${name} .*:32769 .* gone: .*stopped.* ${stop.name}$`)),
    ]);
    expect(told).toEqual(['from the outcomes of 90 days; nothing of it stands now']);
    const weeks = counted.reads.filter((key) => !key.endsWith('/first.json') && !key.endsWith(`/${stop.name}.json`));
    expect(new Set(weeks).size).toBeLessThanOrEqual(1);
  });

  it('is told by --json with times and runs, and its history is that of its values', async () => {
    const { around, arn, stop } = await gone();

    const story = await command(around, explaining, { operands: [idOf(arn)], flags: ['json'] });
    const past = await command(around, history, { operands: [idOf(arn)], flags: ['json'] });

    const told = JSON.parse(story.lines[0] ?? '');
    expect(told).toMatchObject([
      { reason: 'healthy', published: true, execution: 'first', at: expect.any(Number) },
      { reason: 'task-stopped', published: false, execution: stop.name, at: expect.any(Number) },
    ]);
    expect(past.lines.map((line) => JSON.parse(line).execution)).toEqual([stop.name, 'first']);
    expect(JSON.parse(past.lines[1] ?? '').changes).toHaveLength(1);
  });

  it('has no dry run in its story', async () => {
    const { around, arn } = await gone();
    const dry = { ...outcome(around, 'dry', 40 * DAY, [came('_calc._tcp', idOf(arn))]), dryRun: true };
    keep(around, { ...dry, dispositions: dry.dispositions.map((one) => ({ ...one, task: arn })) }, false);

    const { lines } = await command(around, explaining, { operands: [idOf(arn)], flags: ['json'] });

    const executions = JSON.parse(lines[0] ?? '').map(({ execution }: { execution: string }) => execution);
    expect(executions).toHaveLength(2);
    expect(executions).not.toContain('dry');
  });

  it('is told all the same where the index is lost, with a line that says so', async () => {
    const { around, arn } = await gone();
    const before = await command(around, explaining, { operands: [idOf(arn)] });
    lose(around);

    const { lines, told } = await command(around, explaining, { operands: [idOf(arn)] });

    expect(lines).toEqual(before.lines);
    expect(told[0]).toMatch(/^8 runs are not in the index and had to be read/);
  });

  it('is not known further back than was asked, and that is said', async () => {
    const { around, arn } = await gone();

    const { code, told } = await command(around, explaining, { operands: [idOf(arn)], texts: { days: '20' } });

    expect(code).toBe(1);
    expect(told[0]).toMatch(/no run has spoken of such a name or task in 20 days, and ECS has no such/);
  });

  it('that was never published is explained by the last run that left it out', async () => {
    const around = shop();
    const arn = around.task(32_770);
    around.health.set('10.0.1.23:32770', { state: 'failing', cause: 'HTTP 500' });
    for (let run = 0; run < 20; run += 1) {
      await around.run({ trigger: 'schedule' }, `run-${run}`);
      await later(around, HOUR);
    }
    around.aws.ecs.admin.stopTask(arn);
    await later(around, 7 * DAY);
    await around.run({ trigger: 'schedule' }, 'after');
    const counted = counting();

    const { lines } = await command(around, explaining, { operands: [idOf(arn)], around: counted.around });

    expect(lines).toEqual([expect.stringMatching(/32770 .*HTTP 500.* run-19$/)]);
    expect(new Set(counted.reads).size).toBeLessThanOrEqual(9);
  });

  it('is none that still runs: what is so now goes first', async () => {
    const around = shop();
    const arn = around.task(32_768);
    await around.run({});

    const { lines, told } = await command(around, explaining, { operands: [idOf(arn)] });

    expect(lines).toEqual([
      expect.stringMatching(/^_calc.* published: it passes its checks$/),
      expect.stringMatching(/^ {2}check http /),
    ]);
    expect(told).toEqual([expect.stringContaining('--now looks again')]);
  });
});

describe('an outcome whose index could not be written', () => {
  const fault = { AccessDenied: 403, SlowDown: 503, InternalError: 500 };

  it.each(Object.entries(fault))('by %s is told, costs the run nothing and hides nothing', async (name, status) => {
    const around = shop({
      around: async (call, perform) => {
        const { Key = '' } = call.input as { readonly Key?: string };
        if (call.operation !== 'PutObject' || !Key.startsWith('index/')) return perform();
        throw Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: status } });
      },
    });
    const arn = around.task(32_768);

    const run = await around.run({}, 'first');

    expect([run.end, run.states.filter((state) => state === 'PublishOutcome')]).toEqual([
      'ZoneInSync',
      ['PublishOutcome'],
    ]);
    expect(JSON.stringify(run.result)).toMatch(/index\/\S+ of the run bucket cannot be written/);
    expect([...around.bucket.keys()].filter((key) => key.startsWith('index/'))).toEqual([]);
    const { lines, told } = await command(around, history, { operands: [idOf(arn)] });
    expect(lines).toHaveLength(2);
    expect(told[0]).toMatch(/^1 run is not in the index and had to be read/);
  });
});

it('an outcome of 0.1, which knew no index, is found', async () => {
  const around = shop();
  const text = gunzipSync(readFileSync('test/fixtures/objects-0.1/outcome.json.gz')).toString();
  const kept = keptOutcome.parse(JSON.parse(text).body);
  const [{ name } = { name: '' }] = kept.refused;
  keep(around, { ...kept, endedAt: around.clock.now() - DAY }, false);

  const { lines } = await command(around, history, { operands: [name], flags: ['json'] });

  expect(lines.map((line) => JSON.parse(line).execution)).toEqual([kept.execution]);
});

it.each(HOSTILE_TEXTS.map((text, at) => ({ at, text })))(
  'hostile text $at is asked for, and harms nothing',
  async ({ text }) => {
    const around = shop();
    around.task(32_768);
    await around.run({});
    const asked: Asked = { operands: [text] };

    for (const what of [history, explaining]) {
      const { lines, told } = await command(around, what, asked);

      expect(lines).toEqual([]);
      expect(told.filter((line) => UNFIT.test(line))).toEqual([]);
    }
  },
);
