import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeDefinitions } from '../../../functions/domain/ecs/kept-definitions.ts';
import { definition } from '../../support/builders.ts';

const some = (...arns: readonly string[]) => arns.map((arn) => definition({ arn }));
const arnsOf = (merged: ReturnType<typeof mergeDefinitions>) => merged?.map(({ arn }) => arn).join('');
const ROOM = { count: 3, text: 1_000_000 };

it.each([
  { row: 'nothing is kept, nothing is used', kept: '', used: '', becomes: undefined },
  { row: 'the first ones', kept: '', used: 'ab', becomes: 'ab' },
  { row: 'all are kept already', kept: 'ab', used: 'a', becomes: undefined },
  { row: 'a new one: what was used goes last, also what was kept already', kept: 'abc', used: 'ad', becomes: 'cad' },
  { row: 'no room: those go that nobody has used for the longest', kept: 'abc', used: 'd', becomes: 'bcd' },
  { row: 'no room for what is used', kept: 'abc', used: 'defg', becomes: 'efg' },
])('$row', ({ kept, used, becomes }) => {
  expect(arnsOf(mergeDefinitions(some(...kept), some(...used), ROOM))).toBe(becomes);
});

it('bounds the text as well: what is used last stays', () => {
  const [one = definition()] = some('a');
  const { length } = JSON.stringify(one);

  const merged = mergeDefinitions(some('a', 'b'), some('c', 'd'), { count: 100, text: 2 * length });

  expect(arnsOf(merged)).toBe('cd');
});

it('never has more than there is room for, nor one twice, nor loses one that there is room for', () => {
  const arns = fc.array(fc.constantFrom(...'abcdefgh'), { maxLength: 12 });
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...'abcdefgh')), arns, fc.nat({ max: 9 }), (kept, used, count) => {
      const merged = mergeDefinitions(some(...kept), some(...used), { count, text: 1_000_000 });

      const all = new Set([...kept, ...used]);
      const found = merged?.map(({ arn }) => arn) ?? [...all];
      expect(new Set(found).size).toBe(found.length);
      if (merged) expect(found).toHaveLength(Math.min(count, all.size));
      else expect(used.every((arn) => kept.includes(arn))).toBe(true);
    }),
  );
});
