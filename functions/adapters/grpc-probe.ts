import http2 from 'node:http2';
import net from 'node:net';
import { Duplex, Transform } from 'node:stream';
import type { Check } from '../domain/ecs/check.ts';
import { healthFault, healthRequest } from './grpc-health.ts';

/** Bytes of an answer: one of a healthy service has seven. */
const MAX_ANSWER = 4_096;
/** Bytes of all that a server sends on a connection, headers and frames of whatever kind: a healthy one needs some hundred. */
const MAX_RECEIVED = 8_192;
/** More than so many bytes can say without a dynamic table: beyond its own bounds Node aborts the process (DECISIONS 164). */
const UNREACHED = { headerListSize: 16_777_216, headerPairs: 1_048_576, sessionMegabytes: 64 } as const;

/**
 * Asks a server for its health by `grpc.health.v1.Health/Check`, over HTTP/2 without TLS and without upgrade, on a
 * connection of its own.
 *
 * @returns why it is not healthy; undefined when it is
 * @throws what has gone wrong with the connection, or, once `signal` says so, anything
 */
export function askHealth(
  { address, port, check }: { readonly address: string; readonly port: number; readonly check: Check },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { host = net.isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`, service = '' } = check;
  return new Promise((resolve, reject) => {
    const session = http2.connect('http://health.invalid', {
      createConnection: () => bounded(net.connect({ host: address, port })),
      settings: { enablePush: false, headerTableSize: 0, maxHeaderListSize: UNREACHED.headerListSize },
      maxSessionMemory: UNREACHED.sessionMegabytes,
      maxHeaderListPairs: UNREACHED.headerPairs,
    });
    const end = (settle: () => void) => {
      settle();
      session.destroy();
    };
    const abort = () => end(() => reject(new Error('aborted')));
    signal.addEventListener('abort', abort, { once: true });
    // Not once: an error that nobody hears ends the process.
    session.on('error', (fault) => end(() => reject(fault)));
    session.once('close', () => {
      signal.removeEventListener('abort', abort);
      reject(new Error('connection closed before the answer ended'));
    });
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      ':authority': host,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': `${check.timeout}m`,
      'user-agent': 'ecs-service-discovery-dns',
    });
    let head: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader = {};
    let tail: http2.IncomingHttpHeaders = {};
    const pieces: Buffer[] = [];
    let read = 0;
    stream.on('response', (headers) => {
      head = headers;
    });
    stream.on('trailers', (headers) => {
      tail = headers;
    });
    stream.on('data', (piece: Buffer) => {
      read += piece.length;
      if (read > MAX_ANSWER) return end(() => resolve(`got more than ${MAX_ANSWER} bytes, want an answer of health`));
      pieces.push(piece);
    });
    // What the session has come to grief over is heard here first, as its cause.
    stream.on('error', (fault) => end(() => reject(fault.cause ?? fault)));
    stream.once('close', () =>
      end(() => {
        if (head[':status'] === undefined) return reject(new Error('stream closed before the answer ended'));
        const answer = {
          status: head[':status'],
          contentType: head['content-type'],
          grpcStatus: textOf(tail['grpc-status'] ?? head['grpc-status']),
          grpcMessage: textOf(tail['grpc-message'] ?? head['grpc-message']),
          body: Buffer.concat(pieces),
        };
        resolve(healthFault(answer));
      }),
    );
    stream.end(healthRequest(service));
  });
}

/** A connection that fails once its server has sent more than any answer of health needs. */
function bounded(socket: net.Socket): Duplex {
  let received = 0;
  const counted = new Transform({
    transform(piece: Buffer, _, done) {
      received += piece.length;
      if (received <= MAX_RECEIVED) return done(null, piece);
      done(new Error(`got more than ${MAX_RECEIVED} bytes, want an answer of health`));
    },
  });
  return Duplex.from({ readable: socket.pipe(counted), writable: socket });
}

/** The first of several. */
const textOf = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === 'object' ? header[0] : header;
