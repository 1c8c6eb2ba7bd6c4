import net from 'node:net';
import { onTestFinished } from 'vitest';
import type { Probed } from '../../../functions/adapters/http-probe.ts';
import type { Check } from '../../../functions/domain/ecs/check.ts';

/** A server that speaks bytes, as a probe meets it. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  /** Connections so far, and at the same time at most. */
  connections(): number;
  most(): number;
  /** The first piece that each connection sent. */
  readonly requests: readonly string[];
}

/** What to do with the nth connection (from 1) once its first bytes are there. */
export type Answer = (socket: net.Socket, nth: number, request: string) => void;

export interface ListenerSettings {
  readonly address?: string;
  /** A free one unless given. */
  readonly port?: number;
  /** At once, before anything is sent. */
  readonly onConnect?: (socket: net.Socket, nth: number) => void;
}

/** Listens on a free port of a loopback address until the test is over. */
export async function listen(
  answer: Answer,
  { address = '127.0.0.1', port: wanted = 0, onConnect }: ListenerSettings = {},
): Promise<Listener> {
  const open = new Set<net.Socket>();
  const requests: string[] = [];
  let connections = 0;
  let most = 0;
  const server = net.createServer((socket) => {
    connections += 1;
    const nth = connections;
    open.add(socket);
    most = Math.max(most, open.size);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => open.delete(socket));
    onConnect?.(socket, nth);
    socket.once('data', (piece) => {
      requests.push(piece.toString('latin1'));
      answer(socket, nth, piece.toString('latin1'));
    });
  });
  await new Promise<void>((listening) => server.listen(wanted, address, listening));
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
  const { port } = server.address() as net.AddressInfo;
  return { address, port, connections: () => connections, most: () => most, requests };
}

/** A whole HTTP answer, after which the connection ends. */
export const answering =
  (status: number, body = '', headers: readonly string[] = []): Answer =>
  (socket) => {
    const head = [`HTTP/1.1 ${status} Text`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', ''];
    socket.end(head.join('\r\n') + body);
  };

/** Bytes, and then nothing more. */
export const saying =
  (text: string): Answer =>
  (socket) =>
    void socket.write(text);

/** A target that is probed once over HTTP, for a second, unless said otherwise. */
export function target({ address, port }: Pick<Listener, 'address' | 'port'>, check: Partial<Check> = {}): Probed {
  return { address, port, check: { kind: 'http', path: '/health', timeout: 1_000, attempts: 1, ...check } };
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
