import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import type { Answer, RecordType, SoaAnswer, SrvAnswer } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { askTcp, askUdp, decodeReply, frame, openTcp, queryMessage, readFrames } from './dns/client.ts';
import { fixedZone, simpleSet } from './dns/zone-builder.ts';
import { type DnsServer, type DnsServerOptions, startDnsServer } from './dns-server.ts';

const run = promisify(execFile);
const hasDig = await run('dig', ['-v']).then(
  () => true,
  () => false,
);

const MANY = 30;
const zone = fixedZone(
  'shop.internal',
  simpleSet('_calc._tcp.shop.internal.', 'SRV', 5, '1 1 8081 ip-10-0-1-1.ecs.shop.internal.', '2 3 8082 far.example.'),
  simpleSet('ip-10-0-1-1.ecs.shop.internal.', 'A', 60, '10.0.1.1'),
  simpleSet('ip-10-0-1-1.ecs.shop.internal.', 'AAAA', 60, '2001:db8::ffff:10.0.1.1'),
  simpleSet(
    '_many._tcp.shop.internal.',
    'SRV',
    5,
    ...Array.from({ length: MANY }, (_, index) => `1 1 ${9000 + index} ip-10-0-2-${index}.ecs.shop.internal.`),
  ),
  ...Array.from({ length: MANY }, (_, index) =>
    simpleSet(`ip-10-0-2-${index}.ecs.shop.internal.`, 'A', 60, `10.0.2.${index}`),
  ),
  simpleSet('ecs.shop.internal.', 'TXT', 60, '"111111111111/eu-west-1/shop" "say \\"hi\\" \\303\\251"'),
  simpleSet('alias.shop.internal.', 'CNAME', 30, 'alias2.shop.internal'),
  simpleSet('alias2.shop.internal.', 'CNAME', 30, 'ip-10-0-1-1.ecs.shop.internal.'),
  simpleSet('away.shop.internal.', 'CNAME', 30, 'www.example.com.'),
  simpleSet('dangling.shop.internal.', 'CNAME', 30, 'gone.shop.internal.'),
  simpleSet('loop.shop.internal.', 'CNAME', 30, 'loop.shop.internal.'),
  simpleSet('\\052.wild.shop.internal.', 'A', 5, '10.9.9.9'),
  simpleSet('own.wild.shop.internal.', 'TXT', 5, '"here"'),
  simpleSet('deep.below.wild.shop.internal.', 'A', 5, '10.8.8.8'),
  simpleSet('mail.shop.internal.', 'MX', 5, '10 mx.shop.internal.'),
  simpleSet('1.shop.internal.', 'PTR', 5, 'calc.shop.internal.'),
);
const soaOnlyMinimum = fixedZone('other.internal');

async function start(options: Partial<DnsServerOptions> = {}): Promise<DnsServer> {
  const server = await startDnsServer({ port: 0, zones: () => [zone, soaOnlyMinimum], ...options });
  onTestFinished(() => server.close());
  return server;
}

let port: number;
let shared: DnsServer;
beforeAll(async () => {
  shared = await startDnsServer({ port: 0, zones: () => [zone, soaOnlyMinimum] });
  port = shared.port;
});
afterAll(() => shared.close());

const srvOf = (answers: readonly Answer[]) =>
  answers.filter((answer): answer is SrvAnswer => answer.type === 'SRV').map(({ data }) => data);

