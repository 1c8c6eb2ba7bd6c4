import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoff, SETTLE_SECONDS, windowOf } from '../../../functions/domain/reading/event-window.ts';

const at = (text: string) => Date.parse(`2026-11-22T${text}Z`);

it.each([
  { now: '20:31:02.000', length: 2, drains: '20:31:05' },
  { now: '20:31:03.999', length: 2, drains: '20:31:05' },
  { now: '20:31:04.000', length: 2, drains: '20:31:07' },
  { now: '20:31:04.000', length: 1, drains: '20:31:06' },
  { now: '20:31:59.999', length: 60, drains: '20:32:01' },
  { now: '23:59:59.500', length: 1, drains: '00:00:01' },
])('at $now, $length s → drains at $drains', ({ now, length, drains }) => {
  const { execution, window } = windowOf(at(now), length);

  expect(window).toMatch(new RegExp(`T${drains}Z$`));
  expect(execution).toBe(`events-${window.replaceAll(':', '-')}`);
});

const moments = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2036-01-01') });
const lengths = fc.integer({ min: 1, max: 60 });

it('is the same for the whole window, and another right after it', () => {
  fc.assert(
    fc.property(moments, lengths, (now, length) => {
      const { window } = windowOf(now, length);
      const end = Date.parse(window) - SETTLE_SECONDS * 1_000;

      expect(end).toBeGreaterThan(now);
      expect(end - now).toBeLessThanOrEqual(length * 1_000);
      expect(windowOf(end - 1, length).window).toBe(window);
      expect(windowOf(end - length * 1_000, length).window).toBe(window);
      expect(windowOf(end, length).window).not.toBe(window);
    }),
  );
});

it('names an execution as Step Functions allows it', () => {
  fc.assert(
    fc.property(moments, lengths, (now, length) => {
      expect(windowOf(now, length).execution).toMatch(/^[A-Za-z0-9-]{1,80}$/);
    }),
  );
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
