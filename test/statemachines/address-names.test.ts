import { describe, expect, it } from 'vitest';
import { addressesAt, addressShop, aliasSet, made, NAME, names, SET, standing } from '../support/address-shop.ts';
import { connectEvents, define, host, runStarted } from '../support/fleet.ts';
import { eventRun, hashIn, reasons } from '../support/shop.ts';
import { OWNER, type StillWorld, world, ZONE } from '../support/world.ts';

const SCHEDULE = { trigger: 'schedule' };
const ALIAS = `→ ${SET}`;
const OTHER = `calc._address.green.${ZONE}`;

const changesOf = ({ called }: StillWorld) => called.get('ChangeResourceRecordSets') ?? 0;

describe('an address name', () => {
  it('is an alias to the addresses of what is healthy, and nothing else is made for it', async () => {
    const around = addressShop();
    for (const address of ['10.0.1.1', '10.0.1.2', '10.0.1.3']) around.place(address);
    around.health.set('10.0.1.3:8080', { state: 'failing', cause: 'got status 500, want 2xx' });

    const run = await around.run(SCHEDULE);

    expect(run.end).toBe('ZoneInSync');
    expect(standing(around, NAME)).toEqual([ALIAS]);
    expect(standing(around, SET)).toEqual(['10.0.1.1', '10.0.1.2']);
    expect(names(around)).toEqual([`${SET} A`, `${NAME} A`, `${OWNER}.${ZONE} TXT`]);
  });

  it('changes nothing in a further run, and gives up alias and addresses together with the last instance', async () => {
    const around = addressShop();
    const task = around.place('10.0.1.1');
    await around.run(SCHEDULE);
    const before = changesOf(around);
    await around.run(SCHEDULE);
    const quiet = changesOf(around) - before;
    around.aws.ecs.admin.stopTask(task);

    const run = await around.run(SCHEDULE);

    expect(quiet).toBe(0);
    expect(reasons(run)).toEqual(['removed task-stopped']);
    expect(changesOf(around) - before).toBe(1);
    expect(names(around)).toEqual([`${OWNER}.${ZONE} TXT`]);
  });

  it('and an SRV name of the same text stand side by side', async () => {
    const around = world();
    around.aws.ecs.admin.createCluster('shop');
    const environment = { SERVICE_8080_ADDRESS_NAME: 'calc, calc.shop.internal' };
    const taskDefinition = define(around, 'calc', { names: { 8080: 'calc' }, environment, networkMode: 'awsvpc' });
    around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, address: '10.0.1.1' });

    const run = await around.run(SCHEDULE);

    expect(run.end).toBe('ZoneInSync');
    expect(standing(around, NAME)).toEqual([ALIAS]);
    expect(around.values('calc')).toEqual([`1 1 8080 ip-10-0-1-1.${OWNER}.${ZONE}`]);
    expect(standing(around, SET)).toEqual(['10.0.1.1']);
  });

  it('has one address for two tasks of one host, and keeps it for the one that is left', async () => {
    const around = addressShop({}, { host: true });
    const first = around.place('10.0.1.1');
    around.place('10.0.1.1');
    await around.run(SCHEDULE);
    const both = standing(around, SET);
    around.aws.ecs.admin.stopTask(first);

    const run = await around.run(SCHEDULE);

    expect(both).toEqual(['10.0.1.1']);
    expect(run.end).toBe('ZoneInSync');
    expect(standing(around, SET)).toEqual(['10.0.1.1']);
    expect(standing(around, NAME)).toEqual([ALIAS]);
  });

  it('loses no address to failing checks alone', async () => {
    const around = addressShop();
    for (const address of ['10.0.1.1', '10.0.1.2']) around.place(address);
    await around.run(SCHEDULE);
    for (const address of ['10.0.1.1', '10.0.1.2']) {
      around.health.set(`${address}:8080`, { state: 'failing', cause: 'connection refused' });
    }

    const run = await around.run(SCHEDULE);

    expect(reasons(run)).toEqual(['published held-prober', 'published held-prober']);
    expect(standing(around, SET)).toEqual(['10.0.1.1', '10.0.1.2']);
  });

  it('holds many removals that nothing explains, until they are approved', async () => {
    const around = addressShop();
    const tasks = Array.from({ length: 10 }, (_, at) => around.place(`10.0.1.${at + 1}`));
    await around.run(SCHEDULE);
    for (const task of tasks.slice(0, 9)) around.aws.ecs.admin.removeTask(task);
    for (const key of around.bucket.keys()) if (key.startsWith('inventory')) around.bucket.delete(key);

    const held = await around.run(SCHEDULE);
    const stood = standing(around, SET).length;
    const approved = await around.run({ approve: hashIn(held) });

    expect(held.end).toBe('RemovalsHeld');
    expect(stood).toBe(10);
    expect(approved.end).toBe('ZoneInSync');
    expect(standing(around, SET)).toEqual(['10.0.1.10']);
  });
});

