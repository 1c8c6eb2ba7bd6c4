import fc from 'fast-check';
import { expect, it } from 'vitest';
import { answerMessage } from './answer.ts';
import { decodeReply, queryMessage } from './client.ts';
import { fixedZone, simpleSet } from './zone-builder.ts';

const zone = fixedZone(
  'shop.internal',
  simpleSet('_calc._tcp.shop.internal.', 'SRV', 5, '1 1 80 a.ecs.shop.internal.'),
);
const answer = (message: Buffer) => answerMessage(message, 'udp', () => [zone], Math.random);
const query = queryMessage({ name: '_calc._tcp.shop.internal', type: 'SRV', edns: 1232 });
const rcodeOf = (message: Buffer) => {
  const reply = answer(message);
  return reply && decodeReply(reply).rcode;
};

/** A copy of the query with some bytes replaced. */
function patched(offset: number, ...bytes: readonly number[]): Buffer {
  const copy = Buffer.from(query);
  copy.set(bytes, offset);
  return copy;
}

const QUESTION_END = 12 + '_calc._tcp.shop.internal'.length + 2 + 4;

it.each([
  { message: query.subarray(0, 11), rcode: undefined, why: 'shorter than a header' },
  { message: patched(2, 0x80), rcode: undefined, why: 'an answer, not a query' },
  { message: patched(2, 0x28), rcode: 'NOTIMP', why: 'opcode UPDATE' },
  { message: patched(4, 0, 0), rcode: 'FORMERR', why: 'no question' },
  { message: patched(4, 0, 2), rcode: 'FORMERR', why: 'two questions announced' },
  { message: query.subarray(0, 20), rcode: 'FORMERR', why: 'ends within the name' },
  { message: query.subarray(0, QUESTION_END - 1), rcode: 'FORMERR', why: 'ends within the question' },
  { message: query.subarray(0, -1), rcode: 'FORMERR', why: 'ends within OPT' },
  { message: Buffer.concat([query, Buffer.of(0)]), rcode: 'FORMERR', why: 'a byte after the last record' },
  { message: patched(12, 0xc0, 12), rcode: 'FORMERR', why: 'a pointer to itself' },
  { message: patched(12, 0xc0, 0), rcode: 'FORMERR', why: 'a pointer into the header' },
  { message: patched(12, 0x40), rcode: 'FORMERR', why: 'a label type that is not defined' },
  { message: patched(QUESTION_END, 1), rcode: 'FORMERR', why: 'OPT not at the root' },
  { message: patched(QUESTION_END + 9, 0, 9), rcode: 'FORMERR', why: 'record data beyond the end' },
  {
    message: Buffer.concat([patched(11, 2), query.subarray(QUESTION_END)]),
    rcode: 'FORMERR',
    why: 'two OPT records',
  },
  { message: query, rcode: 'NOERROR', why: 'a good query' },
])('$rcode for $why', ({ message, rcode }) => {
  expect(rcodeOf(message)).toBe(rcode);
});

it('never throws on random bytes: silence, or an error that repeats the id', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const message = Buffer.from(bytes);

      const reply = answer(message);

      if (!reply) return;
      expect(reply.readUInt16BE(0)).toBe(message.readUInt16BE(0));
      expect(decodeReply(reply)).toMatchObject({ flag_qr: true, answers: [] });
      expect(['FORMERR', 'NOTIMP', 'REFUSED']).toContain(decodeReply(reply).rcode);
    }),
    { numRuns: 2_000 },
  );
});

it('never throws on a damaged query, and what it sends can be decoded', () => {
  const damage = fc.array(fc.tuple(fc.nat(query.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });

  fc.assert(
    fc.property(damage, fc.nat(query.length), (bytes, length) => {
      const message = Buffer.from(query);
      for (const [offset, byte] of bytes) message[offset] = byte;

      for (const part of [message, message.subarray(0, length)]) {
        const reply = answer(part);
        if (!reply) continue;
        expect(decodeReply(reply).id).toBe(part.readUInt16BE(0));
        // The zone is sound, so SERVFAIL would be a fault of ours.
        expect(decodeReply(reply).rcode).not.toBe('SERVFAIL');
      }
    }),
    { numRuns: 3_000 },
  );
});
