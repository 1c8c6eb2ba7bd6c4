import { expect, it } from 'vitest';
import { fateOfWakeUps, type Standing } from '../../../functions/domain/telling/wake-ups.ts';

const STATES = ['again', 'look', 'superseded', 'in-sync', 'held', 'contended', 'failed'] as const;
const READ = ['none', 'some', 'closed'] as const;
const EVERY: readonly Standing[] = STATES.flatMap((state) => READ.map((unread) => ({ state, unread })));

it.each<{ fate: string; of: readonly (readonly [Standing['state'], ...Standing['unread'][]])[] }>([
  {
    fate: 'leave',
    of: [
      ['again', 'none', 'some', 'closed'],
      ['look', 'some', 'closed'],
    ],
  },
  {
    fate: 'delete',
    of: [
      ['look', 'none'],
      ['in-sync', 'none'],
      ['held', 'none'],
    ],
  },
  {
    fate: 'hand-over',
    of: [
      ['superseded', 'closed'],
      ['in-sync', 'closed'],
      ['held', 'closed'],
      ['contended', 'closed'],
      ['failed', 'closed'],
    ],
  },
  {
    fate: 'release',
    of: [
      ['superseded', 'none', 'some'],
      ['in-sync', 'some'],
      ['held', 'some'],
      ['contended', 'none', 'some'],
      ['failed', 'none', 'some'],
    ],
  },
])('$fate: $of', ({ fate, of }) => {
  const found = EVERY.filter((standing) => fateOfWakeUps(standing) === fate);

  const wanted = of.flatMap(([state, ...unread]) => unread.map((one) => ({ state, unread: one })));
  expect(found).toEqual(expect.arrayContaining(wanted));
  expect(found).toHaveLength(wanted.length);
});

it('hands over what a run leaves that could not do better another time, and has all of it read', () => {
  expect(fateOfWakeUps({ state: 'failed', forbidden: true })).toBe('hand-over');
});

it.each(EVERY)('leaves alone what a dry run has not drained: $state, $unread', (standing) => {
  expect(fateOfWakeUps({ ...standing, dryRun: true })).toBe('leave');
});
