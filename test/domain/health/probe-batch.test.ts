import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../functions/domain/ecs/claim.ts';
import {
  type ProbePlan,
  type ProbeSettings,
  probeBatches,
  unreachable,
} from '../../../functions/domain/health/probe-batch.ts';
import { spanOf } from '../../../functions/domain/health/probe-packing.ts';
import { claim, endpoint } from '../../support/builders.ts';

const CHECK = { kind: 'http', path: '/health', timeout: 2_000, attempts: 3 } as const;
const EVERYWHERE = { probing: true };
const TURN = { startedAt: 0, pass: 1 };
const ROOMY = { batches: 1_000, seconds: 10_000, turn: TURN };
/** As much as a check may ask. */
const ASKED = {
  host: 'h'.repeat(253),
  service: '"'.repeat(200),
  statuses: Array.from({ length: 10 }, () => [200, 299] as const),
};
/** All batches, with room for each. */
const batchesOf = (claims: readonly Claim[], settings: ProbeSettings = EVERYWHERE) =>
  probeBatches(claims, settings, ROOMY).batches;
const checked = (path = '/health'): Claim =>
  claim('1', { endpoint: endpoint('10.0.0.1', 80), check: { ...CHECK, path } });

it('a pass that decides about some names probes no others, and nothing of it is beyond its room', () => {
  const fleet = ['a.', 'b.', 'a.'].map((name, index) => ({ ...checked(`/${index}`), name }));

  const { batches, beyond, wanted } = probeBatches(fleet, { ...EVERYWHERE, names: new Set(['a.']) }, ROOMY);

  expect(batches.flat().map(({ id }) => id)).toEqual([0, 2]);
  expect([beyond, wanted]).toEqual([[], 1]);
});

describe('within the limits of the health checker', () => {
  const groups = fc.array(
    fc.record({
      kind: fc.constantFrom('plain', 'plain', 'escaped', 'asked', 'no endpoint', 'no check'),
      length: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 1_023 })),
      times: fc.integer({ min: 1, max: 300 }),
    }),
    { maxLength: 12 },
  );
  const fleetOf = ({ kind, length, times }: { kind: string; length: number; times: number }): readonly Claim[] => {
    const one =
      kind === 'no endpoint'
        ? claim('2', { leftOut: { reason: 'starting' } })
        : kind === 'no check'
          ? claim('3', { endpoint: endpoint('10.0.0.3', 80) })
          : kind === 'asked'
            ? claim('4', { endpoint: endpoint('10.0.0.4', 80), check: { ...CHECK, ...ASKED } })
            : checked(`/${(kind === 'plain' ? 'a' : '"').repeat(length)}`);
    return Array.from({ length: times }, () => one);
  };

  it('a batch has at most 400 endpoints and 48 KiB, and every endpoint with a check is in one', () => {
    fc.assert(
      fc.property(groups, (parts) => {
        const fleet = parts.flatMap(fleetOf).map((one, task) => ({ ...one, task: `${task}` }));

        const batches = batchesOf(fleet);

        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(400);
          expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThanOrEqual(48 * 1024);
          expect(batch.length).toBeGreaterThan(0);
        }
        expect(batches.flat().map(({ id }) => id)).toEqual(
          fleet.flatMap(({ endpoint: at, check }, id) => (at && check ? [id] : [])),
        );
      }),
    );
  });

  it('fills a batch to the last byte, not beyond', () => {
    const small = (id: number, length: number) => ({
      id,
      address: '10.0.0.1',
      port: 80,
      check: { ...CHECK, path: `/${'a'.repeat(length)}` },
    });
    const one = ({ id, check }: ReturnType<typeof small>) => ({ ...checked(check.path), task: `${id}` });
    const size = (all: readonly unknown[]) => JSON.stringify(all).length;
    const first = Array.from({ length: 44 }, (_, id) => small(id, 1_000));
    const rest = 48 * 1024 - size([...first, small(44, 0)]);

    const exact = batchesOf([...first, small(44, rest)].map(one));
    const beyond = batchesOf([...first, small(44, rest + 1)].map(one));

    expect(exact.map(({ length }) => length)).toEqual([45]);
    expect(size(exact[0] ?? [])).toBe(48 * 1024);
    expect(beyond.map(({ length }) => length)).toEqual([44, 1]);
  });

  it('cuts after 400 small ones', () => {
    const batches = batchesOf(Array.from({ length: 801 }, (_, task) => ({ ...checked('/'), task: `${task}` })));

    expect(batches.map(({ length }) => length)).toEqual([400, 400, 1]);
  });
});

