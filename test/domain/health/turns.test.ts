import { expect, it } from 'vitest';
import { turned } from '../../../functions/domain/health/turns.ts';

const list = (length: number) => Array.from({ length }, (_, index) => index);

it('keeps every item, and their order round the end', () => {
  const found = turned(list(10), { startedAt: 1_234_567_890, pass: 3 });

  expect(found.toSorted((one, other) => one - other)).toEqual(list(10));
  const [first = 0] = found;
  expect(found).toEqual(list(10).map((index) => (first + index) % 10));
});

it('is the same for the same run and pass', () => {
  expect(turned(list(99), { startedAt: 7e11, pass: 2 })).toEqual(turned(list(99), { startedAt: 7e11, pass: 2 }));
  expect(turned([], { startedAt: 1, pass: 1 })).toEqual([]);
});

it.each([1, 2, 3, 4, 5, 6, 8, 10, 12, 24, 36, 48, 72, 144, 288, 2016])(
  'a run every %i × 5 minutes has its turn with everybody',
  (every) => {
    for (const { all, room } of [
      { all: 151, room: 150 },
      { all: 300, room: 150 },
      { all: 1_000, room: 150 },
      { all: 10_000, room: 150 },
      { all: 89, room: 1 },
    ]) {
      const waiting = new Set(list(all));
      const enough = 5 * Math.ceil(all / room) + 2;
      let runs = 0;
      for (; waiting.size > 0 && runs < enough; runs += 1) {
        const turn = { startedAt: 1_795_000_000_000 + runs * every * 300_000, pass: 1 };
        for (const one of turned(list(all), turn).slice(0, room)) waiting.delete(one);
      }
      expect({ all, every, left: waiting.size }).toEqual({ all, every, left: 0 });
    }
  },
);
