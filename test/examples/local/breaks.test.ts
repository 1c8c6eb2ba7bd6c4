import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Action } from '../../../console/views.ts';
import { boot, type LocalRun } from '../../../examples/local/boot.ts';
import { runByHand } from '../../../examples/local/once/executions.ts';
import { nameReader } from '../../../examples/local/once/names.ts';
import { soon } from './ecs/world.ts';

/** What the buttons of the local console do, over one local run: no schedule, so that only events and runs by hand make it go. */
let run: LocalRun;
beforeAll(async () => {
  run = await boot({ schedule: 'never', replacementDelayMs: 300, provenAfterMs: 500 });
  run.cluster.scheduler.put(run.services.calc);
  await soon(async () => expect(await published()).toHaveLength(2));
}, 120_000);
afterAll(() => run.close());

const CALC = '_calc._tcp.servicediscovery.internal.';
const published = () => nameReader({ dnsPort: run.dnsPort, zone: run.zone.name })('calc');
const places = () =>
  run.cluster
    .tasks()
    .filter(({ arn }) => run.cloud.ecs.admin.task(arn).desiredStatus === 'RUNNING')
    .map(({ address, port }) => `${address}:${port}`)
    .sort();
const button = (id: string): Action => {
  const found = run.breaks.actions().find((one) => one.id === id);
  if (!found) throw new Error(`no button ${id}`);
  return found;
};
/** The first choice of a field, unless another one is wanted. */
const press = (id: string, chosen: Readonly<Record<string, string>> = {}) => {
  const usual = button(id).fields.map((field) => [field.id, field.value ?? ''] as const);
  return run.breaks.act(id, new Map([...usual, ...Object.entries(chosen)]));
};
const values = () =>
  run.cloud.route53
    .recordSets(run.zone.id)
    .filter(({ Name, Type }) => Name === CALC && Type === 'SRV')
    .flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value }) => Value));
const followed = (count: number) =>
  soon(async () => {
    expect(places()).toHaveLength(count);
    expect(await published()).toEqual(places());
  });
const byHand = () => runByHand(run, AbortSignal.timeout(120_000));

describe('the zone follows what a button does', { timeout: 120_000 }, () => {
  it('scale', async () => {
    expect((await press('scale', { count: '3' })).says).toBe('ecs:UpdateService: calc is to have 3 tasks');
    await followed(3);
  });

  it('start: one more, which no service replaces', async () => {
    expect((await press('start')).says).toMatch(/^ecs:RunTask: task [0-9a-f]+ of calc starts$/);
    await followed(4);
  });

  it('stop and kill: others come', async () => {
    const before = places();
    await press('stop');
    await press('kill', { task: run.cluster.tasks().at(-1)?.id ?? '' });

    await soon(() => expect(places()).not.toEqual(before));
    await soon(async () => expect(await published()).toEqual(places()));
  });

  it('a new version: other tasks come, and the old ones leave', async () => {
    const before = places();

    const { says } = await press('roll-out', { service: 'demo/calc', version: 'good' });

    expect(says).toBe('ecs:UpdateService: calc is deployed ROLLING as calc:2');
    await soon(() => expect(places().filter((place) => before.includes(place))).toEqual([]));
    await soon(async () => expect(await published()).toEqual(places()));
  });

  it('drain and lose a host: everything goes on elsewhere; a new host takes tasks', async () => {
    const [first, second] = run.cluster.hosts;
    expect(button('drain').says).toContain('for earlier, SETTINGS=onDraining=deregister npm start');
    await press('drain', { host: first?.instanceId ?? '' });
    await soon(() => expect(places().filter((place) => place.startsWith(`${first?.address}:`))).toHaveLength(0));
    expect(button('undrain').refused).toBeUndefined();
    await press('undrain');

    await press('lose-host', { host: second?.instanceId ?? '' });
    await soon(async () => {
      const all = await published();
      expect(all.filter((place) => place.startsWith(`${second?.address}:`))).toHaveLength(0);
      expect(all).toEqual(places());
      expect(all.length).toBeGreaterThanOrEqual(3);
    });
    const back = await press('replace-host');
    await press('scale', { count: '5' });

    expect(back.says).toMatch(/^ec2:RunInstances: i-[0-9a-f]+ has joined demo at 127\./);
    await soon(async () =>
      expect((await published()).some((place) => place.startsWith(`${second?.address}:`))).toBe(true),
    );
  });

  it('sick, and well again, as full runs find it', async () => {
    await press('sicken');
    await byHand();
    const sick = await published();
    await press('heal');
    await byHand();

    expect(sick).toHaveLength(places().length - 1);
    expect(await published()).toEqual(places());
    expect(button('heal').refused).toBe('no task is sick');
  });

  it('events that do not come: the next full run finds what they would have said', async () => {
    await press('events', { how: 'lost' });
    const { says, fields } = button('events');
    await press('scale', { count: '2' });
    await soon(() => expect(places().length).toBeLessThanOrEqual(3));
    const before = await published();
    await byHand();
    await press('events', { how: 'usual' });

    expect(says).toContain('Now no event comes any more.');
    expect(fields[0]?.value).toBe('usual');
    expect(button('events').fields[0]?.value).toBe('lost');
    expect(before.length).toBeGreaterThan(places().length);
    expect(await published()).toEqual(places());
  });

  it('a cluster that is cut off keeps its values', async () => {
    await press('cut-cluster');
    const told = button('cut-cluster');
    const before = await published();
    const ended = await byHand();
    await press('join-cluster');

    expect(told).toMatchObject({
      says: expect.stringContaining('Now cut off: demo.'),
      refused: 'every cluster is cut off',
    });
    expect(JSON.stringify(ended.output)).toContain('held-unread');
    expect(await published()).toEqual(before);
  });

  it('an API that lies, and is mended', async () => {
    await press('break-api', { call: 'ecs:ListTasks', fault: 'empty' });
    const broken = button('mend-api');
    await press('mend-api');

    expect(broken.fields[0]?.options).toEqual([
      { value: 'ecs:ListTasks', label: 'ecs:ListTasks, says that there is nothing' },
    ]);
    expect(button('mend-api').refused).toBe('no call is broken');
  });

  it('somebody else’s value is carried along, and taken away by whom it belongs to', async () => {
    const ours = values();
    await press('put-foreign');
    await press('scale', { count: '3' });
    await soon(() => expect(values().length).toBeGreaterThan(ours.length + 1));
    const beside = values();
    await press('take-foreign');

    expect(beside).toContain('10 0 9999 legacy.example.com.');
    expect(values()).not.toContain('10 0 9999 legacy.example.com.');
    expect(values()).toHaveLength(beside.length - 1);
  });
});

