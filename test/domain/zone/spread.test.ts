import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { octetsAround, octetsOfSrv } from '../../../functions/domain/dns/answer.ts';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { endpointKey } from '../../../functions/domain/ecs/claim.ts';
import { CAPACITY } from '../../../functions/domain/zone/capacity.ts';
import type { OurValue } from '../../../functions/domain/zone/routing.ts';
import { isPart, type Layout, layOut, setsOfParts } from '../../../functions/domain/zone/spread.ts';
import { CALC, NAMING, ourText, ourValue, srvSet } from '../../support/builders.ts';

/** A part holds four values of these addresses. */
const FOUR = { ...CAPACITY, sets: 5, octets: octetsAround(CALC) + 4 * octetsOfSrv(ourValue('10.0.0.1', 1)) };
const at = (index: number): OurValue => {
  const value = ourValue(`10.0.0.${index}`, 80);
  return { key: endpointKey(value), value };
};
const all = (...indices: readonly number[]) => indices.map(at);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const part = (number: number, indices: readonly number[], about: Partial<RecordSet> = {}) =>
  srvSet(
    CALC,
    indices.map((index) => ourText(`10.0.0.${index}`, 80)),
    { policy: 'weighted', setIdentifier: `ecs/part-${number}`, weight: indices.length, ...about },
  );
const lastOf = ({ value }: OurValue) => Number(/-(\d+)\./.exec(value.target)?.[1]);
const shown = ({ parts }: Layout<OurValue>) =>
  parts.map(({ number, members }) => `${number}: ${members.map(lastOf).join(' ')}`.trim());

interface Case {
  readonly row: string;
  readonly current: readonly RecordSet[];
  readonly staying: readonly number[];
  readonly entering?: readonly number[];
  readonly merges?: boolean;
  readonly parts: readonly string[];
  readonly over?: readonly number[];
}

it.each<Case>([
  {
    row: 'nothing stands: as many parts as three quarters of each hold',
    current: [],
    staying: [],
    entering: range(1, 7),
    parts: ['1: 1 3 5', '2: 2 4 6'],
  },
  {
    row: 'a simple set stands: the same for what is in it',
    current: [
      srvSet(
        CALC,
        range(1, 7).map((index) => ourText(`10.0.0.${index}`, 80)),
      ),
    ],
    staying: range(1, 7),
    parts: ['1: 1 3 5', '2: 2 4 6'],
  },
  {
    row: 'one comes: the emptiest part has it',
    current: [part(1, [1, 2, 3]), part(2, [4, 5])],
    staying: range(1, 6),
    entering: [9],
    parts: ['1: 1 2 3', '2: 4 5 9'],
  },
  {
    row: 'one goes and one comes: in the part that changes anyway',
    current: [part(1, [1, 2, 3, 6]), part(2, [4, 5])],
    staying: range(1, 6),
    entering: [9],
    parts: ['1: 1 2 3 9', '2: 4 5'],
  },
  {
    row: 'one comes, and all are full: half of one makes another',
    current: [part(1, [1, 2, 3, 4]), part(2, [5, 6, 7, 8])],
    staying: range(1, 9),
    entering: [9],
    parts: ['1: 1 2 9', '2: 5 6 7 8', '3: 3 4'],
  },
  {
    row: 'many come: new parts beside those that stand',
    current: [part(1, [1, 2, 3, 4])],
    staying: range(1, 5),
    entering: range(5, 10),
    parts: ['1: 1 2 3 4', '2: 5 7 9', '3: 6 8'],
  },
  {
    row: 'there are no more sets',
    current: range(1, 6).map((number) => part(number, range(10 * number, 10 * number + 4))),
    staying: range(1, 6).flatMap((number) => range(10 * number, 10 * number + 4)),
    entering: [1],
    parts: range(1, 6).map((number) => `${number}: ${range(10 * number, 10 * number + 4).join(' ')}`),
    over: [1],
  },
  {
    row: 'sets of others count, and theirs are not touched',
    current: [
      ...range(1, 4).map((number) => part(number, range(10 * number, 10 * number + 4))),
      part(4, [1], { attributes: ['HealthCheckId'] }),
      srvSet(CALC, ['1 1 80 db.example.'], { policy: 'weighted', setIdentifier: 'theirs', weight: 1 }),
    ],
    staying: range(1, 4).flatMap((number) => range(10 * number, 10 * number + 4)),
    entering: [2],
    parts: range(1, 4).map((number) => `${number}: ${range(10 * number, 10 * number + 4).join(' ')}`),
    over: [2],
  },
  {
    row: 'two that are together half full become one',
    current: [part(1, [1, 2, 3, 4]), part(2, [5, 6, 7]), part(3, [8, 9])],
    staying: [1, 2, 3, 4, 5, 8],
    parts: ['1: 1 2 3 4', '2: 5 8', '3:'],
  },
  {
    row: 'not in an event run',
    current: [part(1, [1, 2, 3, 4]), part(2, [5, 6, 7]), part(3, [8, 9])],
    staying: [1, 2, 3, 4, 5, 8],
    merges: false,
    parts: ['1: 1 2 3 4', '2: 5', '3: 8'],
  },
  {
    row: 'what stands twice stays in the first part',
    current: [part(1, [1, 2, 3]), part(2, [3, 4, 5])],
    staying: range(1, 6),
    parts: ['1: 1 2 3', '2: 4 5'],
  },
])('$row', ({ current, staying, entering = [], merges = true, parts, over = [] }) => {
  const layout = layOut(
    { staying: all(...staying), entering: all(...entering) },
    { ownerName: CALC, naming: NAMING, capacity: FOUR, current, merges },
  );

  expect(shown(layout)).toEqual(parts);
  expect(layout.over.map(lastOf)).toEqual(over);
});