describe.each([
  { transport: 'udp', ask: askUdp },
  { transport: 'tcp', ask: askTcp },
])('answers over $transport', ({ ask }) => {
  it('gives every SRV value, authoritatively, with the addresses of the targets that the zone knows', async () => {
    const reply = await ask(port, { name: '_calc._tcp.shop.internal', type: 'SRV', edns: 4096 });

    expect(reply).toMatchObject({ rcode: 'NOERROR', flag_qr: true, flag_aa: true, flag_tc: false, flag_rd: true });
    expect(reply.flag_ra).toBe(true);
    expect(srvOf(reply.answers).sort((a, b) => a.port - b.port)).toEqual([
      { priority: 1, weight: 1, port: 8081, target: 'ip-10-0-1-1.ecs.shop.internal' },
      { priority: 2, weight: 3, port: 8082, target: 'far.example' },
    ]);
    expect(reply.additionals).toMatchObject([
      { name: 'ip-10-0-1-1.ecs.shop.internal', type: 'A', ttl: 60, data: '10.0.1.1' },
      { name: 'ip-10-0-1-1.ecs.shop.internal', type: 'AAAA', ttl: 60, data: '2001:db8::ffff:a00:101' },
      { type: 'OPT', udpPayloadSize: 4096, ednsVersion: 0 },
    ]);
  });

  it.each<{ name: string; type: RecordType; data: unknown }>([
    { name: 'ip-10-0-1-1.ecs.shop.internal', type: 'A', data: '10.0.1.1' },
    {
      name: 'ecs.shop.internal',
      type: 'TXT',
      data: ['111111111111/eu-west-1/shop', 'say "hi" é'].map((s) => Buffer.from(s)),
    },
    { name: 'mail.shop.internal', type: 'MX', data: { preference: 10, exchange: 'mx.shop.internal' } },
    { name: '1.shop.internal', type: 'PTR', data: 'calc.shop.internal' },
    { name: 'away.shop.internal', type: 'CNAME', data: 'www.example.com' },
    {
      name: 'shop.internal',
      type: 'SOA',
      data: {
        mname: 'ns-1536.awsdns-00.co.uk',
        rname: 'awsdns-hostmaster.amazon.com',
        serial: 1,
        refresh: 7200,
        retry: 900,
        expire: 1209600,
        minimum: 86400,
      },
    },
  ])('$type $name', async ({ name, type, data }) => {
    const reply = await ask(port, { name, type });

    expect(reply.answers).toMatchObject([{ name, type, data }]);
  });

  it.each<{ name: string; type: RecordType; rcode: string; why: string }>([
    { name: 'none.shop.internal', type: 'SRV', rcode: 'NXDOMAIN', why: 'the name does not exist' },
    { name: '_calc._tcp.shop.internal', type: 'A', rcode: 'NOERROR', why: 'the name has no such type' },
    { name: '_tcp.shop.internal', type: 'SRV', rcode: 'NOERROR', why: 'an empty non-terminal exists' },
    { name: 'shop.internal', type: 'A', rcode: 'NOERROR', why: 'the apex exists' },
  ])('$rcode with the SOA when $why', async ({ name, type, rcode }) => {
    const reply = await ask(port, { name, type });

    expect(reply).toMatchObject({ rcode, flag_aa: true, answers: [] });
    expect(reply.authorities).toMatchObject([{ name: 'shop.internal', type: 'SOA', ttl: 900 }]);
  });
});

