import net from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { prober } from '../../../functions/adapters/http-probe.ts';
import { answering, freePort, listen, target } from './listeners.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
if (!hasIpv6) console.warn('probes of IPv6 addresses: skipped, this machine has no ::1');

/** The same port on both loopback addresses, each with its own answer. */
async function both(in4: number, in6: number) {
  const listener = await listen(answering(in4));
  const second = await listen(answering(in6), { address: '::1', port: listener.port });
  return { one: { ...target(listener, { timeout: 1_000, attempts: 1 }), address6: '::1' }, listener, second };
}

describe.skipIf(!hasIpv6)('an IPv6 address', () => {
  it('is probed, under its own address in brackets', async () => {
    const listener = await listen(answering(200), { address: '::1' });

    const [verdict] = await prober().probe([target(listener, { timeout: 1_000 })]);

    expect(verdict).toEqual({ state: 'passing' });
    expect(listener.requests[0]).toContain(`\r\nHost: [::1]:${listener.port}\r\n`);
  });

  it('takes connections too', async () => {
    const listener = await listen(answering(200), { address: '::1' });
    const port = await freePort();
    const tcp = { ...target(listener).check, kind: 'tcp', attempts: 1 } as const;

    const verdicts = await prober().probe([
      { address: '::1', port: listener.port, check: tcp },
      { address: '::1', port, check: tcp },
    ]);

    expect(verdicts).toEqual([{ state: 'passing' }, { state: 'failing', cause: 'connection refused' }]);
  });
});

describe.skipIf(!hasIpv6)('an endpoint of both families', () => {
  it.each([
    { in4: 200, in6: 200, verdict: { state: 'passing' } },
    { in4: 500, in6: 200, verdict: { state: 'failing', cause: 'over IPv4: got status 500, want 2xx' } },
    { in4: 200, in6: 503, verdict: { state: 'failing', cause: 'over IPv6: got status 503, want 2xx' } },
  ])('answers $in4 over IPv4 and $in6 over IPv6: $verdict', async ({ in4, in6, verdict }) => {
    const { one, listener, second } = await both(in4, in6);

    expect(await prober().probe([one])).toEqual([verdict]);
    expect([listener.connections(), second.connections()]).toEqual([1, 1]);
  });

  it('that does not listen for IPv6 fails', async () => {
    const listener = await listen(answering(200));
    const one = { ...target(listener, { timeout: 1_000, attempts: 1 }), address6: '::1' };

    expect(await prober().probe([one])).toEqual([{ state: 'failing', cause: 'over IPv6: connection refused' }]);
  });
});

it('an address that this machine has no route to says nothing of the instance', async () => {
  // Of a documentation network, which is routed nowhere (RFC 3849).
  const check = { kind: 'tcp', timeout: 300, attempts: 1 } as const;
  const [verdict] = await prober().probe([{ address: '2001:db8::1', port: 80, check }]);

  expect(net.isIPv6('2001:db8::1') && verdict?.state).not.toBe('passing');
});
