import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { basic, launch, startService } from './running-service.ts';

const admin = basic('admin', 'password');

/** A path exactly as given, where fetch would tidy it up. */
async function getRaw(
  port: number,
  path: string,
  headers: Record<string, string> = admin,
): Promise<{ status: number; body: string }> {
  const call = request({ host: '127.0.0.1', port, path, headers, agent: false }).end();
  const [response] = await once(call, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, body };
}

describe('time', () => {
  it('answers the time in the layout and in the time zone of TZ', async () => {
    const { url } = await startService('time', { environment: { TZ: 'Asia/Kolkata' } });

    const india = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata' }).format().replaceAll('-', '/');
    const before = india();
    const response = await fetch(`${url}/time/${encodeURIComponent('2006/01/02 -07:00 MST at 15h')}`, {
      headers: admin,
    });

    expect(response.status).toBe(200);
    const { value, ...identity } = (await response.json()) as { value: string };
    expect(value).toMatch(/^\d{4}\/\d\d\/\d\d \+05:30 IST at \d\dh$/);
    expect([before, india()]).toContain(value.slice(0, 10));
    expect(identity).toEqual({ containerId: 'c-1', instanceId: 'i-1' });
  });

  it.each([
    { path: '/time/a/b', status: 200, body: { value: 'a/b' } },
    { path: '/time/..', status: 200, body: { value: '..' } },
    { path: '/time/', status: 400, body: { got: '0 characters' } },
    { path: `/time/${'x'.repeat(201)}`, status: 400, body: { got: '201 characters' } },
    { path: '/time/%zz', status: 400, body: { error: 'malformed percent-encoding', got: '%zz' } },
    { path: '/', status: 404, body: { got: '/' } },
  ])('$status for $path', async ({ path, status, body }) => {
    const { port } = await startService('time');

    const answer = await getRaw(port, path);

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject(body);
  });
});

describe('calc', () => {
  it.each([
    { path: '/calc/(2+2)*3', status: 200, body: { value: 12, containerId: 'c-1', instanceId: 'i-1' } },
    { path: '/calc/9/3', status: 200, body: { value: 3 } },
    { path: '/calc/7%254', status: 200, body: { value: 3 } },
    { path: '/calc/1/0', status: 400, body: { error: 'division by zero at position 2', got: '1/0' } },
    {
      path: '/calc/process.exit()',
      status: 400,
      body: { error: expect.stringContaining('unexpected "p" at position 1') },
    },
    { path: `/calc/${'1+'.repeat(100)}1`, status: 400, body: { got: '201 characters' } },
  ])('$status for $path', async ({ path, status, body }) => {
    const { port } = await startService('calc');

    const answer = await getRaw(port, path);

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject(body);
  });
});

