import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce, backoff, CLOCKS_APART, nextWindow, startAfter } from '../../../functions/domain/reading/window.ts';

const at = (text: string) => Date.parse(`2026-11-22T${text}Z`);
const timeOf = ({ window }: { readonly window: string }) => window.slice(11, 19);

it.each([
  { now: '20:31:02.000', length: 2, own: '20:31:02', next: '20:31:04' },
  { now: '20:31:03.899', length: 2, own: '20:31:02', next: '20:31:04' },
  { now: '20:31:03.900', length: 2, own: '20:31:02', next: '20:31:06' },
  { now: '20:31:04.000', length: 2, own: '20:31:04', next: '20:31:06' },
  { now: '20:31:04.000', length: 1, own: '20:31:04', next: '20:31:05' },
  { now: '20:31:59.000', length: 60, own: '20:31:00', next: '20:32:00' },
  { now: '23:59:59.500', length: 1, own: '23:59:59', next: '00:00:00' },
])('at $now, $length s → at once $own, else $next', ({ now, length, own, next }) => {
  const [first, other] = [atOnce(at(now), length), nextWindow(at(now), length)];

  expect([timeOf(first), timeOf(other)]).toEqual([own, next]);
  expect([first.waits, other.waits]).toEqual([false, true]);
  for (const { execution, window, begins } of [first, other]) {
    expect(execution).toBe(`events-${window.replaceAll(':', '-')}`);
    expect(Date.parse(window)).toBe(begins);
  }
});

const moments = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2036-01-01') });
const lengths = fc.integer({ min: 1, max: 60 });

it('one that waits begins after whatever was queued before, and soon', () => {
  fc.assert(
    fc.property(moments, lengths, (now, length) => {
      const { begins } = nextWindow(now, length);

      expect(begins).toBeGreaterThan(now + CLOCKS_APART);
      expect(begins - now).toBeLessThanOrEqual(length * 1_000 + CLOCKS_APART);
      expect(atOnce(begins, length).execution).toBe(nextWindow(now, length).execution);
    }),
  );
});

it('names an execution as Step Functions allows it', () => {
  fc.assert(
    fc.property(moments, lengths, (now, length) => {
      expect(atOnce(now, length).execution).toMatch(/^[A-Za-z0-9-]{1,80}$/);
    }),
  );
});

describe('which execution is started next', () => {
  const begins = at('20:31:04.000');
  const length = 2;

  it.each([
    { asked: 'one at once', answer: 'started', clock: '20:31:04.300', follows: undefined },
    { asked: 'one at once', answer: 'started', clock: '20:31:09.000', follows: undefined },
    { asked: 'one at once', answer: 'exists', clock: '20:31:04.300', follows: '20:31:06' },
    { asked: 'one at once', answer: 'exists', clock: '20:31:05.950', follows: '20:31:08' },
    { asked: 'one at once', answer: 'exists', clock: '20:31:06.010', follows: '20:31:08' },
    { asked: 'one that waits', answer: 'started', clock: '20:31:03.000', follows: undefined },
    { asked: 'one that waits', answer: 'exists', clock: '20:31:03.000', follows: undefined },
    { asked: 'one that waits', answer: 'exists', clock: '20:31:03.899', follows: undefined },
    { asked: 'one that waits', answer: 'exists', clock: '20:31:03.900', follows: '20:31:06' },
    { asked: 'one that waits', answer: 'started', clock: '20:31:04.000', follows: '20:31:06' },
    { asked: 'one that waits', answer: 'exists', clock: '20:31:04.000', follows: '20:31:06' },
    { asked: 'one that waits', answer: 'exists', clock: '20:31:31.000', follows: '20:31:32' },
    { asked: 'one that waits', answer: 'exists', clock: '20:31:31.000', took: 20_000, follows: '20:31:52' },
  ] as const)('$asked, $answer, at $clock → $follows', ({ asked, answer, clock, follows, ...slow }) => {
    const took = 'took' in slow ? slow.took : 0;
    const next = startAfter({ begins, waits: asked === 'one that waits' }, answer, { now: at(clock), took, length });

    expect(next && timeOf(next)).toBe(follows);
    expect(next?.waits ?? true).toBe(true);
  });
});

it.each([
  { times: 0, seconds: 2 },
  { times: 1, seconds: 2 },
  { times: 2, seconds: 4 },
  { times: 8, seconds: 256 },
  { times: 9, seconds: 300 },
  { times: 1_000, seconds: 300 },
])('messages received $times times wait $seconds s', ({ times, seconds }) => {
  expect(backoff(times)).toBe(seconds);
});
