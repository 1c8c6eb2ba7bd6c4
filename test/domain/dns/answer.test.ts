import { expect, it } from 'vitest';
import { octetsAround, octetsOfSrv } from '../../../functions/domain/dns/answer.ts';

it.each([
  { row: 'the root of the owner label of the tests', target: 'ip-10-0-0-1.ecs.shop.internal.', octets: 18 + 31 },
  // 64 octets an answer, as AWS's own names have.
  { row: 'a name of EC2', target: 'ip-10-123-123-200.eu-west-1.compute.internal.', octets: 64 },
  { row: 'an escape is one octet', target: 'a\\056b.', octets: 18 + 5 },
])('$row', ({ target, octets }) => {
  expect(octetsOfSrv({ target })).toBe(octets);
});

it('counts the header, the question and EDNS0 around the records', () => {
  expect(octetsAround('_api._tcp.shop.internal.')).toBe(12 + (25 + 4) + 11);
});
