import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reasonText } from '../../../cli/view/reasons.ts';
import {
  type Disposition,
  LEFT_OUT_REASONS,
  PUBLISHED_REASONS,
  REMOVED_REASONS,
} from '../../../functions/domain/words/reason.ts';

type Code = Pick<Disposition, 'outcome' | 'reason'>;
const CODES = [
  ...PUBLISHED_REASONS.map((reason) => ({ outcome: 'published', reason })),
  ...REMOVED_REASONS.map((reason) => ({ outcome: 'removed', reason })),
  ...LEFT_OUT_REASONS.map((reason) => ({ outcome: 'left-out', reason })),
] as readonly Code[];

/** What a code of a newer version gets, which no code of this one may. */
const unknown = ({ outcome, reason }: Code) => `${outcome}: ${reason}`;

describe('every reason that the domain can give', () => {
  it.each(CODES)('has a text: $outcome $reason', (code) => {
    const text = reasonText(code);

    expect(text).not.toBe(unknown(code));
    expect(text.length).toBeGreaterThan(15);
  });

  it('has a text of its own within its outcome', () => {
    const texts = CODES.map((code) => `${code.outcome} ${reasonText(code)}`);

    expect(new Set(texts).size).toBe(CODES.length);
  });

  it('stands on the page of reasons, which knows no other', () => {
    const rows = [...readFileSync('docs/reasons.md', 'utf8').matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code]) => code);

    expect(rows.toSorted()).toEqual(CODES.map(({ reason }) => reason).toSorted());
  });
});

it('passes on a code of a newer version', () => {
  const text = reasonText({ outcome: 'left-out', reason: 'on-strike' } as unknown as Disposition);

  expect(text).toBe('left-out: on-strike');
});

it.each([
  { asked: 'published', code: { outcome: 'published', reason: 'running' } },
  { asked: 'draining', code: { outcome: 'left-out', reason: 'stopping' } },
  { asked: 'failing check', code: { outcome: 'left-out', reason: 'unhealthy' } },
  { asked: 'held', code: { outcome: 'published', reason: 'held-guard' } },
  { asked: 'quarantined', code: { outcome: 'left-out', reason: 'quarantined' } },
  { asked: 'over capacity', code: { outcome: 'left-out', reason: 'over-capacity' } },
  { asked: 'no port mapping', code: { outcome: 'left-out', reason: 'no-binding' } },
  { asked: 'bad name', code: { outcome: 'left-out', reason: 'invalid-name' } },
  { asked: 'no host address', code: { outcome: 'left-out', reason: 'no-address' } },
  { asked: 'other owner', code: { outcome: 'left-out', reason: 'conflict' } },
] as const)('says "$asked" where people look for that', ({ asked, code }) => {
  const text = reasonText(code);

  expect(text.startsWith(asked)).toBe(true);
});