describe('names', () => {
  it('keeps the case of the question and finds the name in any case', async () => {
    const reply = await askUdp(port, { name: 'IP-10-0-1-1.eCs.Shop.internal', type: 'A' });

    expect(reply.questions).toMatchObject([{ name: 'IP-10-0-1-1.eCs.Shop.internal' }]);
    expect(reply.answers).toMatchObject([{ name: 'IP-10-0-1-1.eCs.Shop.internal', data: '10.0.1.1' }]);
  });

  it.each([
    { name: 'any.wild.shop.internal', type: 'A', rcode: 'NOERROR', answers: 1, why: 'a wildcard stands for it' },
    { name: 'a.b.wild.shop.internal', type: 'A', rcode: 'NOERROR', answers: 1, why: 'it stands for several labels' },
    { name: 'any.wild.shop.internal', type: 'SRV', rcode: 'NOERROR', answers: 0, why: 'the wildcard has no such type' },
    {
      name: 'own.wild.shop.internal',
      type: 'A',
      rcode: 'NOERROR',
      answers: 0,
      why: 'a name of its own hides the wildcard',
    },
    {
      name: 'below.wild.shop.internal',
      type: 'A',
      rcode: 'NOERROR',
      answers: 0,
      why: 'an empty non-terminal hides it',
    },
    {
      name: 'x.below.wild.shop.internal',
      type: 'A',
      rcode: 'NXDOMAIN',
      answers: 0,
      why: 'the closest encloser has none',
    },
    {
      name: 'x.own.wild.shop.internal',
      type: 'A',
      rcode: 'NXDOMAIN',
      answers: 0,
      why: 'a leaf without wildcard encloses it',
    },
    { name: '*.wild.shop.internal', type: 'A', rcode: 'NOERROR', answers: 1, why: 'the wildcard itself is a name' },
  ] as const)('$name $type: $rcode, $answers answers, since $why', async ({ name, type, rcode, answers }) => {
    const reply = await askUdp(port, { name, type });

    expect({ rcode: reply.rcode, answers: reply.answers.length }).toEqual({ rcode, answers });
    for (const answer of reply.answers) expect(answer.name).toBe(name);
  });

  it.each([
    { name: 'alias.shop.internal', owners: ['alias', 'alias2', 'ip-10-0-1-1.ecs'], rcode: 'NOERROR', soa: 0 },
    { name: 'away.shop.internal', owners: ['away'], rcode: 'NOERROR', soa: 0 },
    { name: 'dangling.shop.internal', owners: ['dangling'], rcode: 'NXDOMAIN', soa: 1 },
    { name: 'loop.shop.internal', owners: Array.from({ length: 8 }, () => 'loop'), rcode: 'NOERROR', soa: 1 },
  ])('follows the alias $name within the zone: $rcode', async ({ name, owners, rcode, soa }) => {
    const reply = await askUdp(port, { name, type: 'A' });

    expect(reply.answers.map((answer) => answer.name)).toEqual(owners.map((owner) => `${owner}.shop.internal`));
    expect({ rcode: reply.rcode, soa: reply.authorities.length }).toEqual({ rcode, soa });
  });

  it.each([
    { row: 'a simple one', name: 'calc', type: 'A', data: ['10.0.1.1', '10.0.1.2'] },
    { row: 'one of an alias', name: 'twice', type: 'A', data: ['10.0.1.1', '10.0.1.2'] },
    { row: 'one of another type', name: 'calc', type: 'AAAA', data: [] },
    { row: 'one whose target is gone', name: 'dangling', type: 'A', data: [] },
    { row: 'one that stands for itself', name: 'loop', type: 'A', data: [] },
    { row: 'a weighted one', name: 'shared', type: 'A', data: ['10.0.1.9'] },
  ] as const)('answers an alias record set as its target, under its own name: $row', async ({ name, type, data }) => {
    const aliasSet = (label: string, target: string) => ({
      Name: `${label}.shop.internal.`,
      Type: 'A' as const,
      AliasTarget: { HostedZoneId: 'Z1', DNSName: `${target}.shop.internal.`, EvaluateTargetHealth: false },
    });
    const aliases = fixedZone(
      'shop.internal',
      simpleSet('calc._address.ecs.shop.internal.', 'A', 7, '10.0.1.1', '10.0.1.2'),
      simpleSet('calc._address.other.shop.internal.', 'A', 7, '10.0.1.9'),
      aliasSet('calc', 'calc._address.ecs'),
      aliasSet('twice', 'calc'),
      aliasSet('dangling', 'gone'),
      aliasSet('loop', 'loop'),
      { ...aliasSet('shared', 'calc._address.ecs'), SetIdentifier: 'ecs', Weight: 0 },
      { ...aliasSet('shared', 'calc._address.other'), SetIdentifier: 'other', Weight: 1 },
    );
    const server = await start({ zones: () => [aliases] });

    const reply = await askUdp(server.port, { name: `${name}.shop.internal`, type });

    expect(reply.rcode).toBe('NOERROR');
    expect(reply.answers.map((answer) => 'data' in answer && answer.data).sort()).toEqual(data);
    for (const answer of reply.answers) expect(answer).toMatchObject({ name: `${name}.shop.internal`, ttl: 7 });
    expect(reply.authorities).toHaveLength(data.length === 0 ? 1 : 0);
  });

  it('answers from the most specific zone', async () => {
    const outer = fixedZone('internal', simpleSet('a.inner.internal.', 'A', 5, '10.0.0.1'));
    const inner = fixedZone('inner.internal', simpleSet('b.inner.internal.', 'A', 5, '10.0.0.2'));
    const server = await start({ zones: () => [outer, inner] });

    const hidden = await askUdp(server.port, { name: 'a.inner.internal', type: 'A' });
    const found = await askUdp(server.port, { name: 'b.inner.internal', type: 'A' });

    expect(hidden.rcode).toBe('NXDOMAIN');
    expect(found.answers).toMatchObject([{ data: '10.0.0.2' }]);
  });

  it('sees a changed zone at the next query', async () => {
    let recordSets = fixedZone('shop.internal').recordSets();
    const server = await start({ zones: () => [{ name: 'shop.internal.', recordSets: () => recordSets }] });
    const before = await askUdp(server.port, { name: 'new.shop.internal', type: 'A' });

    recordSets = [...recordSets, simpleSet('new.shop.internal.', 'A', 5, '10.0.0.9')];
    const after = await askUdp(server.port, { name: 'new.shop.internal', type: 'A' });

    expect(before.rcode).toBe('NXDOMAIN');
    expect(after.answers).toMatchObject([{ data: '10.0.0.9' }]);
  });
});

