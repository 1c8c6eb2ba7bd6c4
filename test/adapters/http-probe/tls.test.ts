import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { prober } from '../../../functions/adapters/http-probe.ts';
import { type Answer, answering, listen, saying, target } from './listeners.ts';

const read = (file: string) => readFileSync(new URL(`../../fixtures/tls/${file}`, import.meta.url));

/** Speaks TLS with a certificate that is self-signed and names somebody else. */
async function listenTls(answer: Answer) {
  const open = new Set<tls.TLSSocket>();
  const server = tls.createServer({ key: read('key.pem'), cert: read('cert.pem') }, (socket) => {
    open.add(socket);
    socket.on('error', () => open.delete(socket));
    socket.once('data', (piece) => answer(socket, open.size, piece.toString('latin1')));
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
  const { port } = server.address() as { port: number };
  return { address: '127.0.0.1', port };
}

it.each([
  { status: 200, verdict: { state: 'passing' } },
  { status: 302, verdict: { state: 'failing', cause: 'got status 302, want 2xx' } },
  { status: 503, verdict: { state: 'failing', cause: 'got status 503, want 2xx' } },
])('takes any certificate, and then the status counts: $status', async ({ status, verdict }) => {
  const listener = await listenTls(answering(status));

  const verdicts = await prober().probe([target(listener, { kind: 'https' })]);

  expect(verdicts).toEqual([verdict]);
});

it('says so in one line when a port speaks no TLS', async () => {
  const listener = await listen(saying('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'));

  const verdicts = await prober().probe([target(listener, { kind: 'https' })]);

  expect(verdicts).toEqual([{ state: 'failing', cause: expect.stringMatching(/^no TLS \([^\n]+\)$/) }]);
});

it('fails a plain check of a port that speaks TLS', async () => {
  const listener = await listenTls(answering(200));

  const [verdict] = await prober().probe([target(listener)]);

  expect(verdict?.state).toBe('failing');
});

it.each([
  { row: 'a handshake', answer: () => undefined, over: listen },
  { row: 'an answer', answer: () => undefined, over: listenTls },
])('does not wait for ever for $row', async ({ answer, over }) => {
  const listener = await over(answer);

  const verdicts = await prober().probe([target(listener, { kind: 'https', timeout: 150 })]);

  expect(verdicts).toEqual([{ state: 'failing', kind: 'timeout', cause: 'no answer within 150 ms' }]);
});
