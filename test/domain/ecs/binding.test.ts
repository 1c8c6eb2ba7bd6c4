import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../functions/domain/ecs/claim.ts';
import type { Host, NetworkBinding, NetworkMode, PortMapping } from '../../../functions/domain/ecs/task.ts';
import {
  claimsIn,
  container,
  containerDefinition,
  definition,
  instanceArn,
  NAMING,
  task,
} from '../../support/builders.ts';

const HOST: Host = { containerInstance: instanceArn('1'), state: 'live', address: '10.0.1.23', vpc: 'vpc-1' };

interface Arranged {
  readonly name?: string;
  readonly mode?: NetworkMode;
  readonly mapped?: readonly PortMapping[];
  /** Of a second container, which declares nothing. */
  readonly beside?: readonly PortMapping[];
  readonly bindings?: readonly NetworkBinding[];
}

/** A running task of a container that declares port 8125, with an HTTP check of the deployment. */
function observe({ name = 'statsd', mode = 'bridge', mapped = [], beside = [], bindings = [] }: Arranged): Claim {
  const containers = [
    containerDefinition({ environment: { SERVICE_8125_NAME: name }, portMappings: mapped }),
    containerDefinition({ name: 'side', environment: {}, portMappings: beside }),
  ];
  const running = task({ containers: [container({ bindings })], networkInterface: { address: '10.0.2.7' } });
  const settings = { naming: NAMING, defaultCheckPath: '/health' };
  const [only, ...others] = claimsIn(
    { task: running, definition: definition({ networkMode: mode, containers }), host: HOST },
    settings,
  );
  expect(others).toEqual([]);
  return only as Claim;
}

const tcp = { containerPort: 8125, protocol: 'tcp' } as const;
const udp = { containerPort: 8125, protocol: 'udp' } as const;
const udpRange = { containerPortRange: '8120-8130', protocol: 'udp' } as const;
const bound = (protocol: 'tcp' | 'udp', about: Partial<NetworkBinding> = {}): NetworkBinding => ({
  bindIP: '0.0.0.0',
  containerPort: 8125,
  hostPort: protocol === 'udp' ? 32_768 : 32_769,
  protocol,
  ...about,
});

describe('which protocol a port speaks', () => {
  it.each([
    { row: 'mapped as UDP only', mapped: [udp], protocol: 'udp' },
    { row: 'within a range that is mapped as UDP only', mapped: [udpRange], protocol: 'udp' },
    { row: 'mapped as TCP', mapped: [tcp], protocol: 'tcp' },
    { row: 'mapped as both', mapped: [udp, tcp], protocol: 'tcp' },
    { row: 'another port mapped as UDP', mapped: [{ ...udp, containerPort: 53 }], protocol: 'tcp' },
    { row: 'a range beside it', mapped: [{ ...udpRange, containerPortRange: '8126-8130' }], protocol: 'tcp' },
    { row: 'mapped nowhere', mapped: [], protocol: 'tcp' },
    { row: 'a name that says UDP, mapped as TCP', name: '_statsd._udp', mapped: [tcp], protocol: 'udp' },
    { row: 'a name that says TCP, mapped as UDP only', name: '_statsd._tcp', mapped: [udp], protocol: 'udp' },
  ] as const)('$row: $protocol, in every network mode', ({ protocol, row: _, ...arranged }) => {
    const bindings = [bound('tcp'), bound('udp')];

    const found = (['bridge', 'host', 'awsvpc'] as const).map((mode) => observe({ ...arranged, mode, bindings }));

    expect(found.map((claim) => claim.protocol)).toEqual([protocol, protocol, protocol]);
    expect(found.map(({ endpoint }) => endpoint?.port)).toEqual([protocol === 'udp' ? 32_768 : 32_769, 8125, 8125]);
    expect(found.map(({ check }) => check !== undefined)).toEqual(Array(3).fill(protocol === 'tcp'));
  });

  it.each([
    { mode: 'bridge', protocol: 'tcp' },
    { mode: 'host', protocol: 'udp' },
    { mode: 'awsvpc', protocol: 'udp' },
  ] as const)('a mapping of another container counts where the network is shared: $mode', ({ mode, protocol }) => {
    const found = observe({ mode, beside: [udp] });

    expect(found.protocol).toBe(protocol);
  });

  it('its own mapping counts before those of others', () => {
    const found = observe({ mode: 'awsvpc', mapped: [tcp], beside: [udp] });

    expect(found.protocol).toBe('tcp');
  });

  it('a port that the definition does not map is as it is bound', () => {
    const found = observe({ bindings: [bound('udp')] });

    expect(found).toMatchObject({ protocol: 'udp', endpoint: { port: 32_768 } });
    expect(found).not.toHaveProperty('check');
  });

  it('a binding that the answer lacks is not made up for by one of the other protocol', () => {
    const found = observe({ mapped: [tcp, udp], bindings: [bound('udp')] });

    expect(found.leftOut?.reason).toBe('no-binding');
  });
});