describe('negative answers', () => {
  it.each([
    { soaTtl: 900, minimum: 86_400, expected: 900 },
    { soaTtl: 900, minimum: 5, expected: 5 },
    { soaTtl: 0, minimum: 60, expected: 0 },
  ])('SOA TTL $soaTtl and minimum $minimum: cached for $expected s', async ({ soaTtl, minimum, expected }) => {
    const soa = simpleSet('z.internal.', 'SOA', soaTtl, `ns. host. 1 7200 900 1209600 ${minimum}`);
    const server = await start({ zones: () => [{ name: 'z.internal', recordSets: () => [soa] }] });

    const reply = await askUdp(server.port, { name: 'no.z.internal', type: 'SRV' });

    expect(reply.authorities.map((record) => (record as SoaAnswer).ttl)).toEqual([expected]);
  });
});

describe('refusals', () => {
  it.each([
    { name: 'www.example.com', type: 'A', rcode: 'REFUSED', why: 'outside the zones' },
    { name: 'ashop.internal', type: 'A', rcode: 'REFUSED', why: 'a zone is a suffix of labels, not of text' },
    { name: 'shop.internal', type: 'AXFR', rcode: 'REFUSED', why: 'transfers are not offered' },
    { name: 'shop.internal', type: 'TKEY', rcode: 'NOTIMP', why: 'meta types are not implemented' },
    { name: 'shop.internal', type: 'OPT', rcode: 'FORMERR', why: 'OPT cannot be asked for' },
  ] as const)('$rcode for $type $name: $why', async ({ name, type, rcode }) => {
    const reply = await askUdp(port, { name, type });

    expect(reply).toMatchObject({ rcode, flag_aa: false, answers: [], questions: [{ name }] });
  });

  it('REFUSED for the class CHAOS', async () => {
    const reply = await askUdp(port, { name: 'shop.internal', type: 'TXT', class: 'CH' });

    expect(reply.rcode).toBe('REFUSED');
  });

  it('BADVERS for an EDNS version that is not known', async () => {
    const reply = await askUdp(port, { name: 'shop.internal', type: 'SOA', edns: 1232, ednsVersion: 1 });

    expect(reply.additionals).toMatchObject([{ type: 'OPT', extendedRcode: 1, ednsVersion: 0 }]);
    expect(reply.answers).toEqual([]);
  });

  it('SERVFAIL for a value that is no SRV value, and goes on', async () => {
    const broken = fixedZone('shop.internal', simpleSet('bad.shop.internal.', 'SRV', 5, '1 1 99999 x.'));
    const server = await start({ zones: () => [broken] });

    const reply = await askUdp(server.port, { name: 'bad.shop.internal', type: 'SRV' });
    const next = await askUdp(server.port, { name: 'shop.internal', type: 'SOA' });

    expect(reply.rcode).toBe('SERVFAIL');
    expect(next.rcode).toBe('NOERROR');
  });
});

