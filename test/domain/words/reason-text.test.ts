import { describe, expect, it } from 'vitest';
import {
  type Disposition,
  type Outcome,
  REASONS,
  reasonMetrics,
  reasonText,
} from '../../../functions/domain/words/reason.ts';
import { METRICS } from '../../../infra/metrics.ts';
import { documented, inDetail, tables } from '../../reasons/document.ts';

const CODES = Object.entries(REASONS).flatMap(([outcome, rows]) =>
  Object.keys(rows).map((reason) => ({ outcome: outcome as Outcome, reason })),
);
type Code = (typeof CODES)[number];

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

  it('stands on the page of reasons, which `npm run reasons -- --write` writes', () => {
    expect(documented()).toBe(tables());
    expect([...documented().matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code]) => code)).toEqual(
      CODES.map(({ reason }) => reason),
    );
  });

  it('is meant where the page tells more of one', () => {
    const told = [...inDetail().matchAll(/^\* `([\w-]+)`/gm)].map(([, code]) => String(code));

    expect(told.length).toBeGreaterThan(10);
    expect(told.filter((code) => !CODES.some(({ reason }) => reason === code))).toEqual([]);
  });
});

it('a metric of a reason is one that the construct offers, and counts it whatever else a run says', () => {
  const metrics = reasonMetrics([
    { outcome: 'left-out', reason: 'over-capacity', name: 'a.' },
    { outcome: 'removed', reason: 'over-capacity', name: 'a.' },
    { outcome: 'left-out', reason: 'invalid-port', name: 'b' },
    { outcome: 'left-out', reason: 'reserved-name', name: 'c' },
    { outcome: 'left-out', reason: 'no-definition', name: 'd' },
    { outcome: 'left-out', reason: 'on-strike', name: 'e.' } as unknown as Disposition,
  ]);

  expect(Object.fromEntries(metrics)).toEqual({
    InstancesHeldByPanic: 0,
    InstancesOverCapacity: 2,
    DeclarationsInvalid: 2,
  });
  expect([...metrics.keys()].filter((metric) => !Object.hasOwn(METRICS, metric))).toEqual([]);
});

it('passes on a code of a newer version', () => {
  const text = reasonText({ outcome: 'left-out', reason: 'on-strike' });

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