it('gives the checker address, port and check of an endpoint, and its place among the claims', () => {
  const batches = batchesOf([claim('0'), checked()]);

  expect(batches).toEqual([[{ id: 1, address: '10.0.0.1', port: 80, check: CHECK }]]);
});

it('probes nothing where the deployment does not probe', () => {
  const batches = batchesOf([checked()], { probing: false });

  expect(batches).toEqual([]);
});

it.each([
  { row: 'no checker VPC', vpc: 'vpc-1', reached: true },
  { row: 'the VPC of the checker', vpc: 'vpc-1', checkerVpc: 'vpc-1', reached: true },
  { row: 'an unknown VPC', checkerVpc: 'vpc-1', reached: true },
  { row: 'another VPC', vpc: 'vpc-2', checkerVpc: 'vpc-1', reached: false },
])('$row: reached $reached', ({ vpc, checkerVpc, reached }) => {
  const at = { ...checked(), endpoint: endpoint('10.0.0.1', 80, { ...(vpc !== undefined && { vpc }) }) };
  const settings = { probing: true, ...(checkerVpc !== undefined && { checkerVpc }) };

  const why = unreachable(at, settings);
  const batches = batchesOf([at], settings);

  const cause = 'it is in vpc-2, the health checker reaches vpc-1 only';
  expect(why).toEqual(reached ? undefined : { state: 'unprobed', kind: 'no-route', cause });
  expect(batches.flat()).toHaveLength(reached ? 1 : 0);
});

it('does not call an endpoint without a check unreachable', () => {
  const { check: _, ...unchecked } = { ...checked(), endpoint: endpoint('10.0.0.1', 80, { vpc: 'vpc-2' }) };

  expect(unreachable(unchecked, { probing: true, checkerVpc: 'vpc-1' })).toBeUndefined();
});