describe('size', () => {
  it.each([
    { edns: undefined, most: 512, complete: false },
    { edns: 100, most: 512, complete: false },
    { edns: 1232, most: 1232, complete: false },
    { edns: 4096, most: 4096, complete: true },
    { edns: 65_535, most: 4096, complete: true },
  ])('with EDNS $edns an answer has at most $most bytes', async ({ edns, most, complete }) => {
    const ask = { name: '_many._tcp.shop.internal', type: 'SRV' as const };
    const reply = await askUdp(port, edns === undefined ? ask : { ...ask, edns });

    expect(reply.bytes).toBeLessThanOrEqual(most);
    expect(reply.flag_tc).toBe(!complete);
    expect(reply.answers.length === MANY).toBe(complete);
    expect(reply.additionals.filter(({ type }) => type === 'A').length > 0).toBe(complete);
    // As many whole records as fit: one more, with a pointer as owner, would have passed the limit.
    const record = 2 + 10 + 6 + 'ip-10-0-2-29.ecs.shop.internal'.length + 2;
    if (!complete) expect(reply.bytes + record).toBeGreaterThan(most);
  });

  it('over TCP nothing is cut', async () => {
    const reply = await askTcp(port, { name: '_many._tcp.shop.internal', type: 'SRV' });

    expect(reply).toMatchObject({ flag_tc: false, answers: { length: MANY }, additionals: { length: MANY } });
  });

  it('leaves out additional addresses that do not fit, without TC', async () => {
    const target = `${'t'.repeat(60)}.shop.internal`;
    const addresses = Array.from({ length: 30 }, (_, index) => `10.0.0.${index}`);
    const srv = simpleSet('_x._tcp.shop.internal.', 'SRV', 5, `1 1 80 ${target}.`);
    const big = fixedZone('shop.internal', srv, simpleSet(`${target}.`, 'A', 5, ...addresses));
    const server = await start({ zones: () => [big] });

    const reply = await askUdp(server.port, { name: '_x._tcp.shop.internal', type: 'SRV' });

    expect(reply).toMatchObject({ flag_tc: false, answers: { length: 1 }, additionals: [] });
  });

  it('points at no name that was taken back', async () => {
    const tooMany = Array.from({ length: 40 }, (_, index) => `10.0.0.${index}`);
    const some = fixedZone(
      'shop.internal',
      simpleSet('_x._tcp.shop.internal.', 'SRV', 5, '1 1 80 big.sub.shop.internal.', '1 1 80 small.sub.shop.internal.'),
      simpleSet('big.sub.shop.internal.', 'A', 5, ...tooMany),
      simpleSet('small.sub.shop.internal.', 'A', 5, '10.1.1.1'),
    );
    const server = await start({ zones: () => [some] });

    const reply = await askUdp(server.port, { name: '_x._tcp.shop.internal', type: 'SRV' });

    expect(reply.additionals).toMatchObject([{ name: 'small.sub.shop.internal', data: '10.1.1.1' }]);
  });

  it('compresses owner names but never an SRV target (RFC 2782)', async () => {
    const reply = await askUdp(port, { name: '_many._tcp.shop.internal', type: 'SRV', edns: 4096 });

    const question = 12 + '_many._tcp.shop.internal'.length + 2 + 4;
    const answers = srvOf(reply.answers).reduce((sum, { target }) => sum + 2 + 10 + 6 + target.length + 2, 0);
    // The owner of an address: its first label, then a pointer to the zone inside the question or an earlier owner.
    const [first, ...rest] = reply.additionals
      .slice(0, -1)
      .map(({ name }) => 1 + (name.split('.')[0] ?? '').length + 2 + 14);
    const addresses = (first ?? 0) + 'ecs'.length + 1 + rest.reduce((sum, bytes) => sum + bytes, 0);
    expect(reply.bytes).toBe(question + answers + addresses + 11);
  });
});

describe('TCP', () => {
  it('answers several queries of one connection, in order, however the bytes arrive', async () => {
    const names = ['_calc._tcp.shop.internal', 'none.shop.internal', 'alias.shop.internal'];
    const stream = Buffer.concat(names.map((name) => frame(queryMessage({ name, type: 'SRV' }))));
    const socket = await openTcp(port);
    onTestFinished(() => void socket.destroy());

    const replies = readFrames(socket, names.length);
    for (const byte of stream) socket.write(Buffer.of(byte));

    expect((await replies).map((reply) => decodeReply(reply).questions[0]?.name)).toEqual(names);
  });

  it('closes a silent connection', async () => {
    const server = await start({ tcpIdleTimeout: 50 });
    const socket = await openTcp(server.port);

    const [hadError] = await once(socket.resume(), 'close');

    expect(hadError).toBe(false);
  });
});

it('survives noise on both transports', async () => {
  const server = await start();
  const noise = Array.from({ length: 200 }, (_, index) => randomBytes(index * 3));
  const udp = createSocket('udp4');
  const tcp = await Promise.all(noise.slice(0, 20).map(() => openTcp(server.port)));
  onTestFinished(() => tcp.forEach((socket) => void socket.destroy()));

  await Promise.all(noise.map((bytes) => new Promise((sent) => udp.send(bytes, server.port, '127.0.0.1', sent))));
  udp.close();
  for (const [index, socket] of tcp.entries()) socket.on('error', () => {}).write(noise[index + 100] ?? '');
  const replies = await Promise.all(
    [askUdp, askTcp].map((ask) => ask(server.port, { name: 'shop.internal', type: 'SOA' })),
  );

  expect(replies.map(({ rcode }) => rcode)).toEqual(['NOERROR', 'NOERROR']);
});

