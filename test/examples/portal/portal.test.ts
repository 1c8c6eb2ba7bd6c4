import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fixedZone, simpleSet } from '../../stand-ins/dns/zone-builder.ts';
import { startDnsServer } from '../../stand-ins/dns-server.ts';
import { startFallibleDns } from '../../support/silent-dns.ts';
import { basic, launch, type RunningService, startService } from '../running-service.ts';

const ZONE = 'servicediscovery.internal';
const TARGET = `ip-127-0-0-1.ecs.${ZONE}`;

/** A zone whose SRV record sets can be changed while the portal runs: ports by service, in the order to try them. */
async function startZone() {
  const published = new Map<string, readonly number[]>();
  const zone = fixedZone(ZONE);
  const recordSets = () => [
    ...zone.recordSets(),
    simpleSet(`${TARGET}.`, 'A', 5, '127.0.0.1'),
    ...[...published].map(([name, ports]) =>
      simpleSet(`${name}.`, 'SRV', 5, ...ports.map((port, index) => `${index} 1 ${port} ${TARGET}.`)),
    ),
  ];
  const dns = await startDnsServer({ port: 0, zones: () => [{ name: ZONE, recordSets }] });
  onTestFinished(() => dns.close());
  return {
    server: `127.0.0.1:${dns.port}`,
    publish: (name: string, ...ports: readonly number[]) => published.set(name, ports),
  };
}