describe.each([
  { name: 'time', path: '/time/2006', variables: { TIME_USERNAME: 'ann', TIME_PASSWORD: 'p:ä' } },
  { name: 'calc', path: '/calc/1', variables: { CALC_USERNAME: 'ann', CALC_PASSWORD: 'p:ä' } },
])('$name as a service', ({ name, path, variables }) => {
  it('lets in only who knows its user and password, and says how to ask', async () => {
    const { url } = await startService(name, { environment: variables });
    const ask = (headers: Record<string, string>) => fetch(url + path, { headers });

    const answers = await Promise.all(
      [
        {},
        admin,
        basic('ann', 'p'),
        basic('ann', 'p:ä '),
        { authorization: 'Basic %%' },
        { authorization: 'Bearer x' },
      ].map(ask),
    );
    const good = await ask(basic('ann', 'p:ä'));

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
    expect(answers[0]?.headers.get('www-authenticate')).toBe(`Basic realm="${name}", charset="UTF-8"`);
    expect(await answers[0]?.json()).toEqual({
      error: 'not authorized',
      got: 'no credentials',
      allowed: 'basic authentication',
    });
    expect(good.status).toBe(200);
  });

  it('has an open health check, which SIGUSR2 makes fail and pass again', async () => {
    const service = await startService(name);
    const health = async () => (await fetch(`${service.url}/health`)).status;

    const before = await health();
    service.signal('SIGUSR2');
    await service.printed('fails from now on');
    const failing = await health();
    service.signal('SIGUSR2');
    await service.printed('passes again');
    const after = await health();

    expect([before, failing, after]).toEqual([200, 503, 200]);
  });

  it('answers HEAD without a body, and refuses to be written to', async () => {
    const { url } = await startService(name);

    const head = await fetch(url + path, { method: 'HEAD', headers: admin });
    const post = await fetch(url + path, { method: 'POST', headers: admin, body: 'x' });

    expect([head.status, await head.text()]).toEqual([200, '']);
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('serves on for the drain time after SIGTERM, then refuses connections and ends with 0', async () => {
    const service = await startService(name, { environment: { DRAIN_SECONDS: '0.5' } });

    service.signal('SIGTERM');
    await service.printed('serving on for 0.5 s');
    const draining = await fetch(service.url + path, { headers: admin });
    const health = await fetch(`${service.url}/health`);
    const how = await service.ended;

    expect([draining.status, draining.headers.get('connection'), health.status]).toEqual([200, 'close', 200]);
    expect(how).toBe(0);
    await expect(fetch(service.url)).rejects.toThrow();
  });

  it('finishes a request that is open when the drain time is over', async () => {
    const service = await startService(name);
    const socket = connect(service.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n`);
    await fetch(`${service.url}/health`);

    service.signal('SIGTERM');
    await service.printed('taking no more connections');
    socket.write(`Authorization: ${admin.authorization}\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket) answer += chunk;

    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(await service.ended).toBe(0);
  });

  it.each([
    { signals: ['SIGINT'] as const, code: 130 },
    { signals: ['SIGTERM', 'SIGTERM'] as const, code: 143 },
    { signals: ['SIGTERM', 'SIGINT'] as const, code: 130 },
  ])('ends at once on $signals', async ({ signals: [first, second], code }) => {
    const service = await startService(name, { environment: { DRAIN_SECONDS: '3600' } });

    service.signal(first);
    if (second) {
      await service.printed('serving on');
      service.signal(second);
    }

    expect(await service.ended).toBe(code);
  });
});

describe('settings', () => {
  it.each([
    { variable: 'PORT', value: '80a', says: 'PORT is "80a": a number from 0 to 65535 is allowed' },
    { variable: 'PORT', value: '80.5', says: 'PORT is "80.5": a number from 0 to 65535 is allowed' },
    { variable: 'PORT', value: '65536', says: 'PORT is "65536": a number from 0 to 65535 is allowed' },
    { variable: 'DRAIN_SECONDS', value: '-1', says: 'DRAIN_SECONDS is "-1": a number from 0 to 3600 is allowed' },
  ])('$variable=$value ends the process with 1', async ({ variable, value, says }) => {
    const service = launch('calc', { environment: { [variable]: value } });

    expect(await service.ended).toBe(1);
    await service.printed(says);
  });

  it('a port in use ends the process with 1', async () => {
    const first = await startService('calc');

    const second = launch('calc', { environment: { PORT: String(first.port) } });

    expect(await second.ended).toBe(1);
    await second.printed(
      `EADDRINUSE: address already in use 127.0.0.1:${first.port}: HOST and PORT say where to listen`,
    );
  });
});

describe('identity', () => {
  const unset = { CONTAINER_ID: '', INSTANCE_ID: '' };

  it('comes from the ECS task metadata where the variables are not set', async () => {
    const metadata = createServer(({ url }, response) => {
      const task = { TaskARN: 'arn:aws:ecs:eu-west-1:111111111111:task/shop/0a1b2c' };
      response.end(JSON.stringify(url === '/v4/abc/task' ? task : { DockerId: 'd0c4e5' }));
    });
    await once(metadata.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void metadata.close());
    const { port } = metadata.address() as { port: number };
    const uri = `http://127.0.0.1:${port}/v4/abc`;

    const { url } = await startService('calc', { environment: { ...unset, ECS_CONTAINER_METADATA_URI_V4: uri } });
    const response = await fetch(`${url}/calc/1`, { headers: admin });

    expect(await response.json()).toEqual({ value: 1, containerId: 'd0c4e5', instanceId: '0a1b2c' });
  });

  it.each([
    { environment: unset, why: 'there is no metadata' },
    { environment: { ...unset, ECS_CONTAINER_METADATA_URI_V4: 'http://127.0.0.1:1/v4' }, why: 'the metadata fails' },
  ])('is the host name where $why', async ({ environment }) => {
    const { url } = await startService('calc', { environment });
    const response = await fetch(`${url}/calc/1`, { headers: admin });

    expect(await response.json()).toEqual({ value: 1, containerId: hostname(), instanceId: hostname() });
  });
});