describe('which address a port is bound at', () => {
  it.each([undefined, '', '0.0.0.0'])('%j: all of them, so that of the host', (bindIP) => {
    const { bindIP: _, ...rest } = bound('tcp');

    const found = observe({ mapped: [tcp], bindings: [{ ...rest, ...(bindIP !== undefined && { bindIP }) }] });

    expect(found.endpoint).toMatchObject({ address: '10.0.1.23', target: 'ip-10-0-1-23.ecs.shop.internal.' });
  });

  it.each(['10.0.9.77', '192.168.0.1', '172.17.0.1', '100.64.0.1', '169.253.1.1', '128.0.0.1', '223.255.255.1'])(
    '%s: that one, in the VPC of the host',
    (bindIP) => {
      const found = observe({ mapped: [tcp], bindings: [bound('tcp', { bindIP })] });

      expect(found.endpoint).toEqual({
        address: bindIP,
        port: 32_769,
        target: `ip-${bindIP.replaceAll('.', '-')}.ecs.shop.internal.`,
        priority: 1,
        weight: 1,
        vpc: 'vpc-1',
      });
    },
  );

  it.each(['127.0.0.1', '127.8.9.1', '169.254.1.2', '0.0.0.1', '224.0.0.1', '255.255.255.255', '10.0.0.256', 'eth1'])(
    '%s: none that others reach',
    (bindIP) => {
      const found = observe({ mapped: [tcp], bindings: [bound('tcp', { bindIP })] });

      expect(found.leftOut).toEqual({
        reason: 'no-address',
        detail: `container port 8125/tcp is bound to "${bindIP}", which nobody else reaches`,
      });
      expect(found).not.toHaveProperty('endpoint');
    },
  );

  it.each(['::', '::1', '::ffff:10.0.0.1', 'fe80::1'])('%s: not one of IPv4', (bindIP) => {
    const found = observe({ mapped: [tcp], bindings: [bound('tcp', { bindIP })] });

    expect(found.leftOut?.reason).toBe('no-binding');
  });

  it('one that others reach, whatever stands before it', () => {
    const bindings = [bound('tcp', { bindIP: '127.0.0.1', hostPort: 1 }), bound('tcp', { bindIP: '10.0.9.77' })];

    const found = observe({ mapped: [tcp], bindings });

    expect(found.endpoint).toMatchObject({ address: '10.0.9.77', port: 32_769 });
  });

  it.each([
    { row: 'two ports', one: { hostPort: 9 }, other: { hostPort: 10 }, at: '10.0.1.23:9' },
    { row: 'two addresses', one: { bindIP: '10.0.9.1' }, other: { bindIP: '10.0.9.2' }, at: '10.0.9.1:32769' },
    {
      row: 'one address and all',
      one: { hostPort: 10 },
      other: { bindIP: '10.0.0.1', hostPort: 9 },
      at: '10.0.1.23:10',
    },
  ])('is the same in whatever order the answer has them: $row', ({ one, other, at }) => {
    const bindings = [bound('tcp', one), bound('tcp', other)];

    const found = [bindings, [...bindings].reverse()].map((all) => observe({ mapped: [tcp], bindings: all }));

    const places = found.map(({ endpoint }) => `${endpoint?.address}:${endpoint?.port}`);
    expect(places).toEqual([at, at]);
    expect(found[0]).toEqual(found[1]);
  });

  it('needs nothing of EC2 where the binding has an address of its own', () => {
    const { address: _, ...unread } = HOST;
    const bindings = [bound('tcp', { bindIP: '10.0.9.77' })];
    const running = task({ containers: [container({ bindings })] });
    const containers = [containerDefinition({ environment: { SERVICE_8125_NAME: 'a' }, portMappings: [tcp] })];

    const [found] = claimsIn({ task: running, definition: definition({ containers }), host: unread });

    expect(found?.endpoint?.address).toBe('10.0.9.77');
  });
});
