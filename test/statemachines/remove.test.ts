import { describe, expect, it } from 'vitest';
import { readMarkers } from '../../functions/domain/zone/marker.ts';
import { connectEvents, define, host, runStarted } from '../support/fleet.ts';
import { reasons } from '../support/shop.ts';
import { OWNER, type StillWorld, world, ZONE, ZONE_ID } from '../support/world.ts';

const CALC = '_calc._tcp';
const foreign = '5 5 80 elsewhere.example.';

/** Two tasks of calc on one host, published, beside a value of somebody else. */
async function published() {
  const around = world();
  around.aws.ecs.admin.createCluster('shop');
  const taskDefinition = define(around, 'calc', { names: { 8081: CALC } });
  const containerInstance = host(around, 'shop', '10.0.1.23');
  const startTask = (port: number) =>
    around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, containerInstance, hostPorts: { 8081: port } });
  await change(around, 'CREATE', {
    Name: `${CALC}.${ZONE}`,
    Type: 'SRV',
    TTL: 60,
    ResourceRecords: [{ Value: foreign }],
  });
  startTask(32_768);
  startTask(32_769);
  await around.run({});
  return { ...around, startTask };
}

async function change({ aws }: StillWorld, Action: 'CREATE' | 'DELETE', ResourceRecordSet: object) {
  const input = { HostedZoneId: ZONE_ID, ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] } };
  const context = { region: 'us-east-1', accountId: '1', requestId: 'r' };
  await aws.route53.operations.ChangeResourceRecordSets?.(input as never, context);
}

/** Sets the marker as `ecssd remove` and `--undo` do. */
async function mark(around: StillWorld, from: string, to: string) {
  const marker = around.aws.route53.recordSets(ZONE_ID).find(({ Name }) => Name === `${OWNER}.${ZONE}`);
  await change(around, 'DELETE', { ...marker });
  const [value] = marker?.ResourceRecords ?? [];
  await change(around, 'CREATE', { ...marker, ResourceRecords: [{ Value: value?.Value?.replace(from, to) ?? '' }] });
}
const withdraw = (around: StillWorld) => mark(around, '/test"', '/test withdrawn"');
const undo = (around: StillWorld) => mark(around, ' withdrawn"', '"');

const ours = ({ aws }: StillWorld) =>
  aws.route53
    .recordSets(ZONE_ID)
    .filter(({ Name = '', Type }) => Type === 'A' || (Type === 'SRV' && Name.endsWith(ZONE)))
    .map(({ Name, Type }) => `${Type} ${Name}`);

describe('remove', () => {
  it('takes back everything of ours within two full runs, and nothing of others', async () => {
    const around = await published();
    await withdraw(around);

    const first = await around.run({});
    const second = await around.run({ trigger: 'schedule' });

    expect([first.end, second.end]).toEqual(['ZoneInSync', 'ZoneInSync']);
    expect(reasons(first)).toEqual(['removed withdrawn', 'removed withdrawn']);
    expect(around.values(CALC)).toEqual([foreign]);
    expect(ours(around)).toEqual([`SRV ${CALC}.${ZONE}`]);
  });

  it('publishes nothing from then on: neither full runs nor events do', async () => {
    const around = await published();
    await withdraw(around);
    await around.run({});
    const events = connectEvents(around);

    around.startTask(32_770);
    await events.settled();
    const [event] = await runStarted(around);
    const full = await around.run({});

    expect(event?.end).toBe('ZoneInSync');
    expect(event && reasons(event)).toContain('left-out withdrawn');
    expect(reasons(full)).toEqual(Array(3).fill('left-out withdrawn'));
    expect(around.values(CALC)).toEqual([foreign]);
  });

  it('takes back what an event run finds at its names as well', async () => {
    const around = await published();
    await withdraw(around);
    const events = connectEvents(around);

    around.startTask(32_770);
    await events.settled();
    await runStarted(around);

    expect(around.values(CALC)).toEqual([foreign]);
  });

  it('is no matter for the guard: a person has said so', async () => {
    const around = await published();
    for (let port = 33_000; port < 33_020; port += 1) around.startTask(port);
    await around.run({});
    for (const key of [...around.bucket.keys()].filter((one) => one.startsWith('inventory/')))
      around.bucket.delete(key);
    await withdraw(around);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toEqual([foreign]);
  });

  it('ends by undo: the next full run publishes everything again', async () => {
    const around = await published();
    await withdraw(around);
    await around.run({});
    await around.run({});
    await undo(around);

    const run = await around.run({});

    expect(run.end).toBe('ZoneInSync');
    expect(around.values(CALC)).toHaveLength(3);
  });

  it('leaves the marker, which says that it is withdrawn', async () => {
    const around = await published();
    await withdraw(around);
    await around.run({});
    await around.run({});

    const marker = around.aws.route53.recordSets(ZONE_ID).find(({ Type }) => Type === 'TXT');

    const values = (marker?.ResourceRecords ?? []).map(({ Value = '' }) => Value);
    expect(readMarkers({ ownerName: '', type: 'TXT', ttl: 1, values, policy: 'simple' })).toMatchObject([
      { withdrawn: true },
    ]);
  });
});
