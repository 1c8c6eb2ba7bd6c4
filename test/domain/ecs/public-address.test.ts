import { describe, expect, it } from 'vitest';
import { normalSrv } from '../../../functions/domain/dns/srv.ts';
import { srvOf } from '../../../functions/domain/ecs/claim.ts';
import { readDeclarations } from '../../../functions/domain/ecs/declaration.ts';
import type { ClaimSettings } from '../../../functions/domain/ecs/declared.ts';
import type { Host, Task, TaskDefinition } from '../../../functions/domain/ecs/task.ts';
import { probeBatches } from '../../../functions/domain/health/probe-batch.ts';
import { leavingAddresses, reusedBy } from '../../../functions/domain/reading/address-reuse.ts';
import { hostsOf } from '../../../functions/domain/telling/verify.ts';
import {
  CALC,
  claimsIn,
  container,
  containerDefinition,
  definition,
  entryOf,
  instanceArn,
  keyOf,
  NAMING,
  ourValue,
  task,
  taskArn,
} from '../../support/builders.ts';

const HOST: Host = {
  containerInstance: instanceArn('1'),
  state: 'live',
  ec2Instance: 'i-1',
  address: '10.0.1.23',
  address6: '2001:db8::1',
  publicAddress: '198.51.100.7',
};
const INTERFACE = { id: 'eni-1', address: '10.0.2.7', address6: '2001:db8::2', publicAddress: '203.0.113.9' };
const DECLARED = { SERVICE_8080_NAME: 'calc', SERVICE_8080_PUBLIC: 'true', SERVICE_8080_CHECK_TCP: 'true' };

interface About {
  readonly variables?: Readonly<Record<string, string>>;
  readonly host?: Host;
  readonly about?: Partial<Task>;
  readonly family?: ClaimSettings['family'];
}

function claimOf(
  mode: TaskDefinition['networkMode'],
  { variables = DECLARED, host = HOST, about = {}, family }: About = {},
) {
  const of = definition({ networkMode: mode, containers: [containerDefinition({ environment: variables })] });
  const own = mode === 'awsvpc' ? { networkInterface: INTERFACE } : {};
  const settings = { naming: NAMING, ...(family && { family }) };
  const [claim] = claimsIn({ task: task({ ...own, ...about }), definition: of, host }, settings);
  if (!claim) throw new Error('it declares nothing');
  return claim;
}

describe('what SERVICE_<port>_PUBLIC says', () => {
  it.each(['true', 'TRUE', ' True '])('%j: yes', (text) => {
    const [read] = readDeclarations({ ...DECLARED, SERVICE_8080_PUBLIC: text }, undefined);

    expect(read).toMatchObject({ atPublic: true });
  });

  it.each(['false', 'False', ''])('%j: no', (text) => {
    const [read] = readDeclarations({ ...DECLARED, SERVICE_8080_PUBLIC: text }, undefined);

    expect(read).not.toHaveProperty('atPublic');
  });

  it.each(['yes', '1', '203.0.113.9'])('%j: nothing that can be used', (text) => {
    const [read] = readDeclarations({ ...DECLARED, SERVICE_8080_PUBLIC: text }, undefined);

    const detail = `SERVICE_8080_PUBLIC: got "${text}", want true or false`;
    expect(read).toMatchObject({ reason: 'invalid-value', detail });
  });
});

