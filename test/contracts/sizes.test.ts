import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { INLINE_BYTES, payloadsIn } from '../../functions/contracts/crossing.ts';
import * as contracts from '../../functions/contracts/states.ts';
import { roomToObserve } from '../../functions/domain/reading/budget.ts';
import { clusterNames, GROUP_CLUSTERS } from '../../functions/domain/reading/groups.ts';
import { summarize } from '../../functions/domain/telling/summary.ts';
import {
  BYTES_PER_PROBE_BATCH,
  ENDPOINTS_PER_PROBE_BATCH,
  MAX_GROUPS_PER_RUN,
  MAX_STATE_BYTES,
} from '../../functions/domain/words/quotas.ts';

const EXECUTION = 'e'.repeat(80);
const LATE = 9_999_999_999_999;
const bytes = (payload: unknown) => Buffer.byteLength(JSON.stringify(payload));
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const key = (what: string) => ({ key: `runs/${EXECUTION}/99/${what}.json` });
/** In the state of each step and each iteration. */
const spent = { calls: 99_999, transitions: 24_999, failed: 999 };

const run: contracts.RunState = {
  execution: EXECUTION,
  trigger: 'schedule',
  kind: 'event',
  startedAt: LATE,
  dryRun: false,
  approve: 'f'.repeat(64),
  pass: 99,
  round: 5,
  looks: 99,
  scope: key('scope'),
  messages: key('receipts'),
  spent,
};

/** The largest payload of one contract, checked against it: a shape that the contract refuses proves nothing. */
function largest<T extends z.ZodType>(contract: T, payload: z.input<T>): number {
  contract.parse(payload);
  return bytes(payload);
}

describe('the health checker', () => {
  const targets = (path: string) =>
    times(ENDPOINTS_PER_PROBE_BATCH, (id) => ({
      id: 100_000 + id,
      address: '255.255.255.255',
      port: 65_535,
      check: { kind: 'https' as const, path, timeout: 10_000, attempts: 10 },
    }));
  const verdicts = (cause: string) =>
    times(ENDPOINTS_PER_PROBE_BATCH, (id) => ({ id: 100_000 + id, state: 'failing' as const, cause }));

  it('is given little: a batch is cut at 48 KiB, and what surrounds it is small', () => {
    const surrounding = bytes({
      run,
      group: 149,
      number: 9_999,
      inlineBytes: INLINE_BYTES,
      batch: key('batch'),
    });

    contracts.loadBatchContract.output.parse({ targets: targets('/health') });
    expect(BYTES_PER_PROBE_BATCH + surrounding).toBeLessThan(MAX_STATE_BYTES / 4);
  });

  it.each([
    { row: 'plain causes', cause: 'x'.repeat(160) },
    { row: 'causes in letters of three bytes', cause: '錯'.repeat(160) },
    { row: 'causes in quotes', cause: '"'.repeat(160) },
  ])('returns 400 verdicts with the longest $row', ({ cause }) => {
    const output = largest(contracts.checkHealthContract.output, { verdicts: verdicts(cause) });

    expect(output + BYTES_PER_PROBE_BATCH).toBeLessThan(MAX_STATE_BYTES);
  });

  it('may not return a longer cause, one that JSON makes six times as long, nor more verdicts', () => {
    const { output } = contracts.checkHealthContract;

    expect(output.safeParse({ verdicts: verdicts('\u0001') }).success).toBe(false);
    expect(output.safeParse({ verdicts: verdicts('\ud83d') }).success).toBe(false);
    expect(output.safeParse({ verdicts: verdicts('x'.repeat(161)) }).success).toBe(false);
    expect(output.safeParse({ verdicts: [...verdicts('x'), ...verdicts('x')] }).success).toBe(false);
  });
});

describe('a claim', () => {
  it('is never larger inline than what may stay inline', async () => {
    const payloads = payloadsIn({
      get: async () => undefined,
      put: async () => undefined,
      revise: async () => undefined,
    });

    for (const inlineBytes of [0, 131, INLINE_BYTES]) {
      for (const length of [0, 100, inlineBytes, 2 * INLINE_BYTES]) {
        const saved = await payloads.save(
          { kind: 'clusters-beyond', ...key('clusters-beyond') },
          ['é'.repeat(length)],
          inlineBytes,
        );
        expect('key' in saved || bytes(saved.inline) <= inlineBytes).toBe(true);
      }
    }
  });
});

