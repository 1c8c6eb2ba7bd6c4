import { describe, expect, it } from 'vitest';
import { create, remove, simple, stage } from './playground.ts';

const { playground } = stage();

const value = '1 1 8080 one.example.com.';

describe('a name', () => {
  it.each([
    { sent: 'UPPER', stored: 'upper' },
    { sent: '_api._tcp', stored: '_api._tcp' },
    { sent: '*', stored: '\\052' },
    { sent: '\\052', stored: '\\052' },
    { sent: 'a!b', stored: 'a\\041b' },
    { sent: 'a\\040b', stored: 'a\\040b' },
    { sent: 'a\\056b', stored: 'a\\056b' },
    { sent: '\\101bc', stored: 'abc' },
    { sent: '\\344', stored: '\\344' },
  ])('$sent is stored as $stored', async ({ sent, stored }) => {
    const { name, change, all } = playground();

    await change(create(simple(name(sent), 'SRV', value)));

    expect(await all()).toEqual([simple(name(stored), 'SRV', value)]);
  });

  it('is the same with and without final dot, in any case', async () => {
    const { name, change, refusal, all } = playground();
    await change(create(simple(name('a').slice(0, -1), 'SRV', value)));

    const error = await refusal(create(simple(name('a'), 'SRV', value)));
    await change(remove(simple(name('A').toUpperCase(), 'SRV', value)));

    expect(error.message).toContain(`[name='${name('a')}', type='SRV'] but it already exists`);
    expect(await all()).toEqual([]);
  });

  it.each([
    { what: 'a label of 64 characters', label: 'a'.repeat(64), code: 'DomainLabelTooLong (Domain label is too long)' },
    { what: 'an empty label', label: 'a..b', code: 'DomainLabelEmpty (Domain label is empty)' },
    { what: 'a space', label: 'a b', code: 'UnsupportedCharacter' },
    { what: 'a letter beyond ASCII', label: 'ä', code: 'UnsupportedCharacter' },
    { what: 'more than 255 bytes', label: Array(5).fill('a'.repeat(60)).join('.'), code: 'DomainNameTooLong' },
  ])('with $what is refused', async ({ label, code }) => {
    const { name, refusal } = playground();

    const error = await refusal(create(simple(name(label), 'SRV', value)));

    expect(error.name).toBe('InvalidChangeBatch');
    expect(error.message).toContain(`FATAL problem: ${code}`);
  });

  it('may have a label of 63 characters', async () => {
    const { name, change, all } = playground();

    await change(create(simple(name('a'.repeat(63)), 'SRV', value)));

    expect(await all()).toHaveLength(1);
  });
});

describe('a value', () => {
  it.each([
    { type: 'A', text: '10.0.0.256', code: 'ARRDATAIllegalIPv4Address' },
    { type: 'A', text: 'one.example.com', code: 'ARRDATAIllegalIPv4Address' },
    { type: 'A', text: '10.0.0.1 10.0.0.2', code: 'ARRDATANotSingleField' },
    { type: 'AAAA', text: '10.0.0.1', code: 'AAAARRDATAIllegalIPv6Address' },
    { type: 'TXT', text: 'bare', code: 'InvalidCharacterString' },
    { type: 'TXT', text: '"open', code: 'InvalidCharacterString' },
    { type: 'TXT', text: `"${'a'.repeat(256)}"`, code: 'CharacterStringTooLong' },
    { type: 'SRV', text: '1 1 8080', code: 'SRVRRDATANotFourFields' },
    { type: 'SRV', text: '1 1 8080 one.example.com. more', code: 'SRVRRDATANotFourFields' },
    { type: 'SRV', text: '1 1 65536 one.example.com.', code: 'SRVRRDATAIllegalNumber' },
    { type: 'SRV', text: '-1 1 8080 one.example.com.', code: 'SRVRRDATAIllegalNumber' },
    { type: 'SRV', text: 'a 1 8080 one.example.com.', code: 'SRVRRDATAIllegalNumber' },
    { type: 'SRV', text: `1 1 8080 ${'a'.repeat(64)}.example.com.`, code: 'DomainLabelTooLong' },
    { type: 'SRV', text: '1 1 8080 one..example.com.', code: 'DomainLabelEmpty' },
    { type: 'MX', text: 'mail.example.com.', code: 'MXRRDATANotTwoFields' },
    { type: 'CNAME', text: 'a..example.com.', code: 'DomainLabelEmpty' },
    { type: 'NS', text: 'a..example.com.', code: 'DomainLabelEmpty' },
  ] as const)('$text of type $type is refused with $code', async ({ type, text, code }) => {
    const { name, refusal } = playground();

    const error = await refusal(create(simple(name('a'), type, text)));

    expect(error.name).toBe('InvalidChangeBatch');
    expect(error.message).toContain(`Invalid Resource Record: FATAL problem: ${code}`);
  });

  it.each([
    { type: 'A', texts: ['10.0.0.1', '10.0.0.2'] },
    { type: 'AAAA', texts: ['2001:db8::1'] },
    { type: 'SRV', texts: ['0 65535 0 .', '1 1 8080 one.example.com'] },
    { type: 'TXT', texts: ['"v=1" "two \\"strings\\""', '""', `"${'a'.repeat(255)}"`] },
    { type: 'MX', texts: ['10 mail.example.com.'] },
    { type: 'CAA', texts: ['0 issue "ca.example.com"'] },
  ] as const)('$texts of type $type is taken word for word', async ({ type, texts }) => {
    const { name, change, all } = playground();

    await change(create(simple(name('a'), type, ...texts)));

    expect(await all()).toEqual([simple(name('a'), type, ...texts)]);
  });

  it('is refused when it stands twice in a set', async () => {
    const { name, refusal } = playground();

    const error = await refusal(create(simple(name('a'), 'SRV', value, value)));

    expect(error.message).toBe(`[Duplicate Resource Record: '${value}']`);
  });

  it('with characters that XML escapes comes back as it was', async () => {
    const { name, change, all } = playground();
    const text = '"<a href=\'x\'>&amp; \\"b\\" & more</a>"';

    await change(create(simple(name('a'), 'TXT', text)));

    expect(await all()).toEqual([simple(name('a'), 'TXT', text)]);
  });
});
