import { drive } from '../model/driver.ts';
import { connectEvents, define, host } from '../support/fleet.ts';
import { forgetDefinitions } from '../support/inventory.ts';
import { edit, srv } from '../support/shop.ts';
import { OWNER, type StillWorld, type WorldOptions, world, ZONE } from '../support/world.ts';
import { CALL_FAULTS, type CallFault } from './call-faults.ts';
import { faultPort } from './port.ts';
import { watch } from './watch.ts';

/** How a run ended, and what the zone lacked (`+`) and had too much (`-`) then. */
export interface Left {
  readonly end: string;
  readonly left: string;
}

/** What a fault did to one run, and to the two good ones after it. */
export interface SceneTried extends Left {
  readonly met: number;
  /** What may never be, of the three runs; nothing where all held. */
  readonly violations: readonly string[];
  readonly next: Left;
  readonly after: Left;
}

/** Puts a fault before a run and takes it away after it; tells how often it was met. */
export interface Armed {
  readonly met: () => number;
  readonly disarm: () => void;
}

const ENVIRONMENT = { ECS_ANYWHERE: 'true', ON_DRAINING: 'deregister' };
const NAMES = ['till', 'open', 'calc'] as const;
const targetAt = (address: string) => `ip-${address.replaceAll('.', '-')}.${OWNER}.${ZONE}`;

/** A fault of a call that goes through the clients in memory. */
export const meddling =
  (place: string, kind: CallFault) =>
  ({ shop, port }: { readonly shop: StillWorld; readonly port: ReturnType<typeof faultPort> }): Armed => {
    let met = 0;
    port.arm({
      onCall: (call, perform) => {
        if (call.call !== place) return perform();
        met += 1;
        return CALL_FAULTS[kind](perform, { call, nth: met, clock: shop.clock });
      },
    });
    return { met: () => met, disarm: port.disarm };
  };

/**
 * A shop with the settings that ask for more: machines of ECS Anywhere in one cluster, in another one tasks at public
 * addresses and a host that drains. Each name has come, and changed since.
 */
export async function trySettings(
  run: 'full' | 'event',
  arm: (scene: { readonly shop: StillWorld; readonly port: ReturnType<typeof faultPort> }) => Armed,
  options: Pick<WorldOptions, 'zoneAccount' | 'zoneClient'> = {},
): Promise<SceneTried> {
  const port = faultPort();
  const shop = world({ environment: ENVIRONMENT, ...port.options, ...options });
  const { ecs, ec2, ssm } = shop.aws;
  for (const cluster of ['main', 'edge']) ecs.admin.createCluster(cluster);
  const machine = `mi-${'1'.padStart(17, '0')}`;
  ssm.admin.putMachine(machine, { ipAddress: '192.168.7.1' });
  const edge = ecs.admin.registerContainerInstance({ cluster: 'edge', ec2InstanceId: machine });
  const hosts = ['10.0.1.1', '10.0.1.2'].map((address) => host(shop, 'main', address));
  const definitions = {
    till: define(shop, 'till', { names: { 80: 'till' } }),
    open: define(shop, 'open', {
      names: { 80: 'open' },
      environment: { SERVICE_80_PUBLIC: 'true' },
      networkMode: 'awsvpc',
    }),
    calc: define(shop, 'calc', { names: { 80: 'calc' } }),
  };
  const wanted = new Map<string, string>();
  const want = (name: string, address: string, at: number, task: string) => {
    wanted.set(`${name} 1 1 ${at} ${targetAt(address)}`, task);
    return task;
  };
  const till = (at: number) => {
    const where = { cluster: 'edge', taskDefinition: definitions.till, containerInstance: edge };
    want('till', '192.168.7.1', at, ecs.admin.putTask({ ...where, hostPorts: { 80: at } }));
  };
  const open = (number: number) => {
    const [address, networkInterfaceId, publicIp] = [`10.0.8.${number}`, `eni-${number}`, `198.51.100.${number}`];
    ec2.admin.putNetworkInterface(networkInterfaceId, { privateIpAddresses: [address], publicIp, vpcId: 'vpc-1' });
    const about = { address, elasticInterface: { networkInterfaceId } };
    want('open', publicIp, 80, ecs.admin.putTask({ cluster: 'main', taskDefinition: definitions.open, ...about }));
  };
  const calc = (index: number, at: number) => {
    const where = { cluster: 'main', taskDefinition: definitions.calc, containerInstance: hosts[index] ?? '' };
    want('calc', `10.0.1.${index + 1}`, at, ecs.admin.putTask({ ...where, hostPorts: { 80: at } }));
  };
  const leave = (value: string, stop = true) => {
    const task = wanted.get(value);
    if (task === undefined) throw new Error(`nothing of ${value} is there to leave`);
    if (stop) ecs.admin.updateTask(task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });
    wanted.delete(value);
  };

  const foreign = srv('calc', ['10 5 443 by-hand.example.com'], 60);
  await edit(shop, [{ Action: 'CREATE', ResourceRecordSet: foreign }], options.zoneAccount);
  for (const number of [1, 2, 3]) {
    till(8_000 + number);
    open(number);
    calc(0, 30_000 + number);
  }
  calc(1, 30_001);
  await shop.clock.run(drive(shop, {}, 'opening'));
  await shop.clock.advance(120_000);
  const watching = watch(shop, (ownerName, value) => !wanted.has(`${ownerName.replace(`.${ZONE}`, '')} ${value}`));
  const events = connectEvents(shop);
  leave(`till 1 1 8001 ${targetAt('192.168.7.1')}`);
  leave(`open 1 1 80 ${targetAt('198.51.100.1')}`);
  leave(`calc 1 1 30001 ${targetAt('10.0.1.2')}`, false);
  ecs.admin.updateContainerInstance(hosts[1] ?? '', { status: 'DRAINING' });
  till(8_004);
  open(4);
  await events.settled();
  events.off();
  shop.restart();
  forgetDefinitions(shop.bucket);
  const [window] = shop.started.splice(0);

  const left = () => {
    const standing = new Set(NAMES.flatMap((name) => shop.values(name).map((value) => `${name} ${value}`)));
    const others = [...standing].filter((one) => one.includes('example.com'));
    for (const one of others) standing.delete(one);
    const lacking = [...wanted.keys()].filter((one) => !standing.has(one)).map((one) => `+${one.split(' ')[0]}`);
    const over = [...standing].filter((one) => !wanted.has(one)).map((one) => `-${one.split(' ')[0]}`);
    return [...lacking, ...over, ...(others.length === 1 ? [] : ['what others have'])].sort().join(' ');
  };
  const armed = arm({ shop, port });
  const first =
    run === 'event' && window ? await shop.run(window.input, window.name) : await shop.run({}, 'with-the-fault');
  const leftThen = left();
  armed.disarm();
  await shop.clock.advance(60_000);
  const next = await shop.clock.run(drive(shop, {}, 'good'));
  const healed = left();
  const after = await shop.clock.run(drive(shop, {}, 'after'));
  watching.stop();
  return {
    met: armed.met(),
    end: first.end,
    left: leftThen,
    violations: watching.violations,
    next: { end: next.end, left: healed },
    after: { end: after.end, left: left() },
  };
}
