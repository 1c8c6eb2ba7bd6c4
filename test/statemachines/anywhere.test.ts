import { expect, it } from 'vitest';
import { connectEvents, define, runStarted } from '../support/fleet.ts';
import { OWNER, type StillWorld, world, ZONE } from '../support/world.ts';

const value = (address: string, port: number) => `1 1 ${port} ip-${address.replaceAll('.', '-')}.${OWNER}.${ZONE}`;
const MACHINE = 'mi-0123456789abcdef0';

/** A machine of ECS Anywhere beside nothing else, with an agent that has reported its address. */
function shop(environment: Readonly<Record<string, string>> = {}, checked = false) {
  const around = world({ environment });
  const { ecs, ssm } = around.aws;
  ecs.admin.createCluster('edge');
  ssm.admin.putMachine(MACHINE, { ipAddress: '192.168.7.20' });
  const containerInstance = ecs.admin.registerContainerInstance({ cluster: 'edge', ec2InstanceId: MACHINE });
  const check = checked ? { SERVICE_80_CHECK_HTTP: '/health' } : {};
  const taskDefinition = define(around, 'till', { names: { 80: 'till' }, environment: check });
  const put = (port: number) =>
    ecs.admin.putTask({ cluster: 'edge', taskDefinition, containerInstance, hostPorts: { 80: port } });
  return { around, ssm, put };
}

const called = ({ called: calls }: StillWorld) => calls.get('DescribeInstanceInformation') ?? 0;

it('is published at the address that its agent has reported, by full runs and by events', async () => {
  const { around, put } = shop({ ECS_ANYWHERE: 'true' });
  put(8_000);
  const first = await around.run({});
  expect(around.values('till')).toEqual([value('192.168.7.20', 8_000)]);
  await around.clock.advance(60_000);
  const { settled, off } = connectEvents(around);
  const task = put(8_001);
  await settled();
  const started = await runStarted(around);
  expect(around.values('till')).toEqual([8_000, 8_001].map((port) => value('192.168.7.20', port)));
  await around.clock.advance(60_000);

  around.aws.ecs.admin.stopTask(task);
  await settled();
  off();
  const stopped = await runStarted(around);

  expect([first, ...started, ...stopped].map(({ end }) => end)).toEqual(
    [first, ...started, ...stopped].map(() => 'ZoneInSync'),
  );
  expect(around.values('till')).toEqual([value('192.168.7.20', 8_000)]);
});

it('without the option it has no address, which says what to do, and nobody asks', async () => {
  const { around, put } = shop();
  put(8_000);

  const { outcome } = await around.run({});

  expect(around.values('till')).toEqual([]);
  expect(outcome?.dispositions).toEqual([
    expect.objectContaining({
      outcome: 'left-out',
      reason: 'no-address',
      detail: `${MACHINE} is of ECS Anywhere: only \`ecsAnywhere: true\` asks for its address`,
    }),
  ]);
  expect(called(around)).toBe(0);
});

it('keeps what it has while Systems Manager tells no address, or is told off', async () => {
  const { around, ssm, put } = shop({ ECS_ANYWHERE: 'true' });
  put(8_000);
  await around.run({});
  ssm.admin.removeMachine(MACHINE);

  const { end, outcome } = await around.run({});

  expect(end).toBe('ZoneInSync');
  expect(around.values('till')).toEqual([value('192.168.7.20', 8_000)]);
  expect(outcome?.dispositions).toMatchObject([{ outcome: 'published', reason: 'held-no-address' }]);
});

it('is out of the health checker’s reach unless it is told: unprobed, and a finding', async () => {
  const { around, put } = shop({ ECS_ANYWHERE: 'true' }, true);
  put(8_000);
  await around.clock.advance(120_000); // its grace is over

  const { outcome } = await around.run({});

  expect(around.values('till')).toEqual([]);
  expect(outcome?.dispositions).toMatchObject([{ outcome: 'left-out', reason: 'unprobed' }]);
  expect(outcome?.findings).toContainEqual(expect.stringContaining('not probed: it runs on ECS Anywhere'));
});

it('is probed where the health checker reaches it', async () => {
  const { around, put } = shop({ ECS_ANYWHERE: 'true', ANYWHERE_PROBED: 'true' }, true);
  put(8_000);
  put(8_001);
  around.health.set('192.168.7.20:8001', { state: 'failing', cause: 'connection refused' });

  await around.run({});

  expect(around.values('till')).toEqual([value('192.168.7.20', 8_000)]);
});
