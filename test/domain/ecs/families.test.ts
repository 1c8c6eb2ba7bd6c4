import { describe, expect, it } from 'vitest';
import type { AddressFamily } from '../../../functions/domain/dns/address-family.ts';
import type { Host, NetworkBinding, Task, TaskDefinition } from '../../../functions/domain/ecs/task.ts';
import {
  claimsIn,
  container,
  containerDefinition,
  definition,
  instanceArn,
  NAMING,
  task,
} from '../../support/builders.ts';

const HOST: Host = {
  containerInstance: instanceArn('1'),
  state: 'live',
  ec2Instance: 'i-1',
  address: '10.0.0.1',
  address6: '2001:db8::1',
  vpc: 'vpc-1',
};
const IN4: NetworkBinding = { bindIP: '0.0.0.0', containerPort: 8080, hostPort: 32_768, protocol: 'tcp' };
const IN6: NetworkBinding = { ...IN4, bindIP: '::' };
const T4 = 'ip-10-0-0-1.ecs.shop.internal.';
const T6 = 'ip6-20010db8000000000000000000000001.ecs.shop.internal.';

interface Seen {
  readonly bindings?: readonly NetworkBinding[];
  readonly host?: Host;
  readonly task?: Partial<Task>;
  readonly mode?: TaskDefinition['networkMode'];
}

function claimed(
  family: AddressFamily | undefined,
  { bindings = [IN4, IN6], host = HOST, mode = 'bridge', ...seen }: Seen,
) {
  const about = {
    task: task({ containers: [container({ bindings: mode === 'bridge' ? bindings : [] })], ...seen.task }),
    definition: definition({ networkMode: mode }),
    ...(mode !== 'awsvpc' && { host }),
  };
  const [only] = claimsIn(about, { naming: NAMING, ...(family && { family }) });
  return only;
}
const placed = (family: AddressFamily | undefined, seen: Seen) => {
  const { address, address6, port, target } = claimed(family, seen)?.endpoint ?? {};
  return [target, port, address, address6];
};
const detail = (family: AddressFamily | undefined, seen: Seen) => {
  const { reason, detail: told } = claimed(family, seen)?.leftOut ?? {};
  return [reason, told];
};

const AWSVPC: Seen = {
  mode: 'awsvpc',
  task: { networkInterface: { id: 'eni-1', address: '10.0.0.1', address6: '2001:db8::1', vpc: 'vpc-1' } },
};
const { address6: _, ...HOST4 } = HOST;
const { address: __, ...HOST6 } = HOST;

describe.each([
  { where: 'bridge', seen: {}, port: 32_768 },
  { where: 'host', seen: { mode: 'host' } as const, port: 8080 },
  { where: 'awsvpc', seen: AWSVPC, port: 8080 },
])('an instance with addresses of both families, $where', ({ seen, port }) => {
  it.each([
    { family: undefined, place: [T4, port, '10.0.0.1', undefined] },
    { family: 'ipv4', place: [T4, port, '10.0.0.1', undefined] },
    { family: 'dualstack', place: [T4, port, '10.0.0.1', '2001:db8::1'] },
    { family: 'ipv6', place: [T6, port, '2001:db8::1', undefined] },
  ] as const)('with the family $family is published at $place', ({ family, place }) => {
    expect(placed(family, seen)).toEqual(place);
  });
});

describe('an instance without the family that is asked for', () => {
  it.each(['dualstack', 'ipv6'] as const)('has no address, with that detail: %s', (family) => {
    const none = 'EC2 reports no IPv6 address for i-1';

    expect(detail(family, { host: HOST4 })).toEqual(['no-address', none]);
    expect(detail(family, { host: HOST4, mode: 'host' })).toEqual(['no-address', none]);
    expect(detail(family, { ...AWSVPC, task: { networkInterface: { id: 'eni-1', address: '10.0.0.1' } } })).toEqual([
      'no-address',
      'the task has no network interface with an IPv6 address yet',
    ]);
  });

  it.each([undefined, 'ipv4', 'dualstack'] as const)('an IPv6 address alone is not enough: %s', (family) => {
    expect(detail(family, { host: HOST6 })).toEqual(['no-address', 'EC2 reports no private IPv4 address for i-1']);
  });

  it('an IPv6 address alone is enough where IPv6 is published', () => {
    expect(placed('ipv6', { host: HOST6 })).toEqual([T6, 32_768, '2001:db8::1', undefined]);
  });

  it('may be what nobody accounts for, and its place is known as far as it was seen', () => {
    expect(claimed('dualstack', { host: HOST4 })?.leftOut).toMatchObject({ unplaced: true, at: `${T4}:32768` });
  });

  it.each(['fe80::1', '::1', 'ff02::1'])('an address that nobody else reaches is none: %s', (address6) => {
    const why = ['no-address', `its IPv6 address is "${address6}", which nobody else reaches`];

    expect(detail('ipv6', { host: { ...HOST, address6 } })).toEqual(why);
    expect(detail('dualstack', { host: { ...HOST, address6 }, mode: 'host' })).toEqual(why);
  });
});

