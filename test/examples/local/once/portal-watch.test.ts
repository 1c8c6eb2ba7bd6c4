import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { watchPortal } from '../../../../examples/local/once/portal-watch.ts';
import { soon } from '../ecs/world.ts';

it('counts right answers, and keeps what went wrong', async () => {
  const replies = [
    { status: 200, body: '{"value":42}' },
    { status: 200, body: '{"value":41}' },
    { status: 502, body: '{"state":"all-failed"}' },
    { status: 200, body: 'no JSON' },
  ];
  let asked = 0;
  const server = createServer((_, response) => {
    const { status = 200, body = '{"value":42}' } = replies[asked] ?? {};
    asked += 1;
    response.writeHead(status).end(body);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

  const end = watchPortal(url, new AbortController().signal);
  await soon(() => expect(asked).toBeGreaterThanOrEqual(5));
  const { answers, failures } = await end();

  expect(answers).toBe(asked - 3);
  expect(failures).toEqual([
    '200 {"value":41}',
    '502 {"state":"all-failed"}',
    expect.stringContaining('not valid JSON'),
  ]);
});
