import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { prober } from '../../../functions/adapters/http-probe.ts';
import type { Check } from '../../../functions/domain/ecs/check.ts';
import { type GrpcAnswer, headersOnly, health, listenGrpc, message, whole } from './grpc-servers.ts';
import { type Answer, answering, freePort, listen, saying, target } from './listeners.ts';

/** What collects garbage at once. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

const GRPC: Partial<Check> = { kind: 'grpc', timeout: 5_000 };
const probeOne = async (answer: GrpcAnswer, check: Partial<Check> = {}) => {
  const server = await listenGrpc(answer);
  const [verdict] = await prober().probe([target(server, { ...GRPC, ...check })]);
  return { verdict, server };
};

/** The first bytes of a number of more than 32 bits. */
const ONES = [0xff, 0xff, 0xff, 0xff];

it('asks by POST for the health of the server, under its own address, on one connection', async () => {
  const { verdict, server } = await probeOne(health({ '': 'SERVING' }));

  expect(verdict).toEqual({ state: 'passing' });
  expect(server.connections()).toBe(1);
  const [call, ...more] = server.calls;
  expect(more).toEqual([]);
  expect(call).toMatchObject({ path: '/grpc.health.v1.Health/Check', authority: `127.0.0.1:${server.port}` });
  expect(call?.headers).toMatchObject({ ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' });
  expect(call?.body).toEqual(message());
});

it.each([
  { row: 'short', service: 'shop.Cart', head: [0x0a, 9] },
  { row: 'long', service: 'x'.repeat(200), head: [0x0a, 0xc8, 0x01] },
])('asks for the service that is declared: $row', async ({ service, head }) => {
  const { server } = await probeOne(whole(message(0x08, 1)), { service });

  expect(server.calls[0]?.body).toEqual(message(...head, ...Buffer.from(service)));
});

it('asks for the host that is declared', async () => {
  const { server } = await probeOne(whole(message(0x08, 1)), { host: 'cart.shop.example' });

  expect(server.calls[0]?.authority).toBe('cart.shop.example');
});

describe('an answer', () => {
  const known = health({ '': 'SERVING', cart: 'SERVING', search: 'NOT_SERVING' });

  it.each([
    { service: 'cart', verdict: { state: 'passing' } },
    { service: 'search', verdict: { state: 'failing', cause: 'got NOT_SERVING, want SERVING' } },
    { service: 'other', verdict: { state: 'failing', cause: 'got NOT_FOUND, want SERVING: no such' } },
  ])('of a health service about $service', async ({ service, verdict }) => {
    const { verdict: found } = await probeOne(known, { service });

    expect(found).toEqual(verdict);
  });

  it.each<{ row: string; answer: GrpcAnswer; cause: string }>([
    { row: 'UNKNOWN, which is no field at all', answer: whole(message()), cause: 'got UNKNOWN, want SERVING' },
    { row: 'SERVICE_UNKNOWN', answer: whole(message(8, 3)), cause: 'got SERVICE_UNKNOWN, want SERVING' },
    { row: 'a state of later versions', answer: whole(message(8, 9)), cause: 'got state 9, want SERVING' },
    {
      row: 'UNIMPLEMENTED, in headers alone',
      answer: headersOnly({ 'grpc-status': '12', 'grpc-message': 'unknown service' }),
      cause: 'got UNIMPLEMENTED, want SERVING: unknown service',
    },
    {
      row: 'UNAVAILABLE, in trailers, whatever the message says',
      answer: whole(message(8, 1), { 'grpc-status': '14' }),
      cause: 'got UNAVAILABLE, want SERVING',
    },
    {
      row: 'a code of nobody',
      answer: headersOnly({ 'grpc-status': '99' }),
      cause: 'got grpc-status 99, want SERVING',
    },
    { row: 'headers that say 0 without a message', answer: headersOnly({ 'grpc-status': '0' }), cause: 'no whole' },
    { row: 'no grpc-status', answer: whole(message(8, 1), { other: 'x' }), cause: 'got no grpc-status' },
    { row: 'half a message', answer: whole(message(8, 1).subarray(0, 6)), cause: 'got no whole message' },
    { row: 'two messages', answer: whole(Buffer.concat([message(8, 1), message(8, 1)])), cause: 'got no whole' },
    { row: 'a compressed message', answer: whole(Buffer.from([1, 0, 0, 0, 2, 8, 1])), cause: 'a compressed' },
    { row: 'a broken message', answer: whole(message(0xff, 0xff, 0xff, 0xff, 0xff)), cause: 'a broken message' },
    { row: 'no gRPC', answer: headersOnly({ 'content-type': 'text/html' }), cause: 'got text/html, want gRPC' },
    { row: 'another status', answer: headersOnly({ ':status': 404 }), cause: 'got status 404, want 200 and gRPC' },
    { row: 'more than an answer', answer: whole(Buffer.alloc(5_000)), cause: 'got more than 4096 bytes' },
  ])('fails: $row', async ({ answer, cause }) => {
    const { verdict } = await probeOne(answer);

    expect(verdict).toEqual({ state: 'failing', cause: expect.stringContaining(cause) });
  });

  it('passes with fields that are not known, and content types of gRPC', async () => {
    const { verdict } = await probeOne((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      const [long, fixed64, fixed32] = [
        [0x18, ...ONES, 1],
        [0x21, ...ONES, 0, 0, 0, 8],
        [0x2d, 8, 2, 8, 2],
      ];
      stream.end(message(0x12, 2, 65, 66, 0x08, 1, ...long, ...fixed64, ...fixed32));
    });

    expect(verdict).toEqual({ state: 'passing' });
  });

  it('says in few printable characters what the server gives as its message', async () => {
    const { verdict } = await probeOne(headersOnly({ 'grpc-status': '13', 'grpc-message': '\u00e9'.repeat(5_000) }));

    expect(verdict).toEqual({ state: 'failing', cause: expect.stringMatching(/^got INTERNAL, .{1,110}$/) });
  });
});

describe('a server that means harm or is none', () => {
  it.each<{ row: string; answer: GrpcAnswer }>([
    { row: 'resets the call', answer: (stream) => stream.close(7) },
    { row: 'goes away', answer: (stream) => stream.session?.goaway(11) },
    { row: 'drops the connection', answer: (stream) => stream.session?.destroy() },
    {
      row: 'drops the connection in the middle of an answer',
      answer: (stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
        stream.write(message(8, 1), () => stream.session?.destroy());
      },
    },
    { row: 'sends headers without end', answer: headersOnly({ a: 'x'.repeat(40_000) }) },
    {
      row: 'sends very many headers',
      answer: headersOnly(Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`h${at}`, 'x']))),
    },
    {
      row: 'pours bytes',
      answer: (stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
        const pour = () => {
          while (!stream.destroyed && stream.write(Buffer.alloc(65_536)));
        };
        stream.on('drain', pour);
        pour();
      },
    },
  ])('$row: fails at once', async ({ answer }) => {
    const { verdict } = await probeOne(answer, { timeout: 10_000 });

    expect(verdict).toEqual({ state: 'failing', cause: expect.stringMatching(/^\S.{0,118}\S$/) });
  });

  it('sends more headers than Node takes: ends the probe, and never the process', async () => {
    const headers = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`h${at}`, 'x']));
    const collect = collector();

    for (let at = 0; at < 20; at += 1) await probeOne(headersOnly(headers), { timeout: 10_000 });
    // Node finds out that a session has not given back its memory when the session is collected, and aborts.
    for (let at = 0; at < 5; at += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collect();
    }

    const { verdict } = await probeOne(health({ '': 'SERVING' }));
    expect(verdict).toEqual({ state: 'passing' });
  });

  it.each<{ row: string; answer: GrpcAnswer }>([
    { row: 'never answers', answer: () => undefined },
    { row: 'says that it goes, and stays', answer: (stream) => stream.session?.goaway(0) },
    {
      row: 'ends its answer with nothing',
      answer: (stream) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
        stream.write(message(8, 1));
      },
    },
    {
      row: 'sends one information after the other',
      answer: (stream) => {
        const drops = setInterval(() => !stream.destroyed && stream.additionalHeaders({ ':status': 103 }), 10);
        stream.on('close', () => clearInterval(drops));
      },
    },
    {
      row: 'sends one ping after the other',
      answer: (stream) => {
        const drops = setInterval(() => stream.session?.destroyed === false && stream.session.ping(() => undefined), 5);
        stream.on('close', () => clearInterval(drops));
      },
    },
  ])('$row: fails in time', async ({ answer }) => {
    const { verdict } = await probeOne(answer, { timeout: 200 });

    expect(verdict).toEqual({ state: 'failing', kind: 'timeout', cause: 'no answer within 200 ms' });
  });

  it.each<{ row: string; answer: Answer; cause: string }>([
    { row: 'HTTP/1.1', answer: answering(200), cause: 'no HTTP/2 (Protocol error)' },
    { row: 'SSH', answer: saying('SSH-2.0-OpenSSH_9.2p1\r\n'), cause: 'no HTTP/2 (Protocol error)' },
    { row: 'nothing but zeros', answer: saying('\0'.repeat(1_000)), cause: 'no HTTP/2' },
    { row: 'nothing, and hangs up', answer: (socket) => socket.end(), cause: 'closed before the answer ended' },
    { row: 'a reset', answer: (socket) => void socket.resetAndDestroy(), cause: 'connection reset' },
  ])('speaks $row: fails', async ({ answer, cause }) => {
    const listener = await listen(answer);

    const [verdict] = await prober().probe([target(listener, { ...GRPC, timeout: 10_000 })]);

    expect(verdict).toEqual({ state: 'failing', cause: expect.stringContaining(cause) });
  });

  it('does not listen: fails', async () => {
    const port = await freePort();

    const verdicts = await prober().probe([target({ address: '127.0.0.1', port }, GRPC)]);

    expect(verdicts).toEqual([{ state: 'failing', cause: 'connection refused' }]);
  });
});
