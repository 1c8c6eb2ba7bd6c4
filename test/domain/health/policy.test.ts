import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failingInstances, suspectProber } from '../../../functions/domain/health/policy.ts';

it.each([
  { row: 'suspected, most pass', passing: 9, failing: 1, suspected: true, decision: 'held-prober' },
  { row: 'suspected, none passes', passing: 0, failing: 1, suspected: true, decision: 'held-prober' },
  { row: 'none passes', passing: 0, failing: 3, decision: 'held-panic' },
  { row: 'none passes, some unknown', passing: 0, failing: 1, unknown: 2, decision: 'held-panic' },
  { row: 'below the share', passing: 2, failing: 3, decision: 'held-panic' },
  { row: 'below the share for the unknown ones', passing: 2, failing: 1, unknown: 2, decision: 'held-panic' },
  { row: 'at the share', passing: 2, failing: 2, decision: 'remove' },
  { row: 'above the share', passing: 3, failing: 2, decision: 'remove' },
  { row: 'above the share, some unknown', passing: 3, failing: 2, unknown: 1, decision: 'remove' },
  { row: 'a share of 0', passing: 1, failing: 99, share: 0, decision: 'remove' },
  { row: 'a share of 0, none passes', passing: 0, failing: 1, share: 0, decision: 'held-panic' },
  { row: 'a share of 1', passing: 99, failing: 1, share: 1, decision: 'held-panic' },
])('$row → $decision', ({ passing, failing, unknown = 0, share = 0.5, suspected = false, decision }) => {
  const found = failingInstances(
    { passing, failing, unknown },
    { minimumHealthyShare: share, proberSuspected: suspected },
  );

  expect(found).toBe(decision);
});

it('never lets failing probes alone empty a name (L7)', () => {
  const health = fc.record({ failing: fc.nat({ max: 400 }), unknown: fc.nat({ max: 400 }) });
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  fc.assert(
    fc.property(health, share, fc.boolean(), (published, minimumHealthyShare, proberSuspected) => {
      const found = failingInstances({ ...published, passing: 0 }, { minimumHealthyShare, proberSuspected });

      expect(found).not.toBe('remove');
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
