import http2 from 'node:http2';
import type net from 'node:net';
import { onTestFinished } from 'vitest';

/** What a call of gRPC has asked. */
export interface Call {
  readonly path: string;
  readonly authority: string;
  readonly headers: http2.IncomingHttpHeaders;
  /** The bytes of the request, frame included. */
  readonly body: Buffer;
}

export interface GrpcServer {
  readonly address: string;
  readonly port: number;
  readonly calls: readonly Call[];
  connections(): number;
}

/** Answers a call as a server likes to. */
export type GrpcAnswer = (stream: http2.ServerHttp2Stream, call: Call) => void;

/** Listens by HTTP/2 without TLS on a free port of a loopback address until the test is over. */
export async function listenGrpc(answer: GrpcAnswer): Promise<GrpcServer> {
  const calls: Call[] = [];
  const open = new Set<http2.ServerHttp2Session>();
  let connections = 0;
  const server = http2.createServer();
  server.on('session', (session) => {
    connections += 1;
    open.add(session);
    session.on('error', () => undefined);
    session.on('close', () => open.delete(session));
  });
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    const pieces: Buffer[] = [];
    stream.on('error', () => undefined);
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => {
      const call = {
        path: `${headers[':path']}`,
        authority: `${headers[':authority']}`,
        headers,
        body: Buffer.concat(pieces),
      };
      calls.push(call);
      answer(stream, call);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    for (const session of open) session.destroy();
    await new Promise((closed) => server.close(closed));
  });
  const { port } = server.address() as net.AddressInfo;
  return { address: '127.0.0.1', port, calls, connections: () => connections };
}

export const message = (...bytes: number[]): Buffer => Buffer.from([0, 0, 0, 0, bytes.length, ...bytes]);

/** A whole answer: headers, bytes, trailers. */
export const whole =
  (body: Buffer, trailers: http2.OutgoingHttpHeaders = { 'grpc-status': '0' }): GrpcAnswer =>
  (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end(body);
  };

/** Headers, and nothing behind them. */
export const headersOnly =
  (headers: http2.OutgoingHttpHeaders): GrpcAnswer =>
  (stream) =>
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...headers }, { endStream: true });

const states = { SERVING: 1, NOT_SERVING: 2 } as const;

/** A health service as `grpc.health.v1` has it, with what some services say; of others it knows nothing. */
export const health =
  (known: Readonly<Record<string, keyof typeof states>>): GrpcAnswer =>
  (stream, call) => {
    if (call.path !== '/grpc.health.v1.Health/Check') return headersOnly({ 'grpc-status': '12' })(stream, call);
    const state = known[call.body.subarray(7).toString()];
    if (state === undefined) return headersOnly({ 'grpc-status': '5', 'grpc-message': 'no such' })(stream, call);
    whole(message(0x08, states[state]))(stream, call);
  };
