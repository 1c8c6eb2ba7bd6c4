import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type Probed, prober } from '../../functions/adapters/http-probe.ts';
import type { ProbeVerdict } from '../../functions/domain/health/verdict.ts';
import { health, listenGrpc } from '../adapters/http-probe/grpc-servers.ts';
import { define, host } from '../support/fleet.ts';
import { shop, target } from '../support/shop.ts';

/** An application that serves one host, and sends everybody else away. */
async function insistingOn(name: string): Promise<number> {
  const server = http.createServer(({ headers }, response) => {
    response.writeHead(headers.host === name ? 302 : 421, { location: '/login' }).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())));
  return (server.address() as AddressInfo).port;
}

const keyOf = ({ address, port, check }: Probed) => JSON.stringify([address, port, check]);

/**
 * A shop on a host of this machine, whose endpoints are probed over the wire: as the checker is asked for them, but between
 * two runs, since the clock of the runs does not wait for sockets.
 */
function onThisMachine() {
  const asked: Probed[] = [];
  const verdicts = new Map<string, ProbeVerdict>();
  const around = shop({
    prober: {
      probe: async (targets) => {
        asked.push(...targets);
        return targets.map((one) => verdicts.get(keyOf(one)) ?? { state: 'unprobed', cause: 'nobody has asked yet' });
      },
    },
  });
  const run = async () => {
    await around.run({ dryRun: true });
    const found = await prober().probe(asked);
    for (const [index, one] of asked.entries()) verdicts.set(keyOf(one), found[index] as ProbeVerdict);
    return around.run({});
  };
  const home = host(around, 'shop', '127.0.0.1');
  let families = 0;
  const runs = (port: number, name: string, checks: Readonly<Record<string, string>>) => {
    families += 1;
    const environment = Object.fromEntries(Object.entries(checks).map(([key, text]) => [`SERVICE_8081_${key}`, text]));
    const definition = define(around, `app-${families}`, { names: { 8081: name }, environment });
    return around.aws.ecs.admin.putTask({
      cluster: 'shop',
      taskDefinition: definition,
      containerInstance: home,
      hostPorts: { 8081: port },
    });
  };
  return { around, runs, run };
}

it('what passes a check of gRPC, and what insists on its host name, is published under each of its names', async () => {
  const { around, runs, run } = onThisMachine();
  const grpc = await listenGrpc(health({ 'shop.Cart': 'SERVING' }));
  const portal = await insistingOn('portal.example.com');
  runs(grpc.port, '_cart._tcp, cart', { CHECK_GRPC: 'shop.Cart' });
  runs(portal, 'portal', { CHECK_HTTP: '/', CHECK_HOST: 'portal.example.com', CHECK_STATUS: '200-399' });

  const { end } = await run();

  expect(end).toBe('ZoneInSync');
  expect(around.values('_cart._tcp')).toEqual([`1 1 ${grpc.port} ${target('127.0.0.1')}`]);
  expect(around.values('cart')).toEqual([`1 1 ${grpc.port} ${target('127.0.0.1')}`]);
  expect(around.values('portal')).toEqual([`1 1 ${portal} ${target('127.0.0.1')}`]);
});

it('what does not stays out, and says why', async () => {
  const { around, runs, run } = onThisMachine();
  const grpc = await listenGrpc(health({ 'shop.Cart': 'NOT_SERVING' }));
  const portal = await insistingOn('portal.example.com');
  const attempts = { CHECK_ATTEMPTS: '1', CHECK_GRACE: '1ms' };
  runs(grpc.port, 'cart', { CHECK_GRPC: 'shop.Cart', ...attempts });
  runs(grpc.port, 'search', { CHECK_GRPC: 'shop.Search', ...attempts });
  runs(portal, 'portal', { CHECK_HTTP: '/', CHECK_STATUS: '200-399', ...attempts });

  const { outcome } = await run();

  const told = (outcome?.dispositions ?? []).map(({ name, reason, detail }) => [name.split('.')[0], reason, detail]);
  expect(told.sort()).toEqual([
    ['cart', 'unhealthy', 'got NOT_SERVING, want SERVING'],
    ['portal', 'unhealthy', 'got status 421, want 200-399'],
    ['search', 'unhealthy', 'got NOT_FOUND, want SERVING: no such'],
  ]);
  expect(['cart', 'search', 'portal'].flatMap((name) => around.values(name))).toEqual([]);
});