describe('ports', () => {
  it('says which port is taken, and leaves nothing open', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    onTestFinished(() => void blocker.close());
    const taken = (blocker.address() as { port: number }).port;

    const starting = startDnsServer({ port: taken, zones: () => [] });

    await expect(starting).rejects.toMatchObject({ code: 'EADDRINUSE', port: taken });
    const udp = createSocket('udp4').bind(taken, '127.0.0.1');
    await once(udp, 'listening');
    udp.close();
  });

  it('frees both ports and every connection when closed, twice over', async () => {
    const server = await startDnsServer({ port: 0, zones: () => [zone], tcpIdleTimeout: 600_000 });
    const socket = await openTcp(server.port);
    const ended = once(socket.resume(), 'close');

    await Promise.all([server.close(), server.close()]);

    await ended;
    const again = await startDnsServer({ port: server.port, zones: () => [zone] });
    await again.close();
  });
});

describe('other resolvers', () => {
  it('node:dns resolves SRV, over TCP where the answer is truncated', async () => {
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${port}`]);

    const few = await resolver.resolveSrv('_calc._tcp.shop.internal');
    const many = await resolver.resolveSrv('_many._tcp.shop.internal');
    const missing = await resolver.resolveSrv('none.shop.internal').catch((error: { code: string }) => error.code);

    expect(few).toContainEqual(
      expect.objectContaining({ name: 'ip-10-0-1-1.ecs.shop.internal', port: 8081, priority: 1, weight: 1 }),
    );
    expect(many).toHaveLength(MANY);
    expect(missing).toBe('ENOTFOUND');
  });

  it.skipIf(!hasDig).each([
    { how: 'UDP', options: [] },
    { how: 'UDP without EDNS, then TCP', options: ['+noedns'] },
    { how: 'TCP', options: ['+tcp'] },
    { how: 'UDP with a cookie', options: ['+cookie'] },
    { how: 'UDP with the DO bit', options: ['+dnssec'] },
  ])('dig gets the same values over $how', async ({ options }) => {
    const args = ['-p', `${port}`, '@127.0.0.1', '+short', ...options, 'SRV', '_many._tcp.shop.internal'];
    const { stdout } = await run('dig', args);

    const expected = Array.from({ length: MANY }, (_, i) => `1 1 ${9000 + i} ip-10-0-2-${i}.ecs.shop.internal.`);
    expect(stdout.trim().split('\n').sort()).toEqual(expected.sort());
  });

  it.skipIf(!hasDig)('dig shows status, flags and SOA of a negative answer, without a complaint', async () => {
    const { stdout } = await run('dig', ['-p', `${port}`, '@127.0.0.1', '+norecurse', 'SRV', 'none.shop.internal']);

    expect(stdout).toMatch(/status: NXDOMAIN/);
    expect(stdout).toMatch(/flags: qr aa ra;/);
    expect(stdout).toMatch(/shop\.internal\.\s+900\s+IN\s+SOA/);
    expect(stdout).not.toMatch(/WARNING|malformed|mismatch/i);
  });

  it.skipIf(!hasDig).each([
    { options: ['+recurse'], status: 'NXDOMAIN' },
    { options: ['+header-only'], status: 'FORMERR' },
    { options: ['+opcode=STATUS', '+ednsopt=65001:00'], status: 'NOTIMP' },
    { options: ['+opcode=NOTIFY'], status: 'NOTIMP' },
    { options: ['+opcode=UPDATE'], status: 'NOTIMP' },
    { options: ['+edns=1', '+noednsnegotiation'], status: 'BADVERS' },
    { options: ['-c', 'CH'], status: 'REFUSED' },
  ])('dig $options takes $status, with its OPT and without a complaint', async ({ options, status }) => {
    const { stdout } = await run('dig', ['-p', `${port}`, '@127.0.0.1', ...options, 'none.shop.internal', 'SRV']);

    expect(stdout).toContain(`status: ${status}`);
    expect(stdout).toContain('EDNS: version: 0');
    expect(stdout).not.toMatch(/WARNING|malformed|mismatch/i);
  });
});
