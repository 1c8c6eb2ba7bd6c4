import { seeded } from '../../stand-ins/dns/seeded-random.ts';
import { define, host, isWanted } from '../../support/fleet.ts';
import { type Execution, type StepName, type StillWorld, world, ZONE_ID } from '../../support/world.ts';
import { latencyOf, TRANSITION_MS } from './latency.ts';

/** Transitions from one function to the next, with the states between that call none. */
const TRANSITIONS: Readonly<Partial<Record<StepName, number>>> = {
  ReadTrigger: 2,
  ListClusters: 2,
  CollectTasks: 2,
  LoadBatch: 2,
  ApplyBatch: 3,
  PublishOutcome: 2,
  StartRun: 0,
};
/** Services that throttle an account. */
const COUNTED = new Set(['ecs', 'ec2', 'route53']);
/** Between two changes, milliseconds, drawn evenly: longer than any run takes. */
const PAUSE = { least: 12_000, most: 20_000 } as const;
/** After the decision to stop a task its agent tells of it, and of its end, in milliseconds; and again of one that runs. */
const AFTER = { stopping: 1_100, stopped: 4_300 } as const;

/** What one start or one stop cost, with all the events that ECS sends of it. */
export interface ChangeCost {
  readonly kind: 'start' | 'stop';
  /** From the event to the change that Route 53 accepted, in milliseconds. */
  readonly latency: number;
  /** Attempts to ECS, EC2 and Route 53, of the trigger and of all runs. */
  readonly calls: number;
  /** As they are billed: the states that all its runs entered, and each start. */
  readonly transitions: number;
  readonly runs: number;
  /** Runs that ended after their snapshot. */
  readonly early: number;
  readonly events: number;
  readonly writes: number;
  readonly reads: number;
}

interface Options {
  /** Sandboxes of the trigger; each event comes to any of them. */
  readonly sandboxes: number;
  /** Starts, and as many stops. */
  readonly changes: number;
  readonly seed?: number;
}

/**
 * Starts and stops one at a time in quiet times: one cluster of 50 tasks on five hosts, the real steps and the deployed
 * definition on a virtual clock, where each call and each transition takes its latency and computing none.
 */
export async function measureChanges({ sandboxes, changes, seed = 1 }: Options): Promise<readonly ChangeCost[]> {
  const random = seeded(seed);
  const asked: { readonly service: string; readonly operation: string }[] = [];
  const running: Promise<Execution>[] = [];
  const around: StillWorld = world({
    random: seeded(seed + 1),
    sandbox: () => Math.floor(random() * sandboxes),
    around: async (call, perform) => {
      asked.push(call);
      await around.clock.sleep(latencyOf(call.service, call.operation));
      return perform();
    },
    aroundStep: async (step, run) => {
      await around.clock.sleep(TRANSITION_MS * (TRANSITIONS[step] ?? 1));
      return run();
    },
    onQueueStart: (name, input) => void running.push(around.start(input, name)),
  });
  const { admin } = around.aws.ecs;
  admin.createCluster('shop');
  const taskDefinition = define(around, 'calc', {
    names: { 8081: 'calc' },
    environment: { SERVICE_8081_CHECK_HTTP: '/health' },
  });
  const homes = Array.from({ length: 5 }, (_, index) => host(around, 'shop', `10.0.0.${1 + index}`));
  let port = 30_000;
  const put = (): string => {
    port += 1;
    return admin.putTask({
      cluster: 'shop',
      containerInstance: homes[port % homes.length] ?? '',
      taskDefinition,
      hostPorts: { 8081: port },
    });
  };
  for (let task = 0; task < 50; task += 1) put();
  await around.run({});
  await around.run({ trigger: 'schedule' });

  let events = 0;
  const sent: Promise<unknown>[] = [];
  admin.onTaskChange((event) => {
    if (!isWanted(event.detail)) return;
    events += 1;
    sent.push(around.step('StartRun', event));
  });
  let acceptedAt = 0;
  around.aws.route53.onChange(() => {
    acceptedAt = around.clock.now();
  });

  const one = async (kind: ChangeCost['kind'], happens: () => Promise<void>): Promise<ChangeCost> => {
    asked.length = 0;
    running.length = 0;
    sent.length = 0;
    [events, acceptedAt] = [0, 0];
    const from = around.clock.now();
    const pause = PAUSE.least + random() * (PAUSE.most - PAUSE.least);
    await around.clock.run(
      (async () => {
        await happens();
        await around.clock.sleep(Math.round(pause));
        await Promise.all(sent);
        await Promise.all(running);
      })(),
    );
    const runs = await Promise.all(running);
    const failed = runs.find(({ end }) => end !== 'ZoneInSync');
    if (failed) throw new Error(`execution ${failed.name} ended in ${failed.end}`);
    const count = (operation: string) => asked.filter((call) => call.operation === operation).length;
    return {
      kind,
      latency: acceptedAt - from,
      calls: asked.filter(({ service }) => COUNTED.has(service)).length,
      transitions: runs.reduce((sum, { states }) => sum + states.length + 1, 0),
      runs: runs.length,
      early: runs.filter(({ states }) => !states.includes('ListClusters')).length,
      events,
      writes: count('PutObject'),
      reads: count('GetObject'),
    };
  };
  const costs: ChangeCost[] = [];
  const started: string[] = [];
  // Each function has served before: what it remembers of definitions and of the zone is there.
  for (let change = -2; change < changes; change += 1) {
    const start = await one('start', async () => void started.push(put()));
    const stop = await one('stop', async () => {
      const task = started.shift() ?? '';
      admin.stopTask(task);
      await around.clock.sleep(AFTER.stopping);
      admin.updateTask(task, { lastStatus: 'STOPPING' });
      await around.clock.sleep(AFTER.stopped - AFTER.stopping);
      admin.updateTask(task, { lastStatus: 'STOPPED' });
    });
    if (change >= 0) costs.push(start, stop);
  }
  const left = around.aws.route53.recordSets(ZONE_ID).filter(({ Type }) => Type === 'SRV');
  if (left[0]?.ResourceRecords?.length !== 50) throw new Error('the zone is not as it was');
  return costs;
}
