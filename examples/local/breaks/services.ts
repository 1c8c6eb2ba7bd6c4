import type { ECS } from '@aws-sdk/client-ecs';
import type { LocalCluster } from '../ecs/cluster.ts';
import { UsageError } from '../options.ts';
import { nextVersion } from '../rollout/version.ts';
import { type Break, choice, type Fields, given, oneOf } from './break.ts';

export interface ServiceBreaks {
  readonly ecs: Pick<
    ECS,
    'describeServices' | 'describeTaskDefinition' | 'registerTaskDefinition' | 'updateService' | 'runTask'
  >;
  readonly clusters: () => readonly LocalCluster[];
}

/** Tasks of one service: each is a process of some 50 MB, and a host takes twenty of all services. */
const MOST_TASKS = 50;

/** How many tasks a service has, one more of it, and another version of all. */
export function serviceBreaks({ ecs, clusters }: ServiceBreaks): readonly Break[] {
  const all = () =>
    clusters().flatMap(({ name, scheduler }) => scheduler.services().map((service) => `${name}/${service}`));
  const one = oneOf('service', 'Service', () => all().map((name) => [name, name]), 'no service is there');
  const chosenIn = (chosen: Fields) => {
    const [cluster = '', service = ''] = (chosen.get('service') ?? '').split('/');
    return { cluster, service };
  };
  return [
    {
      id: 'scale',
      label: 'Scale a service',
      says: () => 'ecs:UpdateService with another desired count: ECS starts or stops tasks.',
      ...one,
      fields: () => [...one.fields(), { id: 'count', label: `Tasks, 0 to ${MOST_TASKS}`, value: '3' }],
      async act(chosen) {
        const { cluster, service } = chosenIn(chosen);
        const text = chosen.get('count') ?? '';
        const desiredCount = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
        if (!(desiredCount <= MOST_TASKS)) {
          throw new UsageError(`got ${given(chosen, 'count')} tasks, want a whole number from 0 to ${MOST_TASKS}`);
        }
        await ecs.updateService({ cluster, service, desiredCount });
        return `ecs:UpdateService: ${service} is to have ${desiredCount === 1 ? '1 task' : `${desiredCount} tasks`}`;
      },
    },
    {
      id: 'start',
      label: 'Start a task',
      says: () => 'ecs:RunTask with the definition of a service: one more task, which no service replaces.',
      ...one,
      async act(chosen) {
        const { cluster, service } = chosenIn(chosen);
        const { services = [] } = await ecs.describeServices({ cluster, services: [service] });
        const taskDefinition = services[0]?.taskDefinition ?? '';
        const { tasks = [], failures = [] } = await ecs.runTask({ cluster, taskDefinition, startedBy: 'console' });
        const [task] = tasks;
        if (!task)
          throw new UsageError(`ECS can place no task of ${service}: ${failures[0]?.reason ?? 'it does not say why'}`);
        return `ecs:RunTask: task ${task.taskArn?.split('/').at(-1)} of ${service} starts`;
      },
    },
    {
      id: 'roll-out',
      label: 'Deploy a new version',
      says: () =>
        'ecs:RegisterTaskDefinition and ecs:UpdateService: the same program with another VERSION, as a pipeline deploys it. ' +
        'The checks of a broken version fail.',
      ...one,
      fields: () => [
        ...one.fields(),
        choice('version', 'Version', [
          ['good', 'its checks pass'],
          ['broken', 'its checks fail'],
        ]),
      ],
      async act(chosen) {
        const { cluster, service } = chosenIn(chosen);
        const { services = [] } = await ecs.describeServices({ cluster, services: [service] });
        const { taskDefinition: before = {} } = await ecs.describeTaskDefinition({
          taskDefinition: services[0]?.taskDefinition,
        });
        const next = nextVersion(before, chosen.get('version') === 'broken');
        const { taskDefinition } = await ecs.registerTaskDefinition(next);
        await ecs.updateService({ cluster, service, taskDefinition: taskDefinition?.taskDefinitionArn });
        const strategy = services[0]?.deploymentConfiguration?.strategy;
        return `ecs:UpdateService: ${service} is deployed ${strategy} as ${taskDefinition?.family}:${taskDefinition?.revision}`;
      },
    },
  ];
}
