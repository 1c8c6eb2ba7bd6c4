import { expect, it } from 'vitest';
import { deployedNames, wheresOf } from '../../../console/page/pure/colours.ts';
import { deploymentAt, STAGES } from './stage/deployed.ts';

const counts = (serve: number, held: number, wait: number, other: number) => ({ serve, held, wait, other });
const NOBODY = counts(0, 0, 0, 0);

it.each([
  { row: 'nobody', blue: NOBODY, green: NOBODY, shown: [] },
  { row: 'one side', blue: counts(2, 0, 0, 0), green: NOBODY, shown: ['in DNS: 2 blue', 'waiting outside: '] },
  { row: 'only outside', blue: NOBODY, green: counts(0, 0, 3, 0), shown: ['in DNS: ', 'waiting outside: 3 green'] },
  {
    row: 'everywhere',
    blue: counts(1, 2, 3, 4),
    green: counts(5, 6, 7, 8),
    shown: ['in DNS: 3 blue 11 green', 'waiting outside: 3 blue 7 green', 'not passing: 4 blue 8 green'],
  },
])('who is where: $row', ({ blue, green, shown }) => {
  const found = wheresOf({ blue, green });

  expect(
    found.map(({ title, chips }) => `${title}: ${chips.map(({ colour, count }) => `${count} ${colour}`).join(' ')}`),
  ).toEqual(shown);
});

it('names at which something is deployed, those of tests too', () => {
  const [one, other] = [{ names: ['a.', 'b.'] }, { names: ['b.'], testName: 'c.' }];

  expect([...deployedNames([one, other].map((about) => deploymentAt(STAGES.before, about)))]).toEqual([
    'a.',
    'b.',
    'c.',
  ]);
  expect([...deployedNames()]).toEqual([]);
});
