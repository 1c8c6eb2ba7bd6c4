import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { recordData, type SupportedType } from './record-data.ts';

/** The bytes, names without compression as `[labels]`. */
const parts = (type: SupportedType, value: string) =>
  recordData(type, value).map((part) => (Buffer.isBuffer(part) ? part.toString('hex') : part.labels));

it.each<{ type: SupportedType; value: string; expected: unknown[] }>([
  { type: 'A', value: '10.0.1.23', expected: ['0a000117'] },
  { type: 'AAAA', value: '2001:db8::1', expected: ['20010db8000000000000000000000001'] },
  { type: 'AAAA', value: '::', expected: ['00000000000000000000000000000000'] },
  { type: 'AAAA', value: '1::', expected: ['00010000000000000000000000000000'] },
  { type: 'AAAA', value: '::ffff:10.0.0.1', expected: ['00000000000000000000ffff0a000001'] },
  { type: 'SRV', value: '1 2 8081 ip.Ecs.', expected: ['0001', '0002', '1f91', '02697003456373' + '00'] },
  { type: 'SRV', value: '0 0 0 .', expected: ['0000', '0000', '0000', '00'] },
  { type: 'CNAME', value: 'www.Example.com', expected: [['www', 'Example', 'com']] },
  { type: 'MX', value: '10  mx.a.', expected: ['000a', ['mx', 'a']] },
  { type: 'TXT', value: '"a b" c "\\"\\\\\\101"', expected: ['03612062', '0163', '03225c41'] },
  { type: 'TXT', value: '""', expected: ['00'] },
  { type: 'CAA', value: '0 issue "ca.example"', expected: ['00', '05', '6973737565', '63612e6578616d706c65'] },
  { type: 'DS', value: '4 8 2 0AFF 01', expected: ['0004', '08', '02', '0aff01'] },
  { type: 'SSHFP', value: '4 2 0a', expected: ['04', '02', '0a'] },
  { type: 'TLSA', value: '3 1 1 0a0b', expected: ['03', '01', '01', '0a0b'] },
])('$type $value', ({ type, value, expected }) => {
  expect(parts(type, value)).toEqual(expected);
});

it.each<{ type: SupportedType; value: string; error: RegExp }>([
  { type: 'A', value: '10.0.0.256', error: /"10.0.0.256" is no IPv4 address/ },
  { type: 'AAAA', value: 'fe80::1%eth0', error: /is no IPv6 address/ },
  { type: 'SRV', value: '1 1 65536 a.', error: /"65536" is no number: 0 to 65535/ },
  { type: 'SRV', value: '1 1 -1 a.', error: /"-1" is no number/ },
  { type: 'SRV', value: '1 1 80', error: /four fields/ },
  { type: 'SOA', value: 'ns. host. 1 2 3 4', error: /"" is no number: 0 to 4294967295/ },
  { type: 'TXT', value: `"${'x'.repeat(256)}"`, error: /256 bytes: at most 255/ },
  { type: 'TXT', value: '', error: /no character string/ },
  { type: 'DS', value: '1 1 1 0', error: /hexadecimal/ },
])('refuses $type $value', ({ type, value, error }) => {
  expect(() => recordData(type, value)).toThrow(error);
});

it('writes an IPv6 address in any spelling as its 16 bytes', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      fc.pre(isIPv6(address));

      const [bytes] = parts('AAAA', address);

      const url = new URL(`http://[${address}]`).hostname;
      expect(bytes).toBe(parts('AAAA', url.slice(1, -1))[0]);
      expect(bytes).toHaveLength(32);
    }),
  );
});