describe('an instance of an address name', () => {
  const environment = { SERVICE_8080_ADDRESS_NAME: 'calc' };
  const claimsOf = (family: AddressFamily | undefined, about: Partial<Task> = {}) =>
    claimsIn(
      {
        task: task({ containers: [container({ bindings: [] })], ...AWSVPC.task, ...about }),
        definition: definition({ networkMode: 'awsvpc', containers: [containerDefinition({ environment })] }),
      },
      { naming: NAMING, ...(family && { family }) },
    ).map(({ endpoint, leftOut }) =>
      endpoint ? [endpoint.target, endpoint.address, endpoint.servesAt] : leftOut?.reason,
    );
  const PLACE4 = [T4, '10.0.0.1', 8080];
  const PLACE6 = [T6, '2001:db8::1', 8080];

  it.each([
    { family: undefined, places: [PLACE4] },
    { family: 'ipv4', places: [PLACE4] },
    { family: 'dualstack', places: [PLACE4, PLACE6] },
    { family: 'ipv6', places: [PLACE6] },
  ] as const)('with the family $family is at $places', ({ family, places }) => {
    expect(claimsOf(family)).toEqual(places);
  });

  it('without one family is at the address of the other, and the other is told', () => {
    const networkInterface = { id: 'eni-1', address: '10.0.0.1' };

    expect(claimsOf('dualstack', { networkInterface })).toEqual([PLACE4, 'no-address']);
  });

  it('that stops is told once', () => {
    expect(claimsOf('dualstack', { desiredStatus: 'STOPPED' })).toEqual(['stopping']);
  });
});

describe('bindings of both families', () => {
  const other = { ...IN6, hostPort: 32_769 };

  it.each([
    { family: undefined, bindings: [other, IN4], place: [T4, 32_768, '10.0.0.1', undefined] },
    { family: 'ipv6', bindings: [IN4, other], place: [T6, 32_769, '2001:db8::1', undefined] },
    {
      family: 'ipv6',
      bindings: [{ ...IN6, bindIP: '0:0:0:0:0:0:0:0' }],
      place: [T6, 32_768, '2001:db8::1', undefined],
    },
    {
      family: 'ipv6',
      bindings: [{ ...IN6, bindIP: '2001:DB8::1' }],
      host: HOST4,
      place: [T6, 32_768, '2001:db8::1', undefined],
    },
    { family: 'dualstack', bindings: [IN6, IN4], place: [T4, 32_768, '10.0.0.1', '2001:db8::1'] },
    {
      family: 'dualstack',
      bindings: [
        { ...IN4, bindIP: '10.0.0.9' },
        { ...IN6, bindIP: 'fd00::9' },
      ],
      place: ['ip-10-0-0-9.ecs.shop.internal.', 32_768, '10.0.0.9', 'fd00::9'],
    },
  ] as const)('$family: $bindings', ({ family, place, ...seen }) => {
    expect(placed(family, seen)).toEqual(place);
  });

  it.each([
    {
      family: 'dualstack',
      bindings: [IN4, other],
      why: ['no-binding', 'container port 8080/tcp has host port 32768 for IPv4 and 32769 for IPv6, want one for both'],
    },
    { family: 'dualstack', bindings: [IN4], why: ['no-binding', 'container port 8080/tcp has no IPv6 binding'] },
    { family: 'dualstack', bindings: [IN6], why: ['no-binding', 'container port 8080/tcp has no IPv4 binding'] },
    { family: 'ipv6', bindings: [IN4], why: ['no-binding', 'container port 8080/tcp has no IPv6 binding'] },
    { family: 'ipv4', bindings: [IN6], why: ['no-binding', 'container port 8080/tcp has no IPv4 binding'] },
    ...['::1', 'fe80::1', 'ff02::1', '::ffff:10.0.0.1', 'nonsense:'].map((bindIP) => ({
      family: 'ipv6' as const,
      bindings: [{ ...IN6, bindIP }],
      why: ['no-address', `container port 8080/tcp is bound to "${bindIP}", which nobody else reaches`],
    })),
  ] as const)('$family: $why', ({ family, bindings, why }) => {
    expect(detail(family, { bindings })).toEqual(why);
  });
});

it.each([
  { family: undefined, at: `${T4}:32768` },
  { family: 'dualstack', at: `${T4}:32768` },
  { family: 'ipv6', at: `${T6}:32768` },
] as const)('one that stops was at its endpoint of the family $family', ({ family, at }) => {
  expect(claimed(family, { task: { desiredStatus: 'STOPPED' } })?.leftOut).toMatchObject({ reason: 'stopping', at });
});
