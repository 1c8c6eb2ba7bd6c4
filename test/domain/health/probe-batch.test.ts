import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../functions/domain/ecs/endpoint.ts';
import { probeBatches, unreachable } from '../../../functions/domain/health/probe-batch.ts';
import { candidate, endpoint } from '../../support/builders.ts';

const CHECK = { kind: 'http', path: '/health', timeout: 2_000, attempts: 3 } as const;
const EVERYWHERE = { probing: true };
const checked = (path = '/health'): Candidate =>
  candidate('1', { endpoint: endpoint('10.0.0.1', 80), check: { ...CHECK, path } });

describe('within the limits of the health checker', () => {
  const groups = fc.array(
    fc.record({
      kind: fc.constantFrom('plain', 'plain', 'escaped', 'no endpoint', 'no check'),
      length: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 1_023 })),
      times: fc.integer({ min: 1, max: 300 }),
    }),
    { maxLength: 12 },
  );
  const fleetOf = ({ kind, length, times }: { kind: string; length: number; times: number }): readonly Candidate[] => {
    const one =
      kind === 'no endpoint'
        ? candidate('2', { left: { reason: 'starting' } })
        : kind === 'no check'
          ? candidate('3', { endpoint: endpoint('10.0.0.3', 80) })
          : checked(`/${(kind === 'plain' ? 'a' : '"').repeat(length)}`);
    return Array.from({ length: times }, () => one);
  };

  it('a batch has at most 400 endpoints and 48 KiB, and every endpoint with a check is in one', () => {
    fc.assert(
      fc.property(groups, (parts) => {
        const fleet = parts.flatMap(fleetOf);

        const batches = probeBatches(fleet, EVERYWHERE);

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
    const size = (all: readonly unknown[]) => JSON.stringify(all).length;
    const first = Array.from({ length: 44 }, (_, id) => small(id, 1_000));
    const rest = 48 * 1024 - size([...first, small(44, 0)]);

    const exact = probeBatches(
      [...first, small(44, rest)].map(({ check }) => checked(check.path)),
      EVERYWHERE,
    );
    const beyond = probeBatches(
      [...first, small(44, rest + 1)].map(({ check }) => checked(check.path)),
      EVERYWHERE,
    );

    expect(exact.map(({ length }) => length)).toEqual([45]);
    expect(size(exact[0] ?? [])).toBe(48 * 1024);
    expect(beyond.map(({ length }) => length)).toEqual([44, 1]);
  });

  it('cuts after 400 small ones', () => {
    const batches = probeBatches(
      Array.from({ length: 801 }, () => checked('/')),
      EVERYWHERE,
    );

    expect(batches.map(({ length }) => length)).toEqual([400, 400, 1]);
  });
});

it('gives the checker address, port and check of an endpoint, and its place among the candidates', () => {
  const batches = probeBatches([candidate('0'), checked()], EVERYWHERE);

  expect(batches).toEqual([[{ id: 1, address: '10.0.0.1', port: 80, check: CHECK }]]);
});

it('probes nothing where the deployment does not probe', () => {
  const batches = probeBatches([checked()], { probing: false });

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
  const batches = probeBatches([at], settings);

  expect(why).toBe(reached ? undefined : 'it is in vpc-2, the health checker reaches vpc-1 only');
  expect(batches.flat()).toHaveLength(reached ? 1 : 0);
});

it('does not call an endpoint without a check unreachable', () => {
  const { check: _, ...unchecked } = { ...checked(), endpoint: endpoint('10.0.0.1', 80, { vpc: 'vpc-2' }) };

  expect(unreachable(unchecked, { probing: true, checkerVpc: 'vpc-1' })).toBeUndefined();
});