describe('event runs', () => {
  it('bring an instance in and take it out, alias included', async () => {
    const around = addressShop();
    let task = '';
    const started = await eventRun(around, () => {
      task = around.place('10.0.1.1');
    });
    const [set, alias] = [standing(around, SET), standing(around, NAME)];

    const stopped = await eventRun(around, () => around.aws.ecs.admin.stopTask(task));

    expect(started.end).toBe('ZoneInSync');
    expect({ set, alias }).toEqual({ set: ['10.0.1.1'], alias: [ALIAS] });
    expect(reasons(stopped)).toEqual(['removed task-stopped']);
    expect([...standing(around, SET), ...standing(around, NAME)]).toEqual([]);
  });

  it('keep the other addresses, of which they see nothing', async () => {
    const around = addressShop();
    around.place('10.0.1.1');
    await around.run(SCHEDULE);

    await eventRun(around, () => around.place('10.0.1.2'));

    expect(standing(around, SET)).toEqual(['10.0.1.1', '10.0.1.2']);
  });
});

describe('one port', () => {
  it('is that of what stands: an instance at another one is left out, with the ports that were seen', async () => {
    const around = addressShop();
    around.place('10.0.1.1');
    await around.run(SCHEDULE);
    const newcomers = ['10.0.1.2', '10.0.1.3'];

    const byEvent = await eventRun(around, () => newcomers.map((address) => around.place(address, { port: 9090 })));
    const whole = await around.run(SCHEDULE);

    for (const run of [byEvent, whole]) {
      expect(run.outcome?.dispositions.filter(({ reason }) => reason === 'port-varies')).toMatchObject([
        { detail: 'it serves at port 9090, the name at 8080 (seen: 8080, 9090)' },
        { detail: 'it serves at port 9090, the name at 8080 (seen: 8080, 9090)' },
      ]);
    }
    expect(standing(around, SET)).toEqual(['10.0.1.1']);
  });

  it('becomes that of the others once what stood has stopped', async () => {
    const around = addressShop();
    const task = around.place('10.0.1.1');
    await around.run(SCHEDULE);
    around.place('10.0.1.2', { port: 9090 });
    around.aws.ecs.admin.stopTask(task);

    await around.run(SCHEDULE);

    expect(standing(around, SET)).toEqual(['10.0.1.2']);
  });

  it('is not that of a newcomer at the address of one that has stopped', async () => {
    const around = addressShop({}, { host: true });
    const old = around.place('10.0.1.1');
    around.place('10.0.1.2');
    await around.run(SCHEDULE);
    around.aws.ecs.admin.stopTask(old);
    around.place('10.0.1.1', { port: 9090 });

    const run = await around.run(SCHEDULE);

    expect(reasons(run)).toEqual(['left-out port-varies', 'published healthy', 'removed task-stopped']);
    expect(standing(around, SET)).toEqual(['10.0.1.2']);
  });

  it('is none in bridge mode with dynamic ports, and a fixed one where the definition has one', async () => {
    const around = world();
    const { admin } = around.aws.ecs;
    admin.createCluster('shop');
    const home = host(around, 'shop', '10.0.1.1');
    const environment = [{ name: 'SERVICE_80_ADDRESS_NAME', value: 'calc' }];
    const mapped = (hostPort: number) =>
      admin.registerTaskDefinition({
        family: `calc-${hostPort}`,
        networkMode: 'bridge',
        containerDefinitions: [
          { name: 'app', image: 'app', environment, portMappings: [{ containerPort: 80, hostPort }] },
        ],
      });
    const place = (definition: string, port: number) =>
      admin.putTask({ cluster: 'shop', taskDefinition: definition, containerInstance: home, hostPorts: { 80: port } });
    place(mapped(0), 32_768);
    const dynamic = await around.run(SCHEDULE);
    place(mapped(8080), 8080);

    const fixed = await around.run(SCHEDULE);

    expect(dynamic.outcome?.dispositions).toMatchObject([
      {
        reason: 'port-varies',
        detail: 'container port 80/tcp is mapped to whatever port its host has free (32768 here)',
      },
    ]);
    expect(reasons(fixed)).toEqual(['left-out port-varies', 'published running']);
    expect(standing(around, SET)).toEqual(['10.0.1.1']);
  });
});

it('a name that moved meanwhile is read and planned again', async () => {
  const somebody = { comes: true };
  const around = addressShop({
    beforeStep: async (step) => {
      if (step !== 'ApplyBatch' || !somebody.comes) return;
      somebody.comes = false;
      await made(around, addressesAt(OTHER, ['10.9.9.9']), aliasSet(NAME, OTHER));
    },
  });
  around.place('10.0.1.1');

  const run = await around.run(SCHEDULE);

  expect(reasons(run)).toEqual(['left-out conflict']);
  expect(standing(around, NAME)).toEqual([`→ ${OTHER}`]);
  expect(standing(around, SET)).toEqual([]);
});

it('names as they come and go by events, many at once', async () => {
  const around = addressShop();
  const events = connectEvents(around);
  const tasks = Array.from({ length: 20 }, (_, at) => around.place(`10.0.2.${at + 1}`));
  await events.settled();
  await runStarted(around);
  const before = standing(around, SET).length;
  for (const task of tasks.slice(0, 19)) around.aws.ecs.admin.stopTask(task);
  await events.settled();
  events.off();

  await runStarted(around);

  expect(before).toBe(20);
  expect(standing(around, SET)).toEqual(['10.0.2.20']);
});