describe('what cannot be done is said', () => {
  it.each([
    { id: 'scale', chosen: { count: '-1' }, says: 'got "-1" tasks, want a whole number from 0 to 50' },
    {
      id: 'scale',
      chosen: { count: '9'.repeat(99) },
      says: `got "${'9'.repeat(40)}" tasks, want a whole number from 0 to 50`,
    },
    { id: 'stop', chosen: { task: '\u001b[2J' }, says: 'the task "\\u001b[2J" does not run any more' },
    { id: 'drain', chosen: { host: 'i-gone' }, says: 'the host "i-gone" is not there any more' },
    { id: 'replace-host', chosen: { address: '127.0.9.9' }, says: 'no host "127.0.9.9" is lost' },
    { id: 'events', chosen: { how: '__proto__' }, says: 'got "__proto__", want usual, lost, twice, late' },
    { id: 'break-api', chosen: { call: 'iam:DeleteUser' }, says: /^want one of ecs:ListTasks, .* and a fault$/ },
    {
      id: 'break-api',
      chosen: { call: 'route53:ListResourceRecordSets', fault: 'empty' },
      says: /has no empty answer/,
    },
    { id: 'cut-cluster', chosen: { cluster: 'nobody' }, says: 'there is no cluster "nobody" to cut off' },
    { id: 'take-foreign', chosen: { name: 'x.' }, says: 'no simple SRV record set stands at "x." any more' },
    { id: 'nothing', chosen: {}, says: 'nothing here does that' },
  ])('$id with $chosen', async ({ id, chosen, says }) => {
    const result = await run.breaks.act(
      id,
      new Map(Object.entries({ service: 'demo/calc', fault: 'throttle', ...chosen } as Record<string, string>)),
    );

    expect(result).toEqual({ done: false, says: typeof says === 'string' ? says : expect.stringMatching(says) });
  });

  it('every button says which call it is, and offers what it can be done to', () => {
    for (const { says, fields, refused } of run.breaks.actions()) {
      expect(says.length).toBeGreaterThan(30);
      const isEmpty = fields.some(({ options }) => options?.length === 0);
      expect(isEmpty).toBe(refused !== undefined);
    }
  });

  it('what is chosen first is seen in DNS, and what no name shows is said to be so', async () => {
    run.cluster.scheduler.put(run.services.portal);
    const isPortal = ({ label }: { label: string }) => label.startsWith('portal ');
    await soon(() => expect(button('stop').fields[0]?.options?.some(isPortal)).toBe(true));

    for (const id of ['stop', 'kill', 'sicken']) {
      const [field] = button(id).fields;
      expect(field?.options?.find(({ value }) => value === field.value)?.label).toMatch(/^calc /);
      expect(field?.options?.at(-1)?.label).toMatch(/^portal .*, which no name shows$/);
    }
  });
});
