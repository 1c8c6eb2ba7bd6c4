import http2 from 'node:http2';
import net from 'node:net';
import type { Check } from '../domain/ecs/check.ts';
import { healthFault, healthRequest } from './grpc-health.ts';

/** Bytes of an answer: one of a healthy service has seven. */
const MAX_ANSWER = 4_096;
/** Bytes of headers, and how many; of trailers too. */
const MAX_HEADERS = 16_384;
const MAX_HEADER_COUNT = 64;

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
      createConnection: () => net.connect({ host: address, port }),
      settings: { enablePush: false, maxHeaderListSize: MAX_HEADERS },
      // Of megabytes, the least that there is.
      maxSessionMemory: 1,
      maxHeaderListPairs: MAX_HEADER_COUNT,
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

/** The first of several. */
const textOf = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === 'object' ? header[0] : header;
