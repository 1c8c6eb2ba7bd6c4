import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type DnsServerOptions, startDnsServer } from '../dns-server.ts';
import { askTcp, decodeReply, frame, openTcp, queryMessage, readFrames } from './client.ts';
import { fixedZone } from './zone-builder.ts';

const soa = { name: 'shop.internal', type: 'SOA' } as const;

async function start(options: Partial<DnsServerOptions> = {}) {
  const server = await startDnsServer({ port: 0, zones: () => [fixedZone('shop.internal')], ...options });
  const opened: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of opened) socket.destroy();
    await server.close();
  });
  const open = async (): Promise<Socket> => {
    const socket = await openTcp(server.port);
    socket.on('error', () => {}).resume();
    opened.push(socket);
    return socket;
  };
  return { ...server, open };
}

const asks = async (socket: Socket): Promise<string | undefined> => {
  const reply = readFrames(socket, 1);
  socket.write(frame(queryMessage(soa)));
  const [bytes] = await reply;
  return bytes && decodeReply(bytes).rcode;
};

it('gives the place of the connection that asked nothing for longest to the next one', async () => {
  const { open } = await start({ maxTcpConnections: 2 });
  const first = await open();
  const second = await open();
  await asks(first); // from now on the second is idle for longer
  const ended = once(second, 'close');

  const third = await open();

  await ended;
  expect([await asks(first), await asks(third)]).toEqual(['NOERROR', 'NOERROR']);
});

it.each([
  { how: 'say nothing', bytes: Buffer.alloc(0) },
  { how: 'send half a length', bytes: Buffer.of(0) },
  { how: 'send a length and half a query', bytes: frame(queryMessage(soa)).subarray(0, 15) },
])('serves newcomers while a thousand connections $how', { timeout: 60_000 }, async ({ bytes }) => {
  const { open, port } = await start();
  for (let round = 0; round < 10; round++) {
    const held = await Promise.all(Array.from({ length: 100 }, open));
    for (const socket of held) socket.write(bytes);
    expect((await askTcp(port, soa)).rcode).toBe('NOERROR');
  }
});

it('ends a connection whose bytes trickle in without ever being a query', { timeout: 20_000 }, async () => {
  const { open } = await start({ tcpIdleTimeout: 300 });
  const socket = await open();
  const ended = once(socket, 'close');
  const trickle = setInterval(() => socket.write(Buffer.of(1)), 50);
  onTestFinished(() => clearInterval(trickle));

  await ended;
});

it('lets a connection stay that asks again and again', { timeout: 20_000 }, async () => {
  const { open } = await start({ tcpIdleTimeout: 2_000 });
  const socket = await open();

  const rcodes: (string | undefined)[] = [];
  for (let query = 0; query < 6; query++) {
    rcodes.push(await asks(socket));
    await new Promise((resolve) => setTimeout(resolve, 500));
  }

  expect(rcodes).toEqual(Array.from({ length: 6 }, () => 'NOERROR'));
});
