import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import { connectEvents, define, host, INIT_FINISHED, runStarted } from '../support/fleet.ts';
import { type Execution, type StillWorld, world } from '../support/world.ts';

/** L1: whatever answers lack of a fleet that runs, and however many of them do, nothing of it leaves or is offered. */

const NAMES = ['_web._tcp', 'api'];

type Answer = Readonly<Record<string, unknown>>;
interface Shown {
  readonly name?: string;
  readonly lastStatus?: string;
  readonly containers?: readonly Shown[];
}

/** Leaves out some of what each answer shows; never says of anything of an app that it has stopped. */
function falsifier(seed: number, share: number) {
  const random = seeded(seed);
  const hit = () => random() < share;
  const some = <T>(list: readonly T[] | undefined) => (list ?? []).filter(() => !hit());
  const container = (one: Shown): readonly object[] => {
    if (hit()) return [];
    if (one.name !== 'app') return [{ ...one, lastStatus: hit() ? 'STOPPED' : one.lastStatus }];
    return [
      {
        ...one,
        ...(hit() && { networkBindings: [] }),
        ...(hit() && { networkInterfaces: [] }),
        ...(hit() && { lastStatus: 'PENDING' }),
        ...(hit() && { healthStatus: 'UNKNOWN' }),
      },
    ];
  };
  const task = (one: Shown) => ({
    ...one,
    containers: (one.containers ?? []).flatMap(container),
    ...(hit() && { attachments: [] }),
    ...(hit() && { overrides: {} }),
  });
  const machine = ({ PrivateIpAddress, ...one }: Answer) => ({ ...one, ...(!hit() && { PrivateIpAddress }) });
  const changes: Readonly<Record<string, (answer: Answer) => Answer>> = {
    ListTasks: ({ taskArns }) => ({ taskArns: hit() ? [] : some(taskArns as string[]) }),
    DescribeTasks: ({ tasks, ...rest }) => ({ ...rest, tasks: (tasks as Shown[]).map(task) }),
    DescribeInstances: ({ Reservations }) => ({
      Reservations: some(Reservations as { Instances: Answer[] }[]).map(({ Instances }) => ({
        Instances: some(Instances).map(machine),
      })),
    }),
    DescribeContainerInstances: ({ containerInstances, failures = [] }) => {
      const list = containerInstances as { containerInstanceArn: string }[];
      const kept = some(list);
      const missing = list.filter((one) => !kept.includes(one));
      return {
        containerInstances: kept,
        failures: [
          ...(failures as object[]),
          ...missing.map(({ containerInstanceArn }) => ({ arn: containerInstanceArn, reason: 'MISSING' })),
        ],
      };
    },
  };
  return (operation: string, answer: object) => changes[operation]?.(answer as Answer) ?? answer;
}

interface Fleet {
  readonly around: StillWorld;
  readonly start: () => string;
  lie: ((operation: string, answer: object) => object) | undefined;
}

/** A small fleet of bridge, awsvpc and Fargate tasks, with containers that share an environment, some declared by overrides. */
function fleet(tasks: number): Fleet {
  const shared: Fleet = { around: {} as StillWorld, start: () => '', lie: undefined };
  const around = world({
    around: async ({ operation }, perform) => {
      const answer = structuredClone(await perform());
      return shared.lie ? shared.lie(operation, answer) : answer;
    },
  });
  const { admin } = around.aws.ecs;
  admin.createCluster('shop');
  const hosts = ['10.0.1.1', '10.0.1.2'].map((address) => host(around, 'shop', address));
  const names = { 80: NAMES[0] ?? '', 81: NAMES[0] ?? '' };
  const bridge = define(around, 'bridge', { names, siblings: true });
  const awsvpc = define(around, 'awsvpc', { names, networkMode: 'awsvpc', siblings: true, healthCheck: true });
  const override = { name: 'app', environment: [{ name: 'SERVICE_80_NAME', value: NAMES[1] ?? '' }] };
  let started = 0;
  const start = () => {
    started += 1;
    const containerInstance = hosts[started % hosts.length] ?? '';
    const about = {
      cluster: 'shop',
      containers: INIT_FINISHED,
      ...(started % 2 === 0 && { overrides: { containerOverrides: [override] } }),
    };
    if (started % 3 === 0) return admin.putTask({ ...about, taskDefinition: bridge, containerInstance });
    const own = { ...about, taskDefinition: awsvpc, address: `10.0.2.${started}`, health: { app: 'HEALTHY' } } as const;
    return admin.putTask(started % 3 === 1 ? own : { ...own, containerInstance });
  };
  for (let at = 0; at < tasks; at += 1) start();
  return Object.assign(shared, { around, start });
}

const published = ({ values }: StillWorld) => NAMES.flatMap((name) => values(name).map((value) => `${name} ${value}`));
const offered = (runs: readonly Execution[]) => runs.flatMap(({ outcome }) => outcome?.held ?? []);

it('in full runs and in event runs, with many values and with few', async () => {
  const arbitrary = fc.record({
    seed: fc.nat(),
    share: fc.constantFrom(0.05, 0.3, 0.7, 1),
    tasks: fc.constantFrom(2, 4, 9),
  });

  await fc.assert(
    fc.asyncProperty(arbitrary, async ({ seed, share, tasks }) => {
      const shop = fleet(tasks);
      await shop.around.run({});
      const before = published(shop.around);
      const events = connectEvents(shop.around);
      shop.start();
      await events.settled();
      shop.lie = falsifier(seed, share);

      const runs = [...(await runStarted(shop.around)), await shop.around.run({}), await shop.around.run({})];

      const after = new Set(published(shop.around));
      expect(before.length).toBeGreaterThanOrEqual(2 * tasks);
      expect(before.filter((one) => !after.has(one))).toEqual([]);
      expect(offered(runs)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
