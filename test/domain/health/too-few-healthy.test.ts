import fc from 'fast-check';
import { expect, it } from 'vitest';
import { notPassing, suspectProber } from '../../../functions/domain/health/too-few-healthy.ts';

const UNTIL_FULL = 'held-until-full';

it.each([
  {
    row: 'event run, enough pass',
    kind: 'event' as const,
    passing: 9,
    failing: 1,
    fails: UNTIL_FULL,
    silent: UNTIL_FULL,
  },
  {
    row: 'event run, suspected',
    kind: 'event' as const,
    passing: 9,
    failing: 1,
    suspected: true,
    fails: UNTIL_FULL,
    silent: UNTIL_FULL,
  },
  {
    row: 'event run, none passes',
    kind: 'event' as const,
    passing: 0,
    failing: 1,
    fails: UNTIL_FULL,
    silent: UNTIL_FULL,
  },
  { row: 'suspected, most pass', passing: 9, failing: 1, suspected: true, fails: 'held-prober' },
  { row: 'suspected, none passes', passing: 0, failing: 1, suspected: true, fails: 'held-prober' },
  { row: 'none passes', passing: 0, failing: 3, fails: 'held-panic' },
  { row: 'none passes, some unknown', passing: 0, failing: 1, unknown: 2, fails: 'held-panic' },
  { row: 'none passes, none fails', passing: 0, failing: 0, unknown: 2, fails: 'held-panic' },
  { row: 'below the share', passing: 2, failing: 3, fails: 'held-panic' },
  { row: 'below the share for the unknown ones', passing: 2, failing: 1, unknown: 2, fails: 'held-panic' },
  { row: 'at the share', passing: 2, failing: 2, fails: 'unhealthy' },
  { row: 'above the share', passing: 3, failing: 2, fails: 'unhealthy' },
  { row: 'above the share, some unknown', passing: 3, failing: 2, unknown: 1, fails: 'unhealthy' },
  { row: 'a share of 0', passing: 1, failing: 99, share: 0, fails: 'unhealthy' },
  { row: 'a share of 0, none passes', passing: 0, failing: 1, share: 0, fails: 'held-panic' },
  { row: 'a share of 1', passing: 99, failing: 1, share: 1, fails: 'held-panic' },
])('$row → $fails', (row) => {
  const { passing, failing, unknown = 0, share = 0.5, suspected = false, kind = 'full', fails } = row;

  const found = notPassing(
    { passing, failing, unknown },
    { kind, minimumHealthyShare: share, proberSuspected: suspected },
  );

  expect(found).toEqual({ failing: fails, unknown: row.silent ?? 'held-prober' });
});

it('never lets failing probes alone empty a name (L7)', () => {
  const health = fc.record({ failing: fc.nat({ max: 400 }), unknown: fc.nat({ max: 400 }) });
  const facts = fc.record({
    kind: fc.constantFrom('full', 'event'),
    minimumHealthyShare: fc.double({ min: 0, max: 1, noNaN: true }),
    proberSuspected: fc.boolean(),
  });

  fc.assert(
    fc.property(health, facts, (published, about) => {
      const found = notPassing({ ...published, passing: 0 }, about);

      expect(found.failing).not.toBe('unhealthy');
    }),
  );
});

it.each([
  { probed: 0, failing: 0, suspected: false },
  { probed: 1, failing: 0, suspected: false },
  { probed: 1, failing: 1, suspected: true },
  { probed: 2, failing: 1, suspected: false },
  { probed: 3, failing: 2, suspected: true },
  { probed: 100, failing: 50, suspected: false },
  { probed: 100, failing: 51, suspected: true },
])('$failing of $probed probes fail: the prober is suspected: $suspected', ({ probed, failing, suspected }) => {
  const found = suspectProber({ probed, failing });

  expect(found).toBe(suspected);
});
