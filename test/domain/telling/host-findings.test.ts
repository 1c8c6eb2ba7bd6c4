import { expect, it } from 'vitest';
import type { Host } from '../../../functions/domain/ecs/task.ts';
import { hostFindings } from '../../../functions/domain/telling/host-findings.ts';
import { claim, instance, instanceArn, judged } from '../../support/builders.ts';

const host = (id: string, about: Partial<Host> = {}): Host => ({
  containerInstance: instanceArn(id),
  state: 'live',
  ec2Instance: `i-${id}`,
  ...about,
});
const on = (id: string, task: string, about: Parameters<typeof instance>[1] = {}) =>
  instance(task, { containerInstance: instanceArn(id), ...about });
const { containerInstance: _, ...placeless } = claim('9', { awsvpc: true, disconnected: true });

it('has nothing to say of hosts that are as they should be', () => {
  const hosts = [host('1'), host('2'), { containerInstance: instanceArn('3'), state: 'live' } as const];

  expect(hostFindings(hosts, [on('1', '1'), on('2', '2'), on('3', '3')])).toEqual([]);
});

it('counts the tasks that run on a host whose agent is silent, each once', () => {
  const stopping = judged(claim('4', { containerInstance: instanceArn('1'), leftOut: { reason: 'stopping' } }));
  const starting = judged(claim('5', { containerInstance: instanceArn('1'), leftOut: { reason: 'starting' } }));
  const all = [on('1', '1'), on('1', '1', { port: 2 }), on('1', '2'), on('2', '3'), stopping, starting];

  expect(hostFindings([host('1', { disconnected: true }), host('2')], all)).toEqual([
    'the agent of container instance 1 (i-1) is not connected: what ECS shows of its 2 tasks may be old',
  ]);
});

it.each([
  { row: 'on which nothing of ours runs', of: host('1', { disconnected: true }), all: [on('2', '1')] },
  { row: 'that is gone', of: host('1', { disconnected: true, state: 'gone' }), all: [on('1', '1')] },
])('says nothing of a silent host $row', ({ of, all }) => {
  expect(hostFindings([of], all)).toEqual([]);
});

it('names tasks without a host that ECS has lost touch with', () => {
  expect(hostFindings([], [judged(placeless)])).toEqual(['ECS has lost touch with 1 task, whose state may be old: 9']);
});

it('names a machine that is registered more than once, in one cluster or in two', () => {
  const hosts = [
    host('1', { ec2Instance: 'i-7' }),
    host('2', { ec2Instance: 'i-7' }),
    host('3', { ec2Instance: 'i-7', containerInstance: 'arn:aws:ecs:eu-west-1:1:container-instance/far/3' }),
    host('4'),
  ];

  expect(hostFindings(hosts, [])).toEqual([
    'i-7 is registered 3 times, deregister all but one of container instances far/3, main/1, main/2',
  ]);
});

it.each([
  { row: 'one of the two is gone', hosts: [host('1'), host('2', { ec2Instance: 'i-1', state: 'gone' })] },
  { row: 'it is one container instance, seen twice', hosts: [host('1'), host('1')] },
] as const)('is no second registration: $row', ({ hosts }) => {
  expect(hostFindings(hosts, [])).toEqual([]);
});

it('stays short however many there are', () => {
  const ids = Array.from({ length: 30 }, (_, index) => `${index}`);

  const found = hostFindings(
    ids.flatMap((id) => [host(id, { disconnected: true }), host(`twin-${id}`, { ec2Instance: `i-${id}` })]),
    ids.map((id) => on(id, id)),
  );

  expect(found).toHaveLength(22);
  expect(found).toContain('20 more agents are not connected');
  expect(found.at(-1)).toBe('20 more machines are registered more than once');
});
