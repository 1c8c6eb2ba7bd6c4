import { connectEvents, define, host, runStarted } from '../../support/fleet.ts';
import { type StepName, type StillWorld, world } from '../../support/world.ts';
import { latencyOf } from './latency.ts';

/** What one function took in the runs of one kind. */
export interface StepTime {
  readonly step: StepName;
  readonly invocations: number;
  /** Milliseconds that it waited for answers, all invocations together; the same on every machine. */
  readonly waited: number;
  /** Milliseconds of this machine's CPU, all invocations together. */
  readonly cpu: number;
}

export interface Measured {
  readonly run: 'full' | 'start' | 'stop';
  readonly steps: readonly StepTime[];
}

/**
 * How long the functions of the small deployment work: one cluster of 50 tasks, a quiet full run, a start that passes at its
 * second look, a stop. The steps are the real ones on a virtual clock; each call of AWS takes its latency.
 */
export async function measureSteps(tasks = 50): Promise<readonly Measured[]> {
  let steps = new Map<StepName, { invocations: number; waited: number; cpu: number }>();
  const around: StillWorld = world({
    around: async ({ service, operation }, perform) => {
      await around.clock.sleep(latencyOf(service, operation));
      return perform();
    },
    aroundStep: async (step, run) => {
      const [from, cpu] = [around.clock.now(), process.cpuUsage()];
      const result = await run();
      const { user, system } = process.cpuUsage(cpu);
      const before = steps.get(step) ?? { invocations: 0, waited: 0, cpu: 0 };
      steps.set(step, {
        invocations: before.invocations + 1,
        waited: before.waited + around.clock.now() - from,
        cpu: before.cpu + (user + system) / 1_000,
      });
      return result;
    },
  });
  const taken = (run: Measured['run']): Measured => {
    const found = [...steps].map(([step, time]) => ({ step, ...time }));
    steps = new Map();
    return { run, steps: found };
  };
  around.aws.ecs.admin.createCluster('shop');
  const taskDefinition = define(around, 'calc', {
    names: { 8081: 'calc' },
    environment: { SERVICE_8081_CHECK_HTTP: '/health' },
  });
  const containerInstance = host(around, 'shop', '10.0.0.1');
  const put = (port: number) =>
    around.aws.ecs.admin.putTask({ cluster: 'shop', containerInstance, taskDefinition, hostPorts: { 8081: port } });
  for (let port = 0; port < tasks; port += 1) put(30_000 + port);
  await around.run({});
  await around.run({ trigger: 'schedule' });
  taken('full');

  await around.run({ trigger: 'schedule' });
  const full = taken('full');
  let task = '';
  around.health.set('10.0.0.1:40000', { state: 'failing', cause: 'connection refused' });
  await caused(around, () => {
    task = put(40_000);
    void around.clock.sleep(6_000).then(() => around.health.delete('10.0.0.1:40000'));
  });
  const start = taken('start');
  await caused(around, () => around.aws.ecs.admin.stopTask(task));
  return [full, start, taken('stop')];
}

/** The run that an event starts, with the trigger that takes the event. */
async function caused(around: StillWorld, change: () => void): Promise<void> {
  const events = connectEvents(around);
  const settled = (async () => {
    change();
    await events.settled();
  })();
  await around.clock.run(settled);
  events.off();
  await runStarted(around);
}