describe('where there is not room for all', () => {
  /** `count` tasks of one name, each with some ports, checked in the same way. */
  const fleet = (name: string, { count = 1, ports = 1, check = {}, prefix = name }: FleetOptions): Claim[] =>
    Array.from({ length: count * ports }, (_, index) =>
      claim(`${prefix}-${Math.floor(index / ports)}`, {
        name,
        endpoint: endpoint('10.0.0.1', 1 + index),
        check: { ...CHECK, ...check },
      }),
    );
  interface FleetOptions {
    readonly count?: number;
    readonly ports?: number;
    readonly check?: Partial<typeof CHECK | { path: string; timeout: number; attempts: number }>;
    readonly prefix?: string;
  }
  const namesIn = (claims: readonly Claim[], { batches }: ProbePlan) =>
    Map.groupBy(batches.flat(), ({ id }) => claims[id]?.name ?? '');
  const good = fleet('good', {});

  it.each([
    { row: 'tasks of one name', bad: fleet('bad', { count: 5_000 }) },
    { row: 'ports of one task, all under one name', bad: fleet('bad', { ports: 5_000 }) },
    {
      row: 'tasks with a hundred ports, each under a name of its own',
      bad: Array.from({ length: 100 }, (_, port) =>
        fleet(`bad-${port}`, { count: 500, prefix: 'bad', check: { path: `/${port}` } }),
      ).flat(),
    },
    {
      row: 'names of one task',
      bad: Array.from({ length: 3_000 }, (_, i) => fleet(`n${i}`, { prefix: 'one', check: { path: `/${i}` } })).flat(),
    },
    {
      row: 'paths of a thousand characters',
      bad: fleet('bad', { count: 800, check: { path: `/${'y'.repeat(999)}` } }),
    },
    {
      row: 'checks that take a hundred seconds',
      bad: fleet('bad', { count: 9_000, check: { timeout: 10_000, attempts: 10 } }),
    },
  ])('no $row keep another out', ({ bad }) => {
    for (const all of [
      [...bad, ...good],
      [...good, ...bad],
    ]) {
      const plan = probeBatches(all, EVERYWHERE, { batches: 5, seconds: 120, turn: TURN });

      expect(plan.beyond.length).toBeGreaterThan(0);
      expect(namesIn(all, plan).get('good')).toHaveLength(1);
    }
  });

  it('names share the room evenly', () => {
    const all = ['a', 'b', 'c', 'd'].flatMap((name, index) => fleet(name, { count: 200 * (index + 1) }));

    const found = namesIn(all, probeBatches(all, EVERYWHERE, { batches: 3, seconds: 120, turn: TURN }));

    expect([...found.values()].map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([200, 333, 333, 334]);
  });

  it('slow checks share batches, so that quick ones keep their time', () => {
    const slow = fleet('slow', { count: 6_000, check: { timeout: 10_000, attempts: 10 } });
    const quick = fleet('quick', { count: 2_000 });
    const all = slow.flatMap((one, index) => [one, ...quick.slice(index, index + 1)]);

    const plan = probeBatches(all, EVERYWHERE, { batches: 40, seconds: 110, turn: TURN });

    expect(spanOf(plan.batches)).toBeLessThanOrEqual(110_000);
    expect(namesIn(all, plan).get('quick')).toHaveLength(2_000);
    const mixed = plan.batches.filter((batch) => new Set(batch.map(({ check }) => check.attempts)).size > 1);
    expect(mixed.length).toBeLessThanOrEqual(1);
  });

  it('others come first in another run, and everybody within a few', () => {
    const all = fleet('one', { count: 2_000 });
    const seen = new Set<number>();

    for (let run = 0; run < 12; run += 1) {
      const turn = { startedAt: run * 300_000, pass: 1 };
      for (const { id } of probeBatches(all, EVERYWHERE, { batches: 2, seconds: 120, turn }).batches.flat())
        seen.add(id);
    }

    expect(seen.size).toBe(2_000);
  });

  it('whatever the fleet: within the room, each endpoint once, and the same again', () => {
    const groups = fc.array(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c'),
        count: fc.integer({ min: 1, max: 300 }),
        ports: fc.integer({ min: 1, max: 4 }),
        path: fc.integer({ min: 1, max: 1_000 }),
        timeout: fc.integer({ min: 1, max: 10_000 }),
        attempts: fc.integer({ min: 1, max: 10 }),
      }),
      { maxLength: 6 },
    );
    const room = fc.record({
      batches: fc.integer({ min: 1, max: 12 }),
      seconds: fc.integer({ min: 100, max: 200 }),
      turn: fc.record({ startedAt: fc.nat(), pass: fc.integer({ min: 1, max: 9 }) }),
    });
    fc.assert(
      fc.property(groups, room, (parts, limits) => {
        const all = parts.flatMap(({ name, count, ports, path, ...check }, at) =>
          fleet(name, { count, ports, prefix: `${at}`, check: { ...check, path: '/'.repeat(path) } }),
        );

        const plan = probeBatches(all, EVERYWHERE, limits);

        expect(plan).toEqual(probeBatches(all, EVERYWHERE, limits));
        expect(plan.batches.length).toBeLessThanOrEqual(limits.batches);
        expect(spanOf(plan.batches)).toBeLessThanOrEqual(limits.seconds * 1_000);
        for (const batch of plan.batches) {
          expect(batch.length).toBeLessThanOrEqual(400);
          expect(JSON.stringify(batch).length).toBeLessThanOrEqual(48 * 1024);
        }
        const ids = [...plan.batches.flat().map(({ id }) => id), ...plan.beyond];
        expect(ids.toSorted((one, other) => one - other)).toEqual(all.map((_, id) => id));
        if (plan.beyond.length === 0) expect(plan.batches.length).toBeLessThanOrEqual(Math.max(plan.wanted, 1) + 4);
      }),
      { numRuns: 60 },
    );
  });
});
