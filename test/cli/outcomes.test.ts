import { describe, expect, it } from 'vitest';
import type { Context } from '../../cli/context.ts';
import { latestPicture, recentOutcomes } from '../../cli/outcomes.ts';
import { findOutcome } from '../../cli/runs.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import { UnavailableError } from '../../functions/domain/words/errors.ts';
import type { Disposition } from '../../functions/domain/words/reason.ts';
import { CALC, NOW, TIME } from '../support/builders.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

const published = (name: string, port: number, reason: 'running' | 'healthy' = 'running'): Disposition => ({
  outcome: 'published',
  reason,
  name,
  target: 'ip-10-0-0-1.ecs.shop.internal.',
  port,
});

const outcome = (execution: string, ago: number, about: Partial<KeptOutcome> = {}): KeptOutcome => ({
  execution,
  state: 'in-sync',
  trigger: 'schedule',
  startedAt: NOW - ago - 1_000,
  dryRun: false,
  endedAt: NOW - ago,
  error: '',
  cause: '',
  dispositions: [],
  refused: [],
  held: [],
  findings: [],
  ...about,
});

/** What stands under the key of an outcome in its place: a text, or why S3 does not give it. */
type Broken = string | Error;

/** A run bucket in memory with these outcomes in it, some of them broken; how often it was read, and what was told. */
function bucketOf(outcomes: readonly KeptOutcome[], broken: Readonly<Record<string, Broken>> = {}) {
  const keyOf = ({ endedAt, execution }: KeptOutcome) =>
    objectAt('outcome', new Date(endedAt).toISOString().slice(0, 10), execution).key;
  const objects = new Map(outcomes.map((one) => [keyOf(one), one]));
  let reads = 0;
  const payloads = payloadsIn({
    get: async (key) => {
      reads += 1;
      const body = objects.get(key);
      const instead = broken[body?.execution ?? ''];
      if (instead instanceof Error) throw instead;
      return instead ?? (body && JSON.stringify({ kind: 'outcome', body }));
    },
    put: async () => {},
    revise: async () => {},
  });
  const listing = {
    list: async (prefix: string) =>
      [...objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { endedAt }]) => ({ key, writtenAt: endedAt }))
        .sort((one, other) => (one.key < other.key ? -1 : 1)),
  };
  const told: string[] = [];
  const io = { now: () => NOW, tell: (line: string) => void told.push(line) };
  const context = { payloads, listing, io } as unknown as Context;
  return { context, reads: () => reads, told };
}

const names = async (context: Context, days: number) => {
  const found: string[] = [];
  for await (const { execution } of recentOutcomes(context, days)) found.push(execution);
  return found;
};

describe('kept outcomes', () => {
  it('come newest first, whatever their names, as far back as asked', async () => {
    const { context } = bucketOf([
      outcome('a', HOUR),
      outcome('z', 2 * HOUR),
      outcome('m', DAY),
      outcome('n', 2 * DAY),
    ]);

    expect(await names(context, 2)).toEqual(['a', 'z', 'm']);
    expect(await names(context, 90)).toEqual(['a', 'z', 'm', 'n']);
  });

  it('are read only as far as somebody wants them', async () => {
    const { context, reads } = bucketOf(Array.from({ length: 100 }, (_, index) => outcome(`r${index}`, index * 1_000)));

    for await (const { execution } of recentOutcomes(context, 1)) if (execution === 'r1') break;

    expect(reads()).toBeLessThan(20);
  });

  it('of a run that crossed midnight are found under the day on which they were written', async () => {
    const midnight = Date.parse('2026-11-22T00:00:00Z');
    const { context } = bucketOf([outcome('late', NOW - (midnight - 1_000))]);
    const view = { name: 'late', status: 'SUCCEEDED', input: '{}', error: '', cause: '' } as const;

    const found = await findOutcome(context, { ...view, startedAt: midnight - 5_000, endedAt: midnight + 500 });

    expect(found?.execution).toBe('late');
  });
});