async function startInstance(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const startPortal = (server: string, environment: Record<string, string> = {}) =>
  startService('portal', { environment: { DNS_SERVER: server, ...environment } });

async function ask({ url }: RunningService, path: string) {
  const response = await fetch(`${url}/api/${path}`);
  return { status: response.status, body: await response.json() };
}

describe('portal', () => {
  it('starts before time and calc exist, says so, and finds them once they are there', async () => {
    const { server, publish } = await startZone();
    const portal = await startPortal(server);
    const before = await ask(portal, 'calc?formula=1');

    const [time, calc] = await Promise.all([startService('time'), startService('calc')]);
    publish(`_time._tcp.${ZONE}`, time.port);
    publish(`_calc._tcp.${ZONE}`, calc.port);
    const answers = [await ask(portal, 'calc?formula=(2%2B2)*3'), await ask(portal, 'time?layout=%2F+2006+%3F..')];

    expect(before).toMatchObject({ status: 503, body: { state: 'no-instance' } });
    const answeredBy = (port: number) => ({ target: TARGET, address: '127.0.0.1', port });
    expect(answers).toEqual([
      {
        status: 200,
        body: { value: 12, containerId: 'c-1', instanceId: 'i-1', answeredBy: answeredBy(calc.port), tries: 1 },
      },
      {
        status: 200,
        body: {
          value: `/ ${new Date().getFullYear()} ?..`,
          containerId: 'c-1',
          instanceId: 'i-1',
          answeredBy: answeredBy(time.port),
          tries: 1,
        },
      },
    ]);
  });

  it('tries the next instance after a refused connection, a 5xx, silence, other credentials or no JSON', async () => {
    const { server, publish } = await startZone();
    const good = await startService('calc');
    publish(
      `_calc._tcp.${ZONE}`,
      await closedPort(),
      await startInstance((_, response) => void response.writeHead(503).end('{}')),
      await startInstance(() => {}),
      await startInstance((_, response) => void response.writeHead(401).end('{}')),
      await startInstance((_, response) => void response.end('<html>')),
      await startInstance((_, response) => void response.end('x'.repeat(70_000))),
      good.port,
    );
    const portal = await startPortal(server);

    const answer = await ask(portal, 'calc?formula=1%2B1');

    expect(answer).toMatchObject({ status: 200, body: { value: 2, answeredBy: { port: good.port }, tries: 7 } });
  });

  it('says which instances have failed when all have', async () => {
    const { server, publish } = await startZone();
    const [closed, broken] = [
      await closedPort(),
      await startInstance((_, response) => void response.writeHead(500).end()),
    ];
    publish(`_calc._tcp.${ZONE}`, closed, broken);
    const portal = await startPortal(server);

    const answer = await ask(portal, 'calc?formula=1');

    const reasons = [expect.stringContaining(`127.0.0.1:${closed}: `), `127.0.0.1:${broken}: status 500`];
    expect(answer).toMatchObject({ status: 502, body: { state: 'all-failed', tries: 2, reasons } });
  });

  it('hands on what the service says of a wrong formula, without asking the next', async () => {
    const { server, publish } = await startZone();
    const calc = await startService('calc');
    publish(`_calc._tcp.${ZONE}`, calc.port, await closedPort());
    const portal = await startPortal(server);

    const answer = await ask(portal, 'calc?formula=1/0');

    expect(answer).toMatchObject({ status: 400, body: { error: 'division by zero at position 2', tries: 1 } });
  });

  it('says that the lookup failed when the DNS server answers with a fault', async () => {
    const { server } = await startZone();
    const portal = await startPortal(server, { CALC_NAME: 'calc.example.com' });

    const answer = await ask(portal, 'calc?formula=1');

    expect(answer).toMatchObject({ status: 503, body: { state: 'lookup-failed' } });
  });

  it('answers while DNS is silent, by what was answered last', async () => {
    const calc = await startService('calc');
    const recordSets = () => [
      simpleSet(`${TARGET}.`, 'A', 5, '127.0.0.1'),
      simpleSet(`_calc._tcp.${ZONE}.`, 'SRV', 5, `1 1 ${calc.port} ${TARGET}.`),
    ];
    const dns = await startFallibleDns(() => [{ name: ZONE, recordSets }]);
    onTestFinished(() => dns.close());
    const portal = await startPortal(dns.server);
    const before = await ask(portal, 'calc?formula=1');
    await dns.silence();

    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(portal, 'calc?formula=1')));

    expect([before, ...answers].map(({ status }) => status)).toEqual(Array(21).fill(200));
    expect(dns.unanswered()).toBeGreaterThan(0);
  });

  it('takes names and credentials from its environment', async () => {
    const { server, publish } = await startZone();
    const secret = { CALC_USERNAME: 'ann', CALC_PASSWORD: 'secret' };
    const calc = await startService('calc', { environment: secret });
    publish(`sums.${ZONE}`, calc.port);
    const portal = await startPortal(server, { ...secret, CALC_NAME: `sums.${ZONE}` });

    const answer = await ask(portal, 'calc?formula=2^8');

    expect(answer).toMatchObject({ status: 200, body: { value: 256 } });
  });

  it.each([
    { path: 'calc', error: 'formula of a wrong length', got: '0 characters' },
    { path: 'time?layout=', error: 'layout of a wrong length', got: '0 characters' },
    { path: `time?layout=${'x'.repeat(201)}`, error: 'layout of a wrong length', got: '201 characters' },
  ])('400 for $path', async ({ path, error, got }) => {
    const portal = await startPortal('127.0.0.1:1');

    const answer = await ask(portal, path);

    expect(answer).toEqual({ status: 400, body: { error, got, allowed: '1 to 200 characters' } });
  });

  it('serves a page that loads nothing from elsewhere and may run only its own script', async () => {
    const portal = await startPortal('127.0.0.1:1', { ZONE: 'a<b.internal' });

    const response = await fetch(portal.url);
    const html = await response.text();
    const health = await fetch(`${portal.url}/health`);
    const missing = await fetch(`${portal.url}/nothing`);

    const hash = (element: string) => {
      const [, content = ''] = new RegExp(`<${element}>([^]*)</${element}>`).exec(html) ?? [];
      return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
    };
    const policy = response.headers.get('content-security-policy');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(policy).toContain(`script-src ${hash('script')};`);
    expect(policy).toContain(`style-src ${hash('style')};`);
    expect(html).not.toMatch(/https?:|src=|@import|url\(/);
    expect(html).toContain('_calc._tcp.a&#60;b.internal');
    expect([health.status, missing.status]).toEqual([200, 404]);
  });

  it('asks for a name and a password where both are set, but not for its health', async () => {
    const portal = await startPortal('127.0.0.1:1', { PORTAL_USERNAME: 'ann', PORTAL_PASSWORD: 'secret' });

    const status = async (path: string, headers = {}) => (await fetch(portal.url + path, { headers })).status;
    const without = [await status('/'), await status('/api/calc?formula=1')];
    const withThem = [await status('/', basic('ann', 'secret')), await status('/api/calc', basic('ann', 'secret'))];
    const others = await status('/', basic('admin', 'password'));

    expect(without).toEqual([401, 401]);
    expect(withThem).toEqual([200, 400]);
    expect(others).toBe(401);
    expect(await status('/health')).toBe(200);
  });

  it.each([
    { environment: { PORTAL_USERNAME: 'ann' }, missing: 'PORTAL_PASSWORD' },
    { environment: { PORTAL_USERNAME: '', PORTAL_PASSWORD: 'secret' }, missing: 'PORTAL_USERNAME' },
  ])('does not start open when $missing is missing', async ({ environment, missing }) => {
    const portal = launch('portal', { environment });

    const how = await portal.ended;

    expect(how).toBe(1);
    expect(portal.output()).toContain(`portal: ${missing} is empty: set PORTAL_USERNAME and PORTAL_PASSWORD, or none`);
  });

  it('ends on SIGTERM at once, since nothing is published', async () => {
    const portal = await startPortal('127.0.0.1:1');

    portal.signal('SIGTERM');

    expect(await portal.ended).toBe(0);
  });
});
