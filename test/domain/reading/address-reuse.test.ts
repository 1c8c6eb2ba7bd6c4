import { expect, it } from 'vitest';
import { leavingAddresses, reusedBy } from '../../../functions/domain/reading/address-reuse.ts';
import { CALC, claim, entryOf, keyOf, NAMING, ourValue, taskArn } from '../../support/builders.ts';

const entry = (id: string, awsvpc = true) => ({
  name: CALC,
  key: keyOf('10.0.0.1', 80),
  target: ourValue('10.0.0.1', 80).target,
  entry: entryOf(id, { awsvpc, networkInterface: 'eni-own' }),
});

it.each([
  { row: 'of an awsvpc task that has stopped', fate: 'stopped', subnet: 'subnet-1', leaves: true },
  { row: 'of one that is stopping', fate: 'running', stopping: true, leaves: true },
  { row: 'of one that runs', fate: 'running', leaves: false },
  { row: 'of one that is missing', fate: 'missing', leaves: false },
  { row: 'of a host', fate: 'stopped', awsvpc: false, leaves: false },
] as const)('an address leaves $row: $leaves', ({ leaves, fate, ...about }) => {
  const { subnet, stopping, awsvpc } = { subnet: undefined, stopping: false, awsvpc: true, ...about };
  const judged = stopping ? [{ claim: claim('a', { leftOut: { reason: 'stopping' }, vpc: 'vpc-1' }) }] : [];
  const fates = { tasks: { [taskArn('a')]: fate }, subnets: subnet ? { [taskArn('a')]: subnet } : {} };

  const found = leavingAddresses([entry('a', awsvpc)], fates, { judged, naming: NAMING });

  const vpc = stopping ? 'vpc-1' : undefined;
  const one = { task: taskArn('a'), address: '10.0.0.1', networkInterface: 'eni-own', vpc, subnet };
  expect(found).toEqual(leaves ? [one] : []);
});

it.each([
  { row: 'of its task', task: taskArn('a'), asked: true },
  { row: 'of the task before it', task: taskArn('b'), asked: false },
])('an address leaves that a full plan has decided about, $row: $asked', ({ task, asked }) => {
  const permitted = [{ name: CALC, key: keyOf('10.0.0.1', 80), value: '1 1 80 x', reason: 'unhealthy' as const, task }];
  const fates = { tasks: { [taskArn('a')]: 'running' as const }, subnets: {} };

  const found = leavingAddresses([entry('a')], fates, { judged: [], naming: NAMING, permitted });

  expect(found.map((one) => one.task)).toEqual(asked ? [taskArn('a')] : []);
});

const own = { task: taskArn('a'), address: '10.0.0.1', networkInterface: 'eni-own' };
const other = { networkInterface: 'eni-other', vpc: 'vpc-1' };

it.each([
  { row: 'nobody', leaving: own, holders: [], reused: false },
  { row: 'its own interface', leaving: own, holders: [{ networkInterface: 'eni-own', vpc: 'vpc-1' }], reused: false },
  { row: 'another of its VPC', leaving: { ...own, vpc: 'vpc-1' }, holders: [other], reused: true },
  { row: 'another of its VPC, by its subnet', leaving: { ...own, subnet: 'subnet-1' }, holders: [other], reused: true },
  { row: 'another of another VPC', leaving: { ...own, vpc: 'vpc-2' }, holders: [other], reused: false },
  {
    row: 'another of another VPC, by its subnet',
    leaving: { ...own, subnet: 'subnet-2' },
    holders: [other],
    reused: false,
  },
  { row: 'another, and its VPC is not known', leaving: own, holders: [other], reused: true },
  {
    row: 'another, whose VPC is not known',
    leaving: { ...own, vpc: 'vpc-2' },
    holders: [{ networkInterface: 'eni-other' }],
    reused: true,
  },
])('an address is reused that $row holds: $reused', ({ leaving, holders, reused }) => {
  const vpcs = new Map([
    ['subnet-1', 'vpc-1'],
    ['subnet-2', 'vpc-2'],
  ]);

  expect(reusedBy([leaving], new Map([['10.0.0.1', holders]]), vpcs)).toEqual(reused ? [taskArn('a')] : []);
});
