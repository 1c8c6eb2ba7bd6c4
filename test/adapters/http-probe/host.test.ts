import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { prober } from '../../../functions/adapters/http-probe.ts';
import { answering, listen, target } from './listeners.ts';

const read = (file: string) => readFileSync(new URL(`../../fixtures/tls/${file}`, import.meta.url));

/** An application that serves one host and sends everybody else away; over TLS it wants the server name too. */
async function insisting(scheme: 'http' | 'https', host: string) {
  const serve: http.RequestListener = (request, response) => {
    const { servername = host } = request.socket as TLSSocket;
    const isMine = request.headers.host === host && (scheme === 'http' || servername === host.replace(/:\d+$/, ''));
    response.writeHead(isMine ? 302 : 421, { location: '/login' }).end();
  };
  const server =
    scheme === 'http'
      ? http.createServer(serve)
      : https.createServer({ key: read('key.pem'), cert: read('cert.pem') }, serve);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

describe.each(['http', 'https'] as const)('an application that insists on its host name, by %s', (kind) => {
  it.each([
    { row: 'passes where it is asked for it', host: 'app.example.com', verdict: { state: 'passing' } },
    { row: 'with its port too', host: 'app.example.com:8443', verdict: { state: 'passing' } },
  ])('$row', async ({ host, verdict }) => {
    const server = await insisting(kind, host);

    const verdicts = await prober().probe([target(server, { kind, host, statuses: [[200, 399]] })]);

    expect(verdicts).toEqual([verdict]);
  });

  it.each([{ host: 'other.example.com' }, {}])('fails where it is asked for $host', async (asked) => {
    const server = await insisting(kind, 'app.example.com');

    const verdicts = await prober().probe([target(server, { kind, ...asked, statuses: [[200, 399]] })]);

    expect(verdicts).toEqual([{ state: 'failing', cause: 'got status 421, want 200-399' }]);
  });

  it.each(['127.0.0.1', '127.0.0.1:80', '[::1]:443', 'localhost'])('is asked for %s as it is written', async (host) => {
    const heard: unknown[] = [];
    const serve: http.RequestListener = (request, response) => {
      heard.push(request.headers.host, (request.socket as TLSSocket).servername || 'none');
      response.end();
    };
    const server =
      kind === 'http'
        ? http.createServer(serve)
        : https.createServer({ key: read('key.pem'), cert: read('cert.pem') }, serve);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
    const { port } = server.address() as AddressInfo;

    await prober().probe([target({ address: '127.0.0.1', port }, { kind, host })]);

    // An address is no server name.
    expect(heard).toEqual([host, kind === 'https' && host === 'localhost' ? 'localhost' : 'none']);
  });
});

describe('statuses that are declared', () => {
  it.each([
    { status: 200, state: 'passing' },
    { status: 201, state: 'failing' },
    { status: 204, state: 'passing' },
    { status: 300, state: 'passing' },
    { status: 399, state: 'passing' },
    { status: 400, state: 'failing' },
    { status: 503, state: 'failing' },
  ])('of "200,204,300-399" $status is $state', async ({ status, state }) => {
    const listener = await listen(answering(status));
    const statuses = [
      [200, 200],
      [204, 204],
      [300, 399],
    ] as const;

    const [verdict] = await prober().probe([target(listener, { statuses })]);

    expect(verdict?.state).toBe(state);
    if (state === 'failing') {
      expect(verdict).toHaveProperty('cause', `got status ${status}, want 200,204,300-399`);
    }
  });
});