describe('as many groups of clusters as one run may have, with the longest names', () => {
  const arn = (index: number) =>
    `arn:aws-us-gov:ecs:us-gov-west-1:123456789012:cluster/${`${index}-`.padEnd(255, 'x')}`;
  const names = (group: number) => clusterNames(times(GROUP_CLUSTERS, (index) => arn(group * GROUP_CLUSTERS + index)));
  const groups = times(MAX_GROUPS_PER_RUN, (group) => ({
    group,
    names: names(group),
    clusters: key(`group-${group}/clusters`),
    inlineBytes: 218,
    probes: { batches: 999, seconds: 100, wanted: 9_999 },
    portion: {
      burst: 0.002,
      refill: 0.333,
      reads: { calls: 1_234.567, before: 12_345.678, from: Date.UTC(2026, 0, 1) },
    },
  }));
  const room = roomToObserve(MAX_GROUPS_PER_RUN, { kind: 'full' });
  const listed = largest(contracts.listClustersContract.output, {
    groups,
    atOnce: 10,
    unlisted: 0,
    beyond: key('clusters-beyond'),
    spent,
  });
  /** All that CollectTasks says of a group stays in the state until CompleteReading has joined it. */
  const collectedOf = (group: number) => ({
    group,
    names: names(group),
    observation: 'read' as const,
    unread: 99,
    tasks: 99_999,
    instances: 99_999,
    inlineBytes: 218,
    result: key(`group-${group}/observation`),
    spent,
  });
  const observing = (observed: readonly contracts.ObservedGroup[]) =>
    largest(contracts.completeReadingContract.input, {
      run,
      snapshot: key('snapshot'),
      observed: [...observed],
      beyond: key('beyond'),
    });

  it('are listed and observed within one state', () => {
    const observed = observing(
      times(MAX_GROUPS_PER_RUN, (group) => ({
        ...collectedOf(group),
        verdicts: times(group === 0 ? room.probeBatches - MAX_GROUPS_PER_RUN + 1 : 1, (batch) => ({
          verdicts: key(`group-${group}/verdicts-${batch}`),
          savedAt: LATE,
          spent,
        })),
      })),
    );

    expect(listed + observed).toBeLessThan(MAX_STATE_BYTES);
  });

  it('one with as many batches of probes as a run has room for crosses the states as well', () => {
    const { probeBatches } = roomToObserve(1, { kind: 'full' });
    const batches = times(probeBatches, (number) => ({ number, batch: key(`group-0/targets-${number}`) }));
    const collected = largest(contracts.collectTasksContract.output, { ...collectedOf(0), batches });
    const observed = observing([
      {
        ...collectedOf(0),
        verdicts: times(probeBatches, (batch) => ({
          verdicts: key(`group-0/verdicts-${batch}`),
          savedAt: LATE,
          spent,
        })),
      },
    ]);

    expect(collected + observed).toBeLessThan(MAX_STATE_BYTES);
  });

  it('fail within one state, all of them', () => {
    const observed = observing(
      groups.map(({ group, names: shown, clusters }) => ({
        group,
        names: shown,
        clusters,
        observation: 'unread' as const,
        error: 'E'.repeat(256),
      })),
    );

    expect(listed + observed).toBeLessThan(MAX_STATE_BYTES);
  });
});

describe('twice as many batches as 100,000 instances take', () => {
  // Replacing 100,000 values of 44 characters sends each twice: 8,800,000 characters in batches of 32,000 are 275.
  const batches = times(600, (index) => ({
    index,
    after: [Math.max(0, index - 1)],
    batch: key(`batch-${index}`),
    readAt: LATE,
  }));
  const summary = summarize({
    dispositions: times(1_000, (index) => ({
      outcome: 'removed' as const,
      reason: 'task-stopped' as const,
      name: `${'n'.repeat(253)}.`,
      target: `${'t'.repeat(253)}.`,
      port: 60_000 + index,
      task: `arn:aws-us-gov:ecs:us-gov-west-1:123456789012:task/${'c'.repeat(255)}/${'f'.repeat(32)}`,
    })),
    findings: times(100, () => 'f'.repeat(10_000)),
  });

  it('cross the states with what was planned and what became of it', () => {
    const planned = largest(contracts.planChangesContract.output, {
      batches,
      settled: false,
      reading: 'fresh',
      summary,
      spent,
    });
    const applied = times(batches.length, (index) => ({
      index,
      applied: 999,
      moved: 999,
      refused: 999,
      stale: 999,
      spent,
    }));

    const verified = largest(contracts.verifyChangesContract.input, { run, batches, applied });

    expect(planned).toBeLessThan(MAX_STATE_BYTES);
    expect(verified + bytes(summary)).toBeLessThan(MAX_STATE_BYTES);
  });

  it('leave room for the outcome', () => {
    const outcome = largest(contracts.publishOutcomeContract.output, {
      state: 'held',
      error: 'RemovalsHeldError',
      cause: 'c'.repeat(4_000),
      summary,
    });

    expect(outcome).toBeLessThan(MAX_STATE_BYTES / 10);
  });

  it('leave room for what verification found', () => {
    const output = largest(contracts.verifyChangesContract.output, {
      next: 'again',
      seconds: 30,
      run,
      disagreements: times(10, () => 'd'.repeat(400)),
      spent,
    });

    expect(output).toBeLessThan(MAX_STATE_BYTES / 10);
  });
});
