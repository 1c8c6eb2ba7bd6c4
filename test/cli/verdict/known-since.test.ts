import { expect, it } from 'vitest';
import { knownSince } from '../../../cli/verdict/look.ts';

const FAILING = { case: 'failing', says: 'the last run has failed' };
const HELD = { case: 'held', says: '2 removals held' };

it('takes from an earlier look since when a case holds, and nothing that this one knows itself', () => {
  const before = [
    { ...FAILING, since: { at: 1_000 } },
    { ...HELD, since: { at: 2_000, atLeast: true as const } },
  ];

  const now = knownSince(
    [
      { ...HELD, says: '3 removals held' },
      { ...FAILING, since: { at: 3_000 } },
    ],
    before,
  );

  expect(now).toEqual([
    { ...HELD, says: '3 removals held', since: { at: 2_000, atLeast: true } },
    { ...FAILING, since: { at: 3_000 } },
  ]);
});

it('knows nothing of a case that is new', () => {
  expect(knownSince([HELD], [{ ...FAILING, since: { at: 1_000 } }])).toEqual([HELD]);
});
