import { decode } from 'dns-packet';
import { expect, it } from 'vitest';
import { answerMessage } from './answer.ts';
import { queryMessage } from './client.ts';
import { fixedZone, simpleSet } from './zone-builder.ts';

const NAME = '_calc._tcp.shop.internal';
const zone = fixedZone('shop.internal', simpleSet(`${NAME}.`, 'SRV', 5, '1 1 80 a.ecs.shop.internal.'));
const answer = (message: Buffer) => answerMessage(message, 'udp', () => [zone], Math.random);
const query = queryMessage({ name: NAME, type: 'SRV', edns: 1232 });
const plain = queryMessage({ name: NAME, type: 'SRV' });
const QUESTION_END = plain.length;
const OPT = query.subarray(QUESTION_END);

/** A copy with some bytes replaced. */
function patched(message: Buffer, offset: number, ...bytes: readonly number[]): Buffer {
  const copy = Buffer.from(message);
  copy.set(bytes, offset);
  return copy;
}

const withOpcode = (message: Buffer, opcode: number): Buffer => patched(message, 2, (opcode << 3) | 1);

interface Seen {
  readonly rcode: string;
  readonly additionals: readonly { readonly type: string; readonly ednsVersion?: number }[];
  readonly flag_ra: boolean;
}

function seen(message: Buffer): { readonly rcode: string; readonly opt: number; readonly ra: boolean } | undefined {
  const reply = answer(message);
  if (!reply) return undefined;
  const { rcode, additionals, flag_ra: ra } = decode(reply) as unknown as Seen;
  return { rcode, opt: additionals.filter(({ type }) => type === 'OPT').length, ra };
}

it.each([
  { opcode: 1, what: 'IQUERY' },
  { opcode: 2, what: 'STATUS' },
  { opcode: 3, what: 'nothing assigned' },
  { opcode: 4, what: 'NOTIFY' },
  { opcode: 5, what: 'UPDATE' },
  { opcode: 6, what: 'DSO' },
  { opcode: 15, what: 'nothing assigned' },
])('NOTIMP for opcode $opcode ($what), with OPT to whoever sent one', ({ opcode }) => {
  expect(seen(withOpcode(query, opcode))).toEqual({ rcode: 'NOTIMP', opt: 1, ra: true });
  expect(seen(withOpcode(plain, opcode))).toEqual({ rcode: 'NOTIMP', opt: 0, ra: true });
  const header = withOpcode(patched(plain, 4, 0, 0).subarray(0, 12), opcode);
  expect(seen(header)).toEqual({ rcode: 'NOTIMP', opt: 0, ra: true });
});

it.each([
  { why: 'no question, OPT alone', message: Buffer.concat([patched(query, 4, 0, 0).subarray(0, 12), OPT]), opt: 1 },
  { why: 'no question', message: patched(plain, 4, 0, 0).subarray(0, 12), opt: 0 },
  {
    why: 'two questions',
    message: Buffer.concat([patched(query, 4, 0, 2).subarray(0, QUESTION_END), query.subarray(12)]),
    opt: 1,
  },
  { why: 'two OPT', message: Buffer.concat([patched(query, 11, 2), OPT]), opt: 1 },
  { why: 'a byte behind OPT', message: Buffer.concat([query, Buffer.of(0)]), opt: 1 },
  { why: 'a cut OPT', message: query.subarray(0, -1), opt: 0 },
  { why: 'a question that points at itself', message: patched(query, 12, 0xc0, 12), opt: 0 },
  {
    why: 'questions that point at one another',
    message: Buffer.concat([
      patched(query, 4, 0, 2).subarray(0, 12),
      Buffer.of(0xc0, 18, 0, 1, 0, 1, 0xc0, 12, 0, 1, 0, 1),
    ]),
    opt: 0,
  },
  { why: 'counts of 65,535', message: patched(query, 6, 255, 255, 255, 255, 255, 255), opt: 1 },
])('FORMERR for $why, with as many OPT as can be answered', ({ message, opt }) => {
  expect(seen(message)).toEqual({ rcode: 'FORMERR', opt, ra: true });
});

it('ignores what it does not know of EDNS: cookies, padding, other options', () => {
  const option = Buffer.of(0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8); // COOKIE, RFC 7873
  const unknown = Buffer.of(0xfd, 0xe9, 0, 2, 9, 9);
  const options = Buffer.concat([option, unknown]);
  const message = Buffer.concat([patched(query, query.length - 2, 0, options.length), options]);

  expect(seen(message)).toEqual({ rcode: 'NOERROR', opt: 1, ra: true });
});

it('answers BADVERS to EDNS 1, also where the opcode is fine and the name is not ours', () => {
  const message = queryMessage({ name: 'www.example.com', type: 'A', edns: 1232, ednsVersion: 1 });
  const reply = decode(answer(message) ?? Buffer.alloc(0)) as unknown as { additionals: readonly object[] };

  expect(reply.additionals).toMatchObject([{ type: 'OPT', extendedRcode: 1, ednsVersion: 0 }]);
});

it('is silent to answers, whatever else they are', () => {
  for (const message of [query, withOpcode(query, 5), query.subarray(0, 12)]) {
    expect(answer(patched(message, 2, message.readUInt8(2) | 0x80))).toBeUndefined();
  }
});
