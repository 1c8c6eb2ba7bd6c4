import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../functions/domain/ecs/claim.ts';
import { judgedOf } from '../../../functions/domain/health/judged.ts';
import { probeBatches, type Target } from '../../../functions/domain/health/probe-batch.ts';
import type { ProbeVerdict } from '../../../functions/domain/health/verdict.ts';
import { claim, endpoint, FAILING, PASSING } from '../../support/builders.ts';

const CHECK = { kind: 'http', path: '/health', timeout: 2_000, attempts: 3 } as const;
const ROOM = { batches: 100, seconds: 1_000, turn: { startedAt: 0, pass: 1 } };
const PROBING = { probing: true };
const named = (name: string, extra: Partial<Claim> = {}): Claim =>
  claim('1', { name, endpoint: endpoint('10.0.0.1', 80), check: CHECK, ...extra });
const asked = (claims: readonly Claim[], room = ROOM, settings: Parameters<typeof probeBatches>[1] = PROBING) =>
  probeBatches(claims, settings, room)
    .batches.flat()
    .map(({ id }) => id);

describe('one probe answers for', () => {
  const first = named('a.');

  it.each([
    { row: 'another name of the port', other: named('b.'), once: true },
    {
      row: 'an address name of the port, which serves at it',
      other: named('b.', { endpoint: { ...endpoint('10.0.0.1', 0), servesAt: 80 } }),
      once: true,
    },
    { row: 'another port', other: named('b.', { endpoint: endpoint('10.0.0.1', 81) }), once: false },
    { row: 'another address', other: named('b.', { endpoint: endpoint('10.0.0.2', 80) }), once: false },
    {
      row: 'both addresses of an endpoint',
      other: named('b.', { endpoint: endpoint('10.0.0.1', 80, { address6: 'fd00::1' }) }),
      once: false,
    },
    { row: 'another check', other: named('b.', { check: { ...CHECK, path: '/other' } }), once: false },
    { row: 'another task', other: named('b.', { task: 'arn:other' }), once: false },
  ])('$row: $once', ({ other, once }) => {
    expect(asked([first, other])).toEqual(once ? [0] : [0, 1]);
  });

  it('is asked for by the first of the names that a pass decides about', () => {
    const settings = { ...PROBING, names: new Set(['b.', 'c.']) };

    expect(asked([named('a.'), named('b.'), named('c.')], ROOM, settings)).toEqual([1]);
  });
});

it('without room for the one probe, none of the names is judged', () => {
  const judged = judgedOf([named('a.'), named('b.')], { verdicts: new Map(), beyond: new Set([0]) }, PROBING);

  expect(judged.map(({ verdict }) => verdict?.state)).toEqual(['unknown', 'unknown']);
  expect(new Set(judged.map(({ probe }) => probe && 'cause' in probe && probe.cause)).size).toBe(1);
});

it('whatever the fleet: every claim has the verdict that its own probe would have brought', () => {
  const fleets = fc.array(
    fc.record({
      name: fc.constantFrom('a.', 'b.', 'c.'),
      task: fc.constantFrom('1', '2'),
      port: fc.constantFrom(80, 81),
      path: fc.constantFrom('/', '/health'),
      kind: fc.constantFrom('checked', 'checked', 'checked', 'plain', 'left out'),
    }),
    { maxLength: 30 },
  );
  const claimOf = ({
    name,
    task,
    port,
    path,
    kind,
  }: {
    name: string;
    task: string;
    port: number;
    path: string;
    kind: string;
  }) =>
    claim(task, {
      name,
      ...(kind === 'left out'
        ? { leftOut: { reason: 'starting' as const } }
        : { endpoint: endpoint(`10.0.0.${task}`, port) }),
      ...(kind !== 'plain' && { check: { ...CHECK, path } }),
    });
  const answerOf = ({ address, port, check }: Target): ProbeVerdict =>
    (address.length + port + (check.path?.length ?? 0) + Number(address.at(-1))) % 2 === 0 ? PASSING : FAILING;

  fc.assert(
    fc.property(fleets, (parts) => {
      const claims = parts.map(claimOf);

      const { batches, beyond } = probeBatches(claims, PROBING, ROOM);
      const verdicts = new Map(batches.flat().map((target) => [target.id, answerOf(target)]));
      const judged = judgedOf(claims, { verdicts, beyond: new Set(beyond) }, PROBING);

      const alone = claims.flatMap((one) => {
        const own = probeBatches([one], PROBING, ROOM).batches.flat();
        return judgedOf(
          [one],
          { verdicts: new Map(own.map((target) => [0, answerOf(target)])), beyond: new Set() },
          PROBING,
        );
      });
      expect(judged).toEqual(alone);
      const places = batches.flat().map(({ id, ...target }) => `${claims[id]?.task} ${JSON.stringify(target)}`);
      expect(new Set(places).size).toBe(places.length);
    }),
  );
});
