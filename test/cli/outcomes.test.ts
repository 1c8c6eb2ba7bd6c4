import { describe, expect, it } from 'vitest';
import type { Context } from '../../cli/context.ts';
import { latestPicture, recentOutcomes } from '../../cli/outcomes.ts';
import { findOutcome } from '../../cli/runs.ts';
import { claimCheck } from '../../functions/contracts/claim-check.ts';
import { keys } from '../../functions/contracts/objects.ts';
import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import type { Disposition } from '../../functions/domain/plan/reason.ts';
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

/** A run bucket in memory with these outcomes in it, and how often it was read. */
function bucketOf(outcomes: readonly KeptOutcome[]) {
  const keyOf = ({ endedAt, execution }: KeptOutcome) =>
    keys.outcome(new Date(endedAt).toISOString().slice(0, 10), execution);
  const objects = new Map(outcomes.map((one) => [keyOf(one), one]));
  let reads = 0;
  const claims = claimCheck({
    get: async (key) => {
      reads += 1;
      const body = objects.get(key);
      return body && JSON.stringify({ kind: 'outcome', body });
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
  const context = { claims, listing, io: { now: () => NOW } } as unknown as Context;
  return { context, reads: () => reads };
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