it('a set weighs as many as it has values, and is told by its identifier', () => {
  const { parts } = layOut(
    { staying: [], entering: all(...range(1, 7)) },
    { ownerName: CALC, naming: NAMING, capacity: FOUR, current: [], merges: true },
  );

  const sets = setsOfParts(parts, CALC, 5);

  expect(sets).toEqual([part(1, [1, 3, 5]), part(2, [2, 4, 6])]);
  expect(sets.map((set) => isPart(set, NAMING))).toEqual([true, true]);
});

describe('whose set is a part of ours', () => {
  it.each<{ row: string; set: RecordSet; ours: boolean }>([
    { row: 'ours', set: part(12, [1]), ours: true },
    { row: 'of another deployment', set: part(1, [1], { setIdentifier: 'blue/part-1' }), ours: false },
    { row: 'with a value of others', set: srvSet(CALC, ['1 1 80 x.'], part(1, [1])), ours: true },
    { row: 'of one endpoint', set: part(1, [1], { setIdentifier: 'ecs/ip-10-0-0-1:80' }), ours: false },
    { row: 'with another number', set: part(1, [1], { setIdentifier: 'ecs/part-01' }), ours: false },
    { row: 'multivalue', set: part(1, [1], { policy: 'multivalue' }), ours: false },
    { row: 'with a health check', set: part(1, [1], { attributes: ['HealthCheckId'] }), ours: false },
  ])('$row', ({ set, ours }) => {
    expect(isPart(set, NAMING)).toBe(ours);
  });
});

it('places each value once, none in a part that is full, and moves none that stands', () => {
  const indices = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 30 });
  fc.assert(
    fc.property(indices, indices, fc.boolean(), (standing, coming, merges) => {
      const about = { ownerName: CALC, naming: NAMING, capacity: { ...FOUR, sets: 20 }, merges };
      const before = layOut({ staying: [], entering: all(...standing) }, { ...about, current: [] });
      const current = setsOfParts(before.parts, CALC, 5);
      const staying = standing.filter((index) => index % 3 !== 0);
      const entering = coming.filter((index) => !standing.includes(index));

      const { parts, over } = layOut({ staying: all(...staying), entering: all(...entering) }, { ...about, current });

      const placed = parts.flatMap(({ members }) => members.map(lastOf));
      expect(over).toEqual([]);
      expect(placed.toSorted()).toEqual([...staying, ...entering].toSorted());
      expect(parts.every(({ members }) => members.length <= 4)).toBe(true);
      const together = new Map(parts.map(({ number, group }) => [number, group]));
      for (const { number, members } of before.parts) {
        for (const one of members.map(lastOf).filter((index) => staying.includes(index))) {
          const now = parts.find((other) => other.members.some((member) => lastOf(member) === one));
          expect(now && together.get(now.number)).toBe(together.get(number));
        }
      }
    }),
  );
});
