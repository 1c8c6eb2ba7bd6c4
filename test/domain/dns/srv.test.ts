import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalSrv, parseSrv, srvText } from '../../../functions/domain/dns/srv.ts';

const field = () => fc.integer({ min: 0, max: 65_535 });
const target = () => fc.constantFrom('a.shop.internal.', 'ip-10-0-0-1.ecs.shop.internal.', '*.x.', 'a\\056b.x.', '.');

it('reads back what it writes', () => {
  const srv = fc.record({ priority: field(), weight: field(), port: field(), target: target() });

  fc.assert(
    fc.property(srv, (value) => {
      expect(parseSrv(normalSrv(value))).toEqual(value);
    }),
  );
});

it.each([
  { text: '1 2 3 a.internal.', why: 'as Route 53 stores it' },
  { text: '1 2 3 A.Internal', why: 'case and final dot' },
  { text: '  1\t2   3 a.internal. ', why: 'white space' },
  { text: '001 02 00003 a.internal.', why: 'leading zeros' },
  { text: '1 2 3 \\141.internal.', why: 'escapes' },
])('reads "$text" ($why)', ({ text }) => {
  const srv = parseSrv(text);

  expect(srv).toMatchObject({ priority: 1, weight: 2, port: 3, target: 'a.internal.' });
  expect(srv && normalSrv(srv)).toBe('1 2 3 a.internal.');
  expect(srv && srvText(srv)).toBe(text);
});

it.each(['', '1 2 3', '1 2 3 a b', '1 2 65536 a.', '-1 2 3 a.', '1.5 2 3 a.', '1 2 100000 a.', 'a b c d'])(
  'does not read "%s"',
  (text) => {
    const srv = parseSrv(text);

    expect(srv).toBeUndefined();
  },
);
