import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tokenBucket } from './token-bucket.ts';

it('gives its capacity at once, then as much as flows back', () => {
  let time = 0;
  const bucket = tokenBucket({ capacity: 5, refillPerSecond: 2 }, () => time);
  const takeAll = () => {
    let taken = 0;
    while (bucket.take()) taken += 1;
    return taken;
  };

  const burst = takeAll();
  time = 1500;
  const later = takeAll();
  time = 3_600_000;
  const rested = takeAll();

  expect([burst, later, rested]).toEqual([5, 3, 5]);
});

it('takes all tokens of a call or none', () => {
  const bucket = tokenBucket({ capacity: 5, refillPerSecond: 0 }, () => 0);

  const outcomes = [bucket.take(6), bucket.take(3), bucket.take(3), bucket.has(2), bucket.take(2), bucket.has(1)];

  expect(outcomes).toEqual([false, true, false, true, true, false]);
});

it('never gives more than capacity and refill allow, in any span', () => {
  const steps = fc.array(fc.record({ wait: fc.nat(2000), tokens: fc.integer({ min: 1, max: 20 }) }), { maxLength: 50 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(20), steps, (capacity, refillPerSecond, sequence) => {
      let time = 0;
      let taken = 0;
      const bucket = tokenBucket({ capacity, refillPerSecond }, () => time);

      for (const { wait, tokens } of sequence) {
        time += wait;
        if (bucket.take(tokens)) taken += tokens;
      }

      expect(taken).toBeLessThanOrEqual(capacity + (time / 1000) * refillPerSecond + 1e-6);
    }),
  );
});
