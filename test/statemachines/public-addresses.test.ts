import { describe, expect, it } from 'vitest';
import { standing } from '../support/address-shop.ts';
import { define } from '../support/fleet.ts';
import { CALC, eventRun, reasons, value } from '../support/shop.ts';
import { OWNER, type StillWorld, world, ZONE } from '../support/world.ts';

const MINUTE = 60_000;
const MACHINE = 'i-00000000000000001';
const [OPEN, NEXT] = ['198.51.100.7', '203.0.113.9'];
type Mode = 'host' | 'awsvpc';
const MODES = ['host', 'awsvpc'] as const;

/** One task of calc, checked, which says that its public address is published; or not, with `says: ''`. */
function shop(mode: Mode, { says = 'true', publicIp = OPEN, about = {} } = {}) {
  const around = world(about);
  const { ecs, ec2 } = around.aws;
  ecs.admin.createCluster('shop');
  /** Gives the machine, or the interface, a public address; none where that is empty. */
  const lend = (ip: string, id = 'eni-1') => {
    const open = ip === '' ? {} : { publicIp: ip };
    if (mode === 'host') ec2.admin.putInstance(MACHINE, { privateIpAddress: '10.0.1.1', vpcId: 'vpc-1', ...open });
    else ec2.admin.putNetworkInterface(id, { privateIpAddresses: ['10.0.1.1'], vpcId: 'vpc-1', ...open });
  };
  if (mode === 'awsvpc') ec2.admin.putSubnet('subnet-1', { vpcId: 'vpc-1' });
  lend(publicIp);
  const home = mode === 'host' && ecs.admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: MACHINE });
  const environment = { SERVICE_80_CHECK_TCP: 'true', ...(says && { SERVICE_80_PUBLIC: says }) };
  const taskDefinition = define(around, 'calc', { names: { 80: CALC }, networkMode: mode, environment });
  const elasticInterface = { networkInterfaceId: 'eni-1', subnetId: 'subnet-1' };
  const place = () =>
    ecs.admin.putTask({
      cluster: 'shop',
      taskDefinition,
      ...(home ? { containerInstance: home } : { address: '10.0.1.1', elasticInterface }),
    });
  return { ...around, lend, place };
}

const addressOf = (around: StillWorld, ip: string) =>
  standing(around, `ip-${ip.replaceAll('.', '-')}.${OWNER}.${ZONE}`);

const asked = ({ called }: StillWorld) => called.get('DescribeNetworkInterfaces') ?? 0;

describe.each(MODES)('a task that says so (%s)', (mode) => {
  it('is published at its public address, and probed at its private one', async () => {
    const around = shop(mode);
    around.health.set(`${OPEN}:80`, { state: 'failing', cause: 'nobody probes there' });
    around.place();

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(run.states.filter((state) => state === 'VerifyChanges')).toHaveLength(1);
    expect(around.values(CALC)).toEqual([value(OPEN, 80)]);
    expect(addressOf(around, OPEN)).toEqual([OPEN]);
    expect(addressOf(around, '10.0.1.1')).toEqual([]);
  });

  it('comes and goes with its events', async () => {
    const around = shop(mode);
    let task = '';

    const started = await eventRun(around, () => {
      task = around.place();
    });
    const there = around.values(CALC);
    await around.clock.advance(MINUTE);
    const stopped = await eventRun(around, () => around.aws.ecs.admin.stopTask(task));

    expect([started.end, stopped.end]).toEqual(['ZoneInSync', 'ZoneInSync']);
    expect(there).toEqual([value(OPEN, 80)]);
    expect(reasons(stopped)).toEqual(['removed task-stopped']);
    expect(around.values(CALC)).toEqual([]);
  });

  it('moves with its public address', async () => {
    const around = shop(mode);
    around.place();
    await around.run({});
    around.lend(NEXT);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(reasons(run)).toEqual(['published healthy', 'removed replaced']);
    expect(around.values(CALC)).toEqual([value(NEXT, 80)]);
    expect(addressOf(around, NEXT)).toEqual([NEXT]);
  });

  it('keeps what is published while EC2 shows no public address', async () => {
    const around = shop(mode);
    around.place();
    await around.run({});
    around.lend('');

    const run = await around.run({});

    expect(reasons(run)).toContain('published held-no-address');
    expect(around.values(CALC)).toEqual([value(OPEN, 80)]);
  });

  it('is left out without one, with that detail', async () => {
    const around = shop(mode, { publicIp: '' });
    around.place();

    const { outcome } = await around.run({});

    const detail = `EC2 reports no public IPv4 address for ${mode === 'host' ? MACHINE : 'eni-1'}`;
    expect(outcome?.dispositions).toMatchObject([{ outcome: 'left-out', reason: 'no-address', detail }]);
    expect(around.values(CALC)).toEqual([]);
  });

  it('retires the address set of what has left, an hour after nothing has it', async () => {
    const around = shop(mode);
    around.place();
    await around.run({});
    around.lend(NEXT);
    for (let hours = 0; hours < 3; hours += 1) {
      await around.run({});
      await around.clock.advance(61 * MINUTE);
    }
    await around.run({});

    expect(addressOf(around, OPEN)).toEqual([]);
    expect(addressOf(around, NEXT)).toEqual([NEXT]);
  });
});

describe('an interface of a task', () => {
  it('is asked for only where the task says so', async () => {
    const plain = shop('awsvpc', { says: '' });
    plain.place();
    await plain.run({});
    const open = shop('awsvpc');
    open.place();
    await open.run({});

    expect(asked(plain)).toBe(0);
    expect(plain.values(CALC)).toEqual([value('10.0.1.1', 80)]);
    expect(asked(open)).toBe(2); // the reading, and the second look
  });

  it('that nobody can be asked for leaves what stands', async () => {
    let broken = false;
    const around = shop('awsvpc', {
      about: {
        before: async ({ operation }: { readonly operation: string }) => {
          if (!broken || operation !== 'DescribeNetworkInterfaces') return;
          throw Object.assign(new Error('not allowed'), { name: 'UnauthorizedOperation', $fault: 'client' });
        },
      },
    });
    around.place();
    await around.run({});
    broken = true;

    const run = await around.run({});

    expect(reasons(run)).toEqual(['published held-unread']);
    expect(around.values(CALC)).toEqual([value(OPEN, 80)]);
  });

  it.each([
    { row: 'no other interface has its public address', taken: false, left: 0 },
    { row: 'another interface has it by now', taken: true, left: 1 },
  ])('of a task that has stopped, and $row: an event run leaves $left', async ({ taken, left }) => {
    const around = shop('awsvpc');
    const task = around.place();
    await around.run({});
    await around.clock.advance(MINUTE);
    around.lend('');
    if (taken) around.lend(OPEN, 'eni-9');

    await eventRun(around, () => around.aws.ecs.admin.stopTask(task));
    const published = around.values(CALC).length;
    await around.run({});

    expect(published).toBe(left);
    expect(around.values(CALC)).toEqual([]);
  });
});
