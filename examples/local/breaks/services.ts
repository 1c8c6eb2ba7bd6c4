import type { ECS } from '@aws-sdk/client-ecs';
import type { LocalCluster } from '../ecs/cluster.ts';
import { UsageError } from '../options.ts';
import { type Break, choice, type Fields } from './break.ts';

export interface ServiceBreaks {
  readonly ecs: Pick<ECS, 'describeServices' | 'updateService' | 'runTask'>;
  readonly clusters: () => readonly LocalCluster[];
}

/** Tasks of one service: each is a process of some 50 MB, and a host takes twenty of all services. */
const MOST_TASKS = 50;

/** How many tasks a service has, and one more of it. */
export function serviceBreaks({ ecs, clusters }: ServiceBreaks): readonly Break[] {
  const all = () =>
    clusters().flatMap(({ name, scheduler }) => scheduler.services().map((service) => `${name}/${service}`));
  const fields = () => [
    choice(
      'service',
      'Service',
      all().map((one) => [one, one]),
    ),
  ];
  const refused = () => (all().length > 0 ? undefined : 'no service is there');
  const given = (chosen: Fields) => {
    const [cluster = '', service = ''] = (chosen.get('service') ?? '').split('/');
    return { cluster, service };
  };
  return [
    {
      id: 'scale',
      label: 'Scale a service',
      says: () => 'ecs:UpdateService with another desired count: ECS starts or stops tasks.',
      fields: () => [...fields(), { id: 'count', label: `Tasks, 0 to ${MOST_TASKS}`, value: '3' }],
      refused,
      async act(chosen) {
        const { cluster, service } = given(chosen);
        const text = chosen.get('count') ?? '';
        const desiredCount = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
        if (!(desiredCount <= MOST_TASKS)) {
          throw new UsageError(
            `got ${JSON.stringify(text.slice(0, 40))} tasks, want a whole number from 0 to ${MOST_TASKS}`,
          );
        }
        await ecs.updateService({ cluster, service, desiredCount });
        return `ecs:UpdateService: ${service} is to have ${desiredCount} tasks`;
      },
    },
    {
      id: 'start',
      label: 'Start a task',
      says: () => 'ecs:RunTask with the definition of a service: one more task, which no service replaces.',
      fields,
      refused,
      async act(chosen) {
        const { cluster, service } = given(chosen);
        const { services = [] } = await ecs.describeServices({ cluster, services: [service] });
        const taskDefinition = services[0]?.taskDefinition ?? '';
        const { tasks = [], failures = [] } = await ecs.runTask({ cluster, taskDefinition, startedBy: 'console' });
        const [task] = tasks;
        if (!task)
          throw new UsageError(`ECS can place no task of ${service}: ${failures[0]?.reason ?? 'it does not say why'}`);
        return `ecs:RunTask: task ${task.taskArn?.split('/').at(-1)} of ${service} starts`;
      },
    },
  ];
}