describe('an outcome that cannot be read', () => {
  const three = [outcome('a', HOUR), outcome('bad', 2 * HOUR), outcome('c', 3 * HOUR)];
  const forbidden = Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });

  it.each<{ row: string; broken: Broken; why: string }>([
    { row: 'garbage', broken: '{"kind":"outcome"', why: 'it is no JSON' },
    { row: 'empty', broken: '', why: 'it is no JSON' },
    { row: 'without an envelope', broken: '[]', why: 'no envelope' },
    { row: 'of another kind', broken: JSON.stringify({ kind: 'plan', body: {} }), why: 'want "outcome"' },
    { row: 'of another shape', broken: JSON.stringify({ kind: 'outcome', body: { execution: 'bad' } }), why: 'shape' },
    {
      row: 'of a later version',
      broken: JSON.stringify({ kind: 'outcome', version: 2, body: outcome('bad', HOUR) }),
      why: 'version 2 wrote it, this one knows 1',
    },
    { row: 'that may not be read', broken: forbidden, why: 'AccessDenied: Access Denied' },
    {
      row: 'with a terminal sequence in what S3 says',
      broken: new Error('\u001b[2Jgone'),
      why: String.raw`\u001b[2Jgone`,
    },
  ])('$row is skipped, with a line', async ({ broken, why }) => {
    const { context, told } = bucketOf(three, { bad: broken });

    const read = await names(context, 1);

    expect(read).toEqual(['a', 'c']);
    expect(told).toEqual([expect.stringMatching(/^skipped outcomes\/2026-11-22\/bad\.json, which cannot be read: /)]);
    expect(told[0]).toContain(why);
  });

  it('is named, of many the first five and their number', async () => {
    const many = Array.from({ length: 12 }, (_, index) => outcome(`r${index}`, index * 1_000));
    const { context, told } = bucketOf(many, Object.fromEntries(many.map(({ execution }) => [execution, '{'])));

    const read = await names(context, 1);

    expect(read).toEqual([]);
    expect(told).toHaveLength(6);
    expect(told.at(-1)).toBe('skipped 12 outcomes in all that cannot be read');
  });

  it('is none that is skipped where the first ones may not be read: the others may not either', async () => {
    const many = Array.from({ length: 30 }, (_, index) => outcome(`r${index}`, index * 1_000));
    const { context, reads } = bucketOf(many, Object.fromEntries(many.map(({ execution }) => [execution, forbidden])));

    await expect(names(context, 1)).rejects.toMatchObject({ name: 'AccessDenied', message: 'Access Denied' });

    expect(reads()).toBeLessThan(10);
  });

  it('says nothing of what is: without any that can be read there is no picture', async () => {
    const { context } = bucketOf(three, { a: '{', bad: '{', c: '{' });

    await expect(latestPicture(context)).rejects.toThrow(
      /^none of the last 3 kept outcomes can be read: skipped outcomes\/2026-11-22\/a\.json, .*it is no JSON$/,
    );
  });

  it('is told where a person waits for that very run', async () => {
    const { context, told } = bucketOf(three, { bad: '{' });
    const view = { name: 'bad', status: 'SUCCEEDED', input: '{}', error: '', cause: '' } as const;

    const found = await findOutcome(context, { ...view, startedAt: NOW - 2 * HOUR, endedAt: NOW - 2 * HOUR });

    expect(found).toBeUndefined();
    expect(told[0]).toContain('it is no JSON');
  });

  it('throws what passes: a service that is not there says nothing of the object', async () => {
    const { context } = bucketOf(three, { bad: new UnavailableError('s3:GetObject was not available') });

    await expect(names(context, 1)).rejects.toThrow('was not available');
  });
});

describe('the latest picture', () => {
  const full = outcome('full', 2 * HOUR, {
    dispositions: [published(CALC, 80), published(TIME, 81)],
    findings: ['look'],
  });

  it('is the last full run, and what event runs have told since', async () => {
    const event = outcome('events', HOUR, {
      trigger: 'events',
      dispositions: [
        { ...published(CALC, 80), outcome: 'removed', reason: 'task-stopped' },
        published(CALC, 90, 'healthy'),
      ],
    });
    const before = outcome('before', 3 * HOUR, { dispositions: [published('api.shop.internal.', 1)] });
    const { context } = bucketOf([before, full, event]);

    const { fullRunAt, dispositions, findings } = await latestPicture(context);

    const standing = dispositions
      .filter((one) => one.outcome === 'published')
      .map(({ name, port }) => `${name} ${port}`);
    expect(fullRunAt).toBe(NOW - 2 * HOUR);
    expect(standing.sort()).toEqual([`${CALC} 90`, `${TIME} 81`]);
    expect(findings).toEqual(['look']);
  });

  it.each([
    {
      row: 'a dry run',
      later: outcome('dry', HOUR, { dryRun: true, dispositions: [published('x.shop.internal.', 1)] }),
    },
    { row: 'a run that failed', later: outcome('bad', HOUR, { state: 'failed' }) },
  ])('is not that of $row', async ({ later }) => {
    const { context } = bucketOf([full, later]);

    const { fullRunAt, dispositions } = await latestPicture(context);

    expect(fullRunAt).toBe(NOW - 2 * HOUR);
    expect(dispositions).toHaveLength(2);
  });

  it('is unknown, not empty, where there was no full run in two days', async () => {
    const { context } = bucketOf([outcome('old', 3 * DAY)]);

    const { fullRunAt } = await latestPicture(context);

    expect(fullRunAt).toBeUndefined();
  });
});
