import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sessionName } from '../../../functions/domain/words/session-name.ts';

it.each([
  { text: 'events-2026-11-28T10:00:02.000Z', name: 'events-2026-11-28T10-00-02.000Z' },
  { text: 'run_1=a+b,c.d@e', name: 'run_1=a+b,c.d@e' },
  { text: 'by hand: ünïcode', name: 'by-hand---n-code' },
  { text: 'a', name: 'a-' },
  { text: '', name: '--' },
  { text: 'x'.repeat(80), name: 'x'.repeat(64) },
])('$text → $name', ({ text, name }) => {
  expect(sessionName(text)).toBe(name);
});

it('is always one that STS takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
      expect(sessionName(text)).toMatch(/^[\w+=,.@-]{2,64}$/);
    }),
  );
});
