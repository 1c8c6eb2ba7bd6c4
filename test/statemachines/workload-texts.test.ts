import { describe, expect, it } from 'vitest';
import { connectEvents, define, host, runStarted } from '../support/fleet.ts';
import { HOSTILE_TEXTS, UNFIT } from '../support/hostile.ts';
import { CALC, value } from '../support/shop.ts';
import { type StillWorld, world } from '../support/world.ts';

/** A host with one good task, and one whose variables somebody has written carelessly. */
function beside(
  environment: Readonly<Record<string, string>>,
): StillWorld & { readonly more: (port: number) => string } {
  const around = world();
  const { admin } = around.aws.ecs;
  admin.createCluster('shop');
  const containerInstance = host(around, 'shop', '10.0.1.1');
  const good = define(around, 'good', { names: { 80: CALC } });
  admin.putTask({ cluster: 'shop', taskDefinition: good, containerInstance, hostPorts: { 80: 1_001 } });
  const sloppy = define(around, 'sloppy', { environment });
  admin.putTask({ cluster: 'shop', taskDefinition: sloppy, containerInstance });
  return {
    ...around,
    more: (port) =>
      admin.putTask({ cluster: 'shop', taskDefinition: good, containerInstance, hostPorts: { 80: port } }),
  };
}

const at = (port: number) => value('10.0.1.1', port);
/** Names that exist only so that some object of ours is hit by them. */
const OBJECTS = ['idle-addresses.', 'quarantine.', 'held.', 'held', '../outcomes/x', 'inventory/held.'];

describe.each([...OBJECTS, ...HOSTILE_TEXTS].map((text) => [text]))('a declaration of %j', (text) => {
  it.each([
    { row: 'at a port that is none', environment: { SERVICE_http_NAME: text } },
    { row: 'beside a value that cannot be read', environment: { SERVICE_80_NAME: text, SERVICE_80_WEIGHT: text } },
    { row: 'in the port, too', environment: { [`SERVICE_0${text}_NAME`]: text, SERVICE_81_NAME: text } },
  ])('$row costs nobody else anything, in whatever run', async ({ environment }) => {
    const around = beside(environment);
    const first = await around.run({});
    around.more(1_002);
    await around.clock.advance(300_000);
    const second = await around.run({});
    const events = connectEvents(around);
    around.more(1_003);
    await events.settled();
    const [third] = await runStarted(around);

    expect([first.end, second.end, third?.end]).toEqual(['ZoneInSync', 'ZoneInSync', 'ZoneInSync']);
    expect(around.values(CALC)).toEqual([at(1_001), at(1_002), at(1_003)]);
    for (const [key, body] of around.bucket) {
      expect(key).toMatch(/^[\w./-]+$/);
      expect(body).not.toMatch(UNFIT);
    }
    const told = second.outcome?.dispositions.filter(({ outcome }) => outcome === 'left-out') ?? [];
    for (const { detail = '', name } of told)
      expect([detail.length <= 200, name.length <= 1_024]).toEqual([true, true]);
  });
});

describe('variables of the application itself', () => {
  const OWN = { SERVICE_ACCOUNT_NAME: 'payments-sa', SERVICE_DISCOVERY_NAME: 'orders.local', SERVICE__NAME: 'Orders' };

  it.each([
    { row: 'of the forms that applications use', environment: OWN },
    { row: 'empty ones of ours', environment: { SERVICE_80_NAME: '', SERVICE_81_NAME: '  ', SERVICE_http_NAME: '' } },
  ])('$row start nothing and are not reported', async ({ environment }) => {
    const around = world();
    around.aws.ecs.admin.createCluster('shop');
    const events = connectEvents(around);
    const taskDefinition = define(around, 'batch', { environment });
    const containerInstance = host(around, 'shop', '10.0.1.1');
    const task = around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, containerInstance });
    around.aws.ecs.admin.stopTask(task);
    const answers = await events.settled();
    const { outcome } = await around.run({});

    expect(answers.map((answer) => Object.keys(Object(answer)))).toEqual(answers.map(() => ['dropped']));
    expect(around.started).toEqual([]);
    expect(outcome?.dispositions).toEqual([]);
  });

  it('what is plainly meant as a declaration is told of in the run that its event starts', async () => {
    const around = world();
    around.aws.ecs.admin.createCluster('shop');
    const events = connectEvents(around);
    const taskDefinition = define(around, 'web', { environment: { 'SERVICE_8000-8010_NAME': 'web' } });
    const containerInstance = host(around, 'shop', '10.0.1.1');
    around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, containerInstance });
    await events.settled();
    const [run] = await runStarted(around);

    expect(run?.outcome?.dispositions).toMatchObject([{ outcome: 'left-out', reason: 'invalid-port' }]);
  });
});

it('a task with more declarations than it may have is published with the first hundred', async () => {
  const around = world();
  around.aws.ecs.admin.createCluster('shop');
  const names = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [at + 1, `n${at}`]));
  const taskDefinition = define(around, 'many', { names, networkMode: 'awsvpc' });
  around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, address: '10.0.2.1' });

  const { end, outcome } = await around.run({});

  const reasons = Map.groupBy(outcome?.dispositions ?? [], ({ reason }) => reason);
  expect(end).toBe('ZoneInSync');
  expect([...reasons].map(([reason, all]) => [reason, all.length])).toEqual([
    ['running', 100],
    ['too-many', 50],
  ]);
});

it('unknown keys and secrets are findings of every run', async () => {
  const around = world();
  const { admin } = around.aws.ecs;
  admin.createCluster('shop');
  const containerInstance = host(around, 'shop', '10.0.1.1');
  const taskDefinition = admin.registerTaskDefinition({
    family: 'web',
    networkMode: 'bridge',
    containerDefinitions: [
      {
        name: 'web',
        image: 'web',
        portMappings: [{ containerPort: 80, hostPort: 0 }],
        environment: [
          { name: 'SERVICE_80_NAME', value: '_web._tcp.shop.internal.' },
          { name: 'SERVICE_80_WEIGTH', value: '3' },
        ],
        secrets: [{ name: 'SERVICE_81_NAME', valueFrom: 'arn:aws:ssm:eu-west-1:111111111111:parameter/name' }],
      },
    ],
  });
  admin.putTask({ cluster: 'shop', taskDefinition, containerInstance, hostPorts: { 80: 1_001 } });
  admin.putTask({ cluster: 'shop', taskDefinition, containerInstance, hostPorts: { 80: 1_002 } });

  const { outcome } = await around.run({});

  expect(around.values('_web._tcp')).toEqual([at(1_001), at(1_002)]);
  expect(outcome?.findings.filter((finding) => finding.startsWith('web:1'))).toEqual([
    'web:1, container web: nothing reads SERVICE_80_WEIGTH, the nearest is SERVICE_80_WEIGHT',
    'web:1, container web: the value of SERVICE_81_NAME is a secret, which is not read, so the port is not published; put it into the environment or a docker label',
  ]);
});
