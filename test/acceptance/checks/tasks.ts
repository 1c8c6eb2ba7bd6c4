import { idOf } from '../../../cli/view/style.ts';
import { type Check, expected, faultText, learned } from '../check.ts';
import type { Place, TaskEvent } from '../places/place.ts';
import { until } from '../wait.ts';
import { counted, endedSince, pace, published } from './runs.ts';

export const unknownInstance: Check = {
  id: 'unknown-instance',
  asks: 'What does ListTasks say of a container instance that there is not?',
  expected: 'an error or an empty list: not documented; neither is taken for "no task runs"',
  seconds: 60,
  locally: true,
  async run({ clients, cluster }) {
    const answer = await clients.ecs.listTasks({ cluster, containerInstance: '00000000000000000000000000000000' }).then(
      ({ taskArns = [] }) => `${taskArns.length} tasks`,
      (fault: unknown) => faultText(fault),
    );
    return learned(answer);
  },
};

/** Tasks of the examples that declare a name. */
async function declaring({ clients, cluster }: Place): Promise<readonly string[]> {
  const { taskArns = [] } = await clients.ecs.listTasks({ cluster, desiredStatus: 'RUNNING' });
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await clients.ecs.describeTasks({ cluster, tasks: taskArns });
  return tasks
    .filter(
      ({ containers = [], lastStatus }) =>
        lastStatus === 'RUNNING' && containers.some(({ name }) => name === 'time' || name === 'calc'),
    )
    .map(({ taskArn = '' }) => taskArn);
}

export const stopEvents: Check = {
  id: 'stop-events',
  asks: 'Which events does one stop send?',
  expected: 'one to six with desired status STOPPED, each with a higher version than the one before',
  seconds: 420,
  locally: true,
  async run(place, signal) {
    const [task = ''] = await declaring(place);
    await place.clients.ecs.stopTask({ cluster: place.cluster, task, reason: 'acceptance' });
    const mine = (events: readonly TaskEvent[]) =>
      events.filter((one) => idOf(one.task) === idOf(task) && one.desiredStatus === 'STOPPED');
    const all = await until(
      async () => {
        const events = mine(await place.events(signal));
        return events.some(({ lastStatus }) => lastStatus === 'STOPPED') ? events : undefined;
      },
      { every: pace(place), signal },
    );
    const byVersion = all.toSorted((one, other) => one.version - other.version);
    const inOrder = byVersion.every(
      ({ version }, index) => index === 0 || version > (byVersion[index - 1]?.version ?? 0),
    );
    const details = all.map(({ time, version, lastStatus }) => `${time} version ${version} ${lastStatus}`);
    return expected(inOrder && all.length <= 6, `${all.length} events`, details);
  },
};

export const burst: Check = {
  id: 'burst',
  asks: 'Is the queue drained when every task is replaced at once?',
  expected: 'no run fails, the queue and its dead letters are empty, every name is back',
  seconds: 1_200,
  locally: true,
  async run(place, signal) {
    const { ecs, sqs } = place.clients;
    const before = await declaring(place);
    const since = Date.now() - 1_000;
    await Promise.all(before.map((task) => ecs.stopTask({ cluster: place.cluster, task, reason: 'acceptance' })));
    await until(
      async () => {
        const now = await declaring(place);
        return now.length >= before.length && now.every((task) => !before.includes(task)) ? true : undefined;
      },
      { every: pace(place), signal },
    );
    for (const name of published(place)) {
      await until(async () => ((await place.ask(name, 'SRV', signal)).data.length > 0 ? true : undefined), {
        every: pace(place),
        signal,
      });
    }
    const messages = async (QueueUrl: string) => {
      const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
      return (
        Number(Attributes.ApproximateNumberOfMessages ?? 0) +
        Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0)
      );
    };
    await until(async () => ((await messages(place.eventQueue)) === 0 ? true : undefined), {
      every: pace(place),
      signal,
    });
    const runs = await endedSince(place, since, signal);
    const dead = await messages(place.deadLetterQueue);
    const seen = `${before.length} tasks replaced by ${runs.length} runs (${counted(runs.map(({ status }) => status))}), ${dead} dead letters`;
    return expected(dead === 0 && runs.every(({ status }) => status === 'SUCCEEDED'), seen);
  },
};
