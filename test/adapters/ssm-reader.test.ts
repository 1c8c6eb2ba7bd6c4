import type { DescribeInstanceInformationCommandInput } from '@aws-sdk/client-ssm';
import { expect, it } from 'vitest';
import { anywhereReader } from '../../functions/adapters/ssm-reader.ts';
import { type SsmOptions, ssmStandIn } from '../stand-ins/ssm.ts';
import { failure, served, withoutPauses } from './served.ts';

async function servedSsm(options: Partial<SsmOptions> = {}) {
  const ssm = ssmStandIn({ now: () => 0, ...options });
  return { ...(await served(ssm)), admin: ssm.admin };
}

const id = (index: number) => `mi-${index.toString(16).padStart(17, '0')}`;
const address = (index: number) => `192.168.${index >> 8}.${index & 255}`;

it('asks for a hundred at a time, each once, and reads every page', async () => {
  const { admin, inputs } = await servedSsm();
  const ids = Array.from({ length: 101 }, (_, index) => id(index));
  for (const [index, one] of ids.entries()) admin.putMachine(one, { ipAddress: address(index) });

  const found = await anywhereReader().addressesOf([...ids, ...ids.slice(0, 9)]);

  expect(found.size).toBe(101);
  expect(found.get(id(100))).toBe('192.168.0.100');
  const sizes = inputs<DescribeInstanceInformationCommandInput>('DescribeInstanceInformation').map(
    ({ Filters, MaxResults }) => [Filters?.[0]?.Values?.length, MaxResults],
  );
  expect(sizes.toSorted()).toEqual([
    [1, 50],
    [100, 50],
    [100, 50],
  ]);
});

it('asks nothing of EC2 instances, and nothing where there is none of ECS Anywhere', async () => {
  const { calls } = await servedSsm();

  expect(await anywhereReader().addressesOf(['i-0123456789abcdef0'])).toEqual(new Map());
  expect(calls).toEqual([]);
});

it.each([
  { row: 'no address yet', ipAddress: undefined },
  { row: 'an IPv6 address', ipAddress: 'fd00::7' },
])('leaves out a machine whose agent has reported $row', async ({ ipAddress }) => {
  const { admin } = await servedSsm();
  admin.putMachine(id(1), { ...(ipAddress !== undefined && { ipAddress }) });

  expect(await anywhereReader().addressesOf([id(1)])).toEqual(new Map());
});

it('one that SSM refuses costs the others nothing', async () => {
  const { admin, calls } = await servedSsm({ refusesUnknown: true });
  const ids = Array.from({ length: 8 }, (_, index) => id(index));
  for (const [index, one] of ids.slice(1).entries()) admin.putMachine(one, { ipAddress: address(index + 1) });

  const found = await anywhereReader().addressesOf(ids);

  expect([...found.keys()].sort()).toEqual(ids.slice(1));
  expect(calls).toHaveLength(7);
});

it('names a throttle', async () => {
  withoutPauses();
  const { inject } = await servedSsm();
  inject('DescribeInstanceInformation', {
    status: 400,
    body: '{"__type":"ThrottlingException","message":"Rate exceeded"}',
  });

  const fault = await failure(anywhereReader().addressesOf([id(1)]));

  expect(fault.name).toBe('ThrottledError');
  expect(fault.message).toContain('ssm:DescribeInstanceInformation was throttled');
});

it('an answer without its list says nothing', async () => {
  const { inject } = await servedSsm();
  inject('DescribeInstanceInformation', { status: 200, body: '{}' });

  const fault = await failure(anywhereReader().addressesOf([id(1)]));

  expect(fault.message).toContain('gave an answer without the machines');
});
