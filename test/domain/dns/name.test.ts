import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNames, escapeName, isBelow, nameFault, normalizeName } from '../../../functions/domain/dns/name.ts';
import { readName } from '../../stand-ins/route53/name.ts';
import { relativeName } from '../../support/arbitraries.ts';

const ZONE = 'shop.internal.';

describe('normalizeName', () => {
  it.each([
    { given: 'shop.internal', normalized: 'shop.internal.', why: 'a missing final dot is assumed' },
    { given: '_API._Tcp.Shop.INTERNAL.', normalized: '_api._tcp.shop.internal.', why: 'case carries no meaning' },
    { given: '\\052.shop.internal.', normalized: '*.shop.internal.', why: 'Route 53 spells "*" as \\052' },
    { given: 'a\\100b.shop.internal.', normalized: 'a@b.shop.internal.', why: 'any octal escape is resolved' },
    { given: '\\101b.shop.internal.', normalized: 'ab.shop.internal.', why: 'an escaped letter has no case either' },
    { given: 'a\\056b.shop.internal.', normalized: 'a\\056b.shop.internal.', why: 'a dot in a label is no separator' },
    { given: 'shop\\056', normalized: 'shop\\056.', why: 'an escaped dot is no final dot' },
    { given: 'a\\134052.internal.', normalized: 'a\\134052.internal.', why: 'an escaped backslash begins no escape' },
    { given: '\\300.internal.', normalized: '\u00c0.internal.', why: 'only ASCII letters have case (RFC 4343)' },
    {
      given: '\\033[2J\\177\\233\\255.internal.',
      normalized: '\\033[2j\\177\\233\\255.internal.',
      why: 'not printable',
    },
    { given: '\\999.internal.', normalized: '\\999.internal.', why: 'no octal number' },
  ])('$given → $normalized: $why', ({ given, normalized }) => {
    const found = normalizeName(given);

    expect(found).toBe(normalized);
  });

  it('changes nothing when it is applied again', () => {
    const pieces = fc.constantFrom('a', 'B', '0', '52', '.', '\\052', '\\056', '\\134', '\\060', '\\101', '\\300');
    const names = fc.array(pieces, { maxLength: 8 }).map((all) => all.join(''));

    fc.assert(
      fc.property(names, (name) => {
        const once = normalizeName(name);

        expect(normalizeName(once)).toBe(once);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('escapeName', () => {
  it.each([
    { name: '_api._tcp.shop.internal.', escaped: '_api._tcp.shop.internal.' },
    { name: '*.shop.internal.', escaped: '\\052.shop.internal.' },
    { name: 'a b.shop.internal.', escaped: 'a\\040b.shop.internal.' },
    { name: 'a\\056b.shop.internal.', escaped: 'a\\056b.shop.internal.' },
    { name: 'a\\134052.shop.internal.', escaped: 'a\\134052.shop.internal.' },
    { name: 'a\\033b.', escaped: 'a\\033b.' },
    { name: 'a\\b.', escaped: 'a\\134b.' },
    { name: '\u00c0\u007f\u001b\t.', escaped: '\\300\\177\\033\\011.' },
  ])('$name → $escaped', ({ name, escaped }) => {
    expect(escapeName(name)).toBe(escaped);
  });

  it('is what Route 53 writes, for every name that it can store', () => {
    const octet = fc.integer({ min: 0, max: 255 }).map((code) => `\\${code.toString(8).padStart(3, '0')}`);
    const label = fc.array(fc.oneof(octet, fc.constantFrom('a', 'Z', '0', '-', '_')), { minLength: 1, maxLength: 8 });
    const names = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.map((one) => one.join('')));

    fc.assert(
      fc.property(names, (labels) => {
        const stored = readName(`${labels.join('.')}.`);

        expect(escapeName(normalizeName('text' in stored ? stored.text : ''))).toBe('text' in stored && stored.text);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('isBelow', () => {
  it.each([
    { name: 'a.shop.internal.', ancestor: ZONE, below: true },
    { name: 'a.b.shop.internal.', ancestor: ZONE, below: true },
    { name: ZONE, ancestor: ZONE, below: false },
    { name: 'workshop.internal.', ancestor: ZONE, below: false },
    { name: 'internal.', ancestor: ZONE, below: false },
    { name: ZONE, ancestor: '.', below: true },
    { name: '.', ancestor: '.', below: false },
  ])('$name below $ancestor: $below', ({ name, ancestor, below }) => {
    const found = isBelow(name, ancestor);

    expect(found).toBe(below);
  });
});

describe('compareNames', () => {
  it('orders by labels from the right, as Route 53 lists them', () => {
    const names = ['b.a.', 'a.b.', 'a.', 'b.', 'a.a.', 'a-b.', 'a0.', 'x.a-b.'];

    const sorted = names.toSorted(compareNames);

    // A dot stands behind the last label too, and `-` before it in ASCII.
    expect(sorted).toEqual(['a-b.', 'x.a-b.', 'a.', 'a.a.', 'b.a.', 'a0.', 'b.', 'a.b.']);
    expect(compareNames('a.b.', 'a.b.')).toBe(0);
  });
});

describe('nameFault', () => {
  const label63 = 'a'.repeat(63);
  // 253 characters with the zone's 13 and the dot between them.
  const longest = `${label63}.${label63}.${label63}.${'a'.repeat(253 - 13 - 1 - 3 * 64)}`;

  it.each([
    'calc',
    '_calc._tcp',
    'Calc',
    'a-b',
    '0',
    '_',
    'a_',
    '1.2.3',
    'xn--caf-dma',
    label63,
    `${label63}.a`,
    longest,
  ])('accepts "%s"', (text) => {
    const fault = nameFault(text, ZONE);

    expect(fault).toBeUndefined();
  });

  it.each([
    { text: '', want: 'one or more labels' },
    { text: '.', want: 'one or more labels' },
    { text: 'calc.', want: 'one or more labels' },
    { text: '.calc', want: 'one or more labels' },
    { text: 'a..b', want: 'one or more labels' },
    { text: '-calc', want: 'letters, digits' },
    { text: 'calc-', want: 'letters, digits' },
    { text: 'calc .tcp', want: 'letters, digits' },
    { text: 'a/b', want: 'letters, digits' },
    { text: '*', want: 'letters, digits' },
    { text: 'a\\052', want: 'letters, digits' },
    { text: 'caffè', want: 'letters, digits' },
    { text: 'a\n', want: 'letters, digits' },
    { text: `${label63}a`, want: 'at most 63' },
    { text: `${longest}a`, want: 'at most 253' },
  ])('refuses "$text", wants $want', ({ text, want }) => {
    const fault = nameFault(text, ZONE);

    expect(fault).toContain(want);
    expect(fault).toContain(JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text));
  });

  it('accepts no name that Route 53 could not hold', () => {
    fc.assert(
      fc.property(fc.oneof(relativeName(), fc.string({ maxLength: 80 })), (text) => {
        fc.pre(nameFault(text, ZONE) === undefined);
        const labels = text.split('.');

        expect(`${text}.${ZONE}`.length).toBeLessThanOrEqual(254);
        expect(labels.every((label) => label.length >= 1 && label.length <= 63)).toBe(true);
        expect(normalizeName(`${text}.${ZONE}`)).toBe(`${text.toLowerCase()}.${ZONE}`);
      }),
    );
  });
});