describe('an instance that is published at its public address', () => {
  it.each([
    { mode: 'bridge', value: '1 1 32768 ip-198-51-100-7.ecs.shop.internal.', probed: '10.0.1.23' },
    { mode: 'host', value: '1 1 8080 ip-198-51-100-7.ecs.shop.internal.', probed: '10.0.1.23' },
    { mode: 'awsvpc', value: '1 1 8080 ip-203-0-113-9.ecs.shop.internal.', probed: '10.0.2.7' },
  ] as const)('$mode: that is its target, and the private one is probed', ({ mode, value, probed }) => {
    const claim = claimOf(mode);

    const room = { batches: 1, seconds: 60, turn: { startedAt: 0, pass: 1 } };
    const { batches } = probeBatches([claim], { probing: true }, room);
    expect(claim.endpoint && normalSrv(claim.endpoint)).toBe(value);
    expect(claim.atPublic).toBe(true);
    expect(batches.flat().map(({ address }) => address)).toEqual([probed]);
  });

  it('is at the private one without the variable, whatever else it has', () => {
    const claim = claimOf('host', { variables: { SERVICE_8080_NAME: 'calc' } });

    expect(claim.endpoint && normalSrv(claim.endpoint)).toBe('1 1 8080 ip-10-0-1-23.ecs.shop.internal.');
    expect(claim).not.toHaveProperty('atPublic');
    expect(claim.endpoint).not.toHaveProperty('probeAt');
  });

  it('is so under an address name too', () => {
    const variables = { SERVICE_8080_ADDRESS_NAME: 'calc', SERVICE_8080_PUBLIC: 'true' };

    const claim = claimOf('host', { variables });

    expect(claim.endpoint).toMatchObject({ address: '198.51.100.7', probeAt: '10.0.1.23', port: 0, servesAt: 8080 });
    expect(claim.endpoint && srvOf(claim.endpoint).spelled).toBe('198.51.100.7');
    expect(claim.atPublic).toBe(true);
  });

  it.each([
    { mode: 'host', detail: 'EC2 reports no public IPv4 address for i-1' },
    { mode: 'awsvpc', detail: 'EC2 reports no public IPv4 address for eni-1' },
  ] as const)('$mode: without one it is left out, and what stands may be its', ({ mode, detail }) => {
    const { publicAddress: _, ...host } = HOST;
    const { publicAddress: __, ...networkInterface } = INTERFACE;

    const claim = claimOf(mode, { host, ...(mode === 'awsvpc' && { about: { networkInterface } }) });

    expect(claim.leftOut).toEqual({ reason: 'no-address', detail, unplaced: true });
  });

  it('is left out where its port is bound to an address that the public one does not lead to', () => {
    const binding = { bindIP: '10.0.1.99', containerPort: 8080, hostPort: 80, protocol: 'tcp' } as const;

    const claim = claimOf('bridge', { about: { containers: [container({ bindings: [binding] })] } });

    const detail = 'container port 8080/tcp is bound to "10.0.1.99", and no public address is known to lead there';
    expect(claim.leftOut).toEqual({ reason: 'no-address', detail });
  });

  it('says where it was when it stops', () => {
    const claim = claimOf('awsvpc', { about: { desiredStatus: 'STOPPED' } });

    expect(claim.leftOut).toMatchObject({ reason: 'stopping', at: 'ip-203-0-113-9.ecs.shop.internal.:8080' });
  });

  it('has its IPv6 address beside it in dualstack, and nothing but that in ipv6', () => {
    const both = claimOf('awsvpc', { family: 'dualstack' });
    const only = claimOf('awsvpc', { family: 'ipv6' });

    expect(both.endpoint).toMatchObject({ address: '203.0.113.9', probeAt: '10.0.2.7', address6: '2001:db8::2' });
    expect(only.endpoint).toMatchObject({ address: '2001:db8::2' });
    expect(only).not.toHaveProperty('atPublic');
    expect(only.endpoint).not.toHaveProperty('probeAt');
  });
});

describe('a public target', () => {
  const { target } = ourValue('198.51.100.7', 80);
  const where = { task: taskArn('1'), containerInstance: instanceArn('1'), awsvpc: false };
  const open = { ...where, key: keyOf('198.51.100.7', 80), value: '1 1 80 x', target, atPublic: true as const };
  const inside = { ...where, key: keyOf('10.0.1.23', 80), value: '1 1 80 y', target: ourValue('10.0.1.23', 80).target };

  it.each([
    { row: 'from itself', created: [open], known: 0 },
    { row: 'from another value of that host', created: [open, inside], known: 0 },
    { row: 'where nothing public is published', created: [inside], known: 1 },
  ])('lets verification know no address of its host, $row: $known', ({ created, known }) => {
    const hosts = hostsOf([{ name: CALC, created, removed: [], declined: [] }], { naming: NAMING });

    expect(hosts.size).toBe(known);
  });

  it('is reused by another interface of whichever VPC, and not by its own', () => {
    const entry = entryOf('1', { awsvpc: true, networkInterface: 'eni-own', atPublic: true });
    const standing = { name: CALC, key: open.key, target, entry };
    const fates = { tasks: { [taskArn('1')]: 'stopped' as const }, subnets: { [taskArn('1')]: 'subnet-1' } };
    const vpcs = new Map([['subnet-1', 'vpc-1']]);
    const by = (networkInterface: string) => new Map([['198.51.100.7', [{ networkInterface, vpc: 'vpc-2' }]]]);

    const leaving = leavingAddresses([standing], fates, { judged: [], naming: NAMING });

    expect(leaving).toMatchObject([{ address: '198.51.100.7', atPublic: true }]);
    expect(reusedBy(leaving, by('eni-other'), vpcs)).toEqual([taskArn('1')]);
    expect(reusedBy(leaving, by('eni-own'), vpcs)).toEqual([]);
  });
});
