import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prober } from '../../../functions/adapters/http-probe.ts';
import { answering, listen, target } from './listeners.ts';

/** The task's own address, and one that it must not lead to. */
async function twoHosts() {
  const own = await listen(answering(200), { address: '127.0.0.1' });
  const other = await listen(answering(200), { address: '127.0.0.9' });
  return { own, other, at: `${other.address}:${other.port}` };
}

const requestLine = (request = '') => request.split('\r\n')[0];
const hostsIn = (request = '') => request.split('\r\n').filter((line) => /^host:/i.test(line));

describe('whatever the path says, only the given address is contacted', () => {
  it.each([
    { path: '/health' },
    { path: '//<other>/' },
    { path: '///<other>/a' },
    { path: '/\\<other>/' },
    { path: '\\\\<other>\\' },
    { path: '/\\@<other>/' },
    { path: '@<other>/' },
    { path: ':80@<other>/' },
    { path: 'http://<other>/' },
    { path: 'https://<other>/' },
    { path: 'HTTP://user:password@<other>/?a#b' },
    { path: 'file:///etc/passwd' },
    { path: '/../../<other>' },
    { path: '/?url=http://<other>/' },
    { path: '/#@<other>/' },
    { path: '/%0d%0aHost:%20<other>' },
    { path: '/a%00b' },
    { path: '*' },
    { path: '' },
    { path: `/${'a'.repeat(60_000)}` },
  ])('$path', async ({ path }) => {
    const { own, other, at } = await twoHosts();
    const asked = path.replace('<other>', at);

    await prober().probe([target(own, { path: asked, kind: 'http' })]);

    expect(other.connections()).toBe(0);
    expect(own.connections()).toBe(1);
    expect(requestLine(own.requests[0])).toMatch(/^GET \S/);
    // A long line comes in pieces, of which the first is kept.
    if (path.length < 1_000) expect(hostsIn(own.requests[0])).toEqual([`Host: ${own.address}:${own.port}`]);
  });

  it.each(['/a\r\nHost: <other>', '/a\nHost: <other>', '/a HTTP/1.1\r\n\r\nGET /b', '/a b', '/\0', '/\u010d\u010a'])(
    'and nobody at all for %j, which is no path',
    async (path) => {
      const { own, other, at } = await twoHosts();

      const [verdict] = await prober().probe([target(own, { path: path.replace('<other>', at) })]);

      expect(verdict?.state).toBe('failing');
      expect(own.requests).toEqual([]);
      expect(other.connections()).toBe(0);
    },
  );
});

it('sends every path that can be declared word for word, in one request to the task itself', async () => {
  const own = await listen(answering(200));
  const path = fc
    .string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 200 })
    .map((text) => `/${text}`);

  await fc.assert(
    fc.asyncProperty(path, async (declared) => {
      const before = own.requests.length;

      const verdicts = await prober().probe([target(own, { path: declared })]);

      const sent = own.requests.slice(before);
      expect(verdicts).toEqual([{ state: 'passing' }]);
      expect(sent.map(requestLine)).toEqual([`GET ${declared} HTTP/1.1`]);
      expect(hostsIn(sent[0])).toEqual([`Host: ${own.address}:${own.port}`]);
    }),
    { numRuns: 150 },
  );
});

it.each(['tcp', 'http', 'https', 'grpc'] as const)(
  'calls a target that no route leads to unprobed, by %s',
  async (kind) => {
    // The kernel has no route for TCP to the broadcast address, so nothing leaves this machine.
    const nowhere = { address: '255.255.255.255', port: 80 };

    const [verdict] = await prober().probe([target(nowhere, { kind, attempts: 1 })]);

    expect(verdict).toEqual({
      state: 'unprobed',
      kind: 'no-route',
      cause: 'the health checker has no route to it (ENETUNREACH)',
    });
  },
);
