import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isVersion } from '../../packaging/version.ts';

/** Section 11 of Semantic Versioning, in rising order. */
const RISING = [
  '0.1.0',
  '0.2.0',
  '0.10.0',
  '1.0.0-1',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.1',
  '2.0.0',
];

describe('versions', () => {
  it('come in the order of Semantic Versioning', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(RISING), (some) => {
        const sorted = [...some].sort(compareVersions);

        expect(sorted).toEqual(RISING.filter((version) => some.includes(version)));
      }),
    );
  });

  it.each(RISING)('%s is one', (version) => {
    expect(isVersion(version)).toBe(true);
    expect(compareVersions(version, version)).toBe(0);
  });

  it.each(['', '1', '1.0', 'v1.0.0', '01.0.0', '1.0.0-', '1.0.0-a..b', '1.0.0+build', ' 1.0.0', '1.0.0\n', 'latest'])(
    '%j is none',
    (text) => {
      expect(isVersion(text)).toBe(false);
    },
  );
});
