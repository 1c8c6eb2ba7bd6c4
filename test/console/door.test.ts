import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkPlace, Refusal } from '../../console/http.ts';
import { PAGE_POLICY } from '../../console/page/read.ts';
import { startConsole } from '../../console/server.ts';
import { shop } from '../support/shop.ts';
import { opened, PAGE, send, sourceOf } from './stage.ts';

let at: Awaited<ReturnType<typeof opened>>;
beforeAll(async () => {
  const around = shop();
  around.task(32_768);
  await around.run({});
  at = await opened(await sourceOf(around));
});
afterAll(() => at.close());

it('shows the page to whoever asks for it, under a policy that lets it load nothing else', async () => {
  const { status, headers, text } = await send(at.port, '/', {});

  expect([status, text]).toEqual([200, PAGE.html]);
  expect(headers).toMatchObject({
    'content-security-policy': PAGE_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
});

it('has an address with 128 random bits behind #, another one each time', async () => {
  await using other = await opened(await sourceOf(shop()));

  expect(at.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#[0-9a-f]{32}$/);
  expect(other.token).not.toBe(at.token);
});

const WRONG = ['', 'x', '0'.repeat(32), '0'.repeat(5_000)];
it.each(['/api/state', '/api/names/x', '/api/changes-stream', '/api/actions/run', '/api/x'])(
  '%s wants the token',
  async (path) => {
    const bare = await send(at.port, path);
    const wrong = await Promise.all(
      WRONG.map((token) => send(at.port, path, { headers: { 'x-console-token': token } })),
    );
    const inPath = await send(at.port, `${path}?token=${at.token}`);

    for (const one of [bare, inPath, ...wrong]) {
      expect([one.status, JSON.parse(one.text).says]).toEqual([401, expect.stringContaining('token')]);
    }
  },
);

it.each([
  { row: 'a name of somebody else', headers: { host: 'evil.example' } },
  { row: 'its own port under another name', headers: { host: 'evil.example:$' } },
  { row: 'another port', headers: { host: '127.0.0.1:1' } },
  { row: 'another origin', headers: { origin: 'http://evil.example' } },
  { row: 'an origin that begins alike', headers: { origin: 'http://127.0.0.1:$.evil.example' } },
  { row: 'no origin that has a name', headers: { origin: 'null' } },
  { row: 'a page of another site', headers: { 'sec-fetch-site': 'cross-site' } },
])('refuses $row, even with the token', async ({ headers }) => {
  const given = Object.entries(headers).map(([key, text]) => [key, text.replace('$', String(at.port))]);

  const answers = await Promise.all(
    ['/', '/api/state'].map((path) => at.ask(path, { headers: Object.fromEntries(given) })),
  );

  expect(answers.map(({ status }) => status)).toEqual([403, 403]);
});

it.each(['127.0.0.1', 'localhost'])('answers under %s', async (name) => {
  const headers = { host: `${name}:${at.port}`, origin: `http://${name}:${at.port}` };

  expect((await at.ask('/api/state', { headers })).status).toBe(200);
});

describe('what cannot be asked', () => {
  const JSON_TYPE = { 'content-type': 'application/json' };
  it.each([
    { row: 'no route', path: '/etc/passwd', status: 404 },
    { row: 'a way out', path: '/../../etc/passwd', status: 404 },
    { row: 'no route of the API', path: '/api/secrets', status: 404 },
    { row: 'a route of an object', path: '/api/__proto__/constructor', status: 404 },
    { row: 'more than there is', path: '/api/state/x', status: 404 },
    { row: 'no name', path: `/api/names/${encodeURIComponent('\u001b]0;x\u0007.')}`, status: 404 },
    { row: 'a name of an object', path: '/api/names/__proto__', status: 404 },
    { row: 'a path that is no UTF-8', path: '/api/names/%ff%fe', status: 400 },
    { row: 'a run whose name is none', path: `/api/runs/${encodeURIComponent('a:b/c')}`, status: 404 },
    { row: 'a run that is not there', path: '/api/runs/never', status: 502 },
    { row: 'a state that is not there', path: '/api/runs/never/states/constructor', status: 404 },
    { row: 'another method', path: '/api/state', method: 'DELETE', status: 405 },
    { row: 'another method for the page', path: '/', method: 'POST', status: 405 },
    { row: 'an action by GET', path: '/api/actions/run', status: 405 },
    { row: 'a form', path: '/api/actions/run', method: 'POST', body: 'a=b', status: 415 },
    { row: 'no JSON', path: '/api/actions/run', method: 'POST', headers: JSON_TYPE, body: '{', status: 400 },
    { row: 'no object', path: '/api/actions/run', method: 'POST', headers: JSON_TYPE, body: '[]', status: 400 },
    { row: 'no text', path: '/api/actions/run', method: 'POST', headers: JSON_TYPE, body: '{"a":1}', status: 400 },
    { row: 'no action', path: '/api/actions/constructor', method: 'POST', headers: JSON_TYPE, body: '{}', status: 404 },
    {
      row: 'a break of the local run',
      path: '/api/actions/kill',
      method: 'POST',
      headers: JSON_TYPE,
      body: '{}',
      status: 404,
    },
    {
      row: 'far too much',
      path: '/api/actions/run',
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify({ reason: 'x'.repeat(20_000) }),
      status: 413,
    },
  ])('$row: $status, in a sentence', async ({ path, status, ...asked }) => {
    const answer = await at.ask(path, asked);

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text).says).toMatch(/^[\P{C}]{10,}$/u);
    expect(answer.text).not.toContain('    at ');
  });
});

describe('which name it was asked for', () => {
  const place = (headers: object, port: number) => () => checkPlace({ headers } as IncomingMessage, port);

  it.each(['127.0.0.1', 'localhost'])('on port 80 browsers leave the port out: %s', (host) => {
    expect(place({ host, origin: `http://${host}` }, 80)).not.toThrow();
    expect(place({ host: `${host}:80`, origin: `http://${host}` }, 80)).not.toThrow();
  });

  it.each([
    { headers: { host: '127.0.0.1' }, port: 8090 },
    { headers: { host: 'localhost:8090', origin: 'http://localhost' }, port: 8090 },
    { headers: { host: 'evil.example' }, port: 80 },
    { headers: { host: '127.0.0.1', origin: 'https://127.0.0.1' }, port: 80 },
    { headers: {}, port: 80 },
  ])('$headers on port $port is refused', ({ headers, port }) => {
    expect(place(headers, port)).toThrow(Refusal);
  });
});

it('listens on 127.0.0.1 and nowhere else', async () => {
  const others = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address),
  );

  const answers = await Promise.all(['127.0.0.2', ...others].map((host) => reaches(host, at.port)));

  expect(answers.filter(Boolean)).toEqual([]);
});

it('says that its port is taken', async () => {
  const again = startConsole({ source: await sourceOf(shop()), port: at.port, page: PAGE });

  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('leaves nothing when it is closed, a stream that is open included', async () => {
  const one = await opened(await sourceOf(shop()));
  const stream = await fetch(`http://127.0.0.1:${one.port}/api/changes-stream`, {
    headers: { 'x-console-token': one.token },
  });

  await one.close();

  await expect(stream.text()).rejects.toThrow();
  expect(await reaches('127.0.0.1', one.port)).toBe(false);
});

const reaches = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false));
  });

it('is there again soon after others have filled it with half requests', { timeout: 60_000 }, async () => {
  await using at = await opened(await sourceOf(shop()));
  const half = Array.from({ length: 220 }, () => {
    const socket = connect(at.port, '127.0.0.1').on('error', () => {});
    socket.write('GET / HTTP/1.1\r\n');
    return socket;
  });
  onTestFinished(() => half.forEach((socket) => void socket.destroy()));
  await Promise.all(half.slice(0, 200).map((socket) => once(socket, 'connect')));

  await vi.waitFor(async () => expect((await at.ask('/')).status).toBe(200), { timeout: 40_000, interval: 500 });
});
