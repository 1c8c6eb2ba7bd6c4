import type { ECS } from '@aws-sdk/client-ecs';
import type { RunningTask } from '../ecs/task-runner.ts';
import type { TaskSwitches } from '../faults/task-switches.ts';
import { UsageError } from '../options.ts';
import { type Break, type Fields, given, oneOf } from './break.ts';

export interface TaskBreaks {
  readonly ecs: Pick<ECS, 'stopTask'>;
  /** Those that run and that nobody has told to stop. */
  readonly tasks: () => readonly RunningTask[];
  readonly switches: TaskSwitches;
}

/** What can happen to one task. */
export function taskBreaks({ ecs, tasks, switches }: TaskBreaks): readonly Break[] {
  const one = (chosen: Fields): RunningTask => {
    const found = tasks().find(({ id }) => id === chosen.get('task'));
    if (found) return found;
    throw new UsageError(`the task ${given(chosen, 'task')} does not run any more`);
  };
  const named = ({ family, id, address, port }: RunningTask): string =>
    `${family} ${id.slice(0, 8)} at ${address}:${port}`;
  const of = (which: (task: RunningTask) => boolean, none: string) =>
    oneOf(
      'task',
      'Task',
      () =>
        declaredFirst(tasks().filter(which)).map((task) => [
          task.id,
          `${named(task)}${task.isDeclared ? '' : ', which no name shows'}`,
        ]),
      none,
    );
  const any = of(() => true, 'no task runs');
  const isSick = (task: RunningTask) => switches.isFailing(task);
  return [
    {
      id: 'stop',
      label: 'Stop a task',
      says: () => 'ecs:StopTask: SIGTERM, and its service starts another one. ECS says so at once.',
      ...any,
      async act(chosen) {
        const task = one(chosen);
        await ecs.stopTask({ cluster: task.arn.split('/').at(-2), task: task.arn, reason: 'stopped in the console' });
        return `ecs:StopTask: ${named(task)} is to stop`;
      },
    },
    {
      id: 'kill',
      label: 'Kill a process',
      says: () =>
        'SIGKILL to the process of a task, as the kernel does when memory ends. No call: ECS finds out from its agent.',
      ...any,
      async act(chosen) {
        const task = one(chosen);
        process.kill(task.pid, 'SIGKILL');
        return `SIGKILL: the process ${task.pid} of ${named(task)} has ended`;
      },
    },
    {
      id: 'sicken',
      label: 'Make a task sick',
      says: () =>
        'SIGUSR2 to its process: the checks of the example services answer 503 from then on; another program may end. No call: the next full run (Start a run) finds out, and takes it out if enough others pass.',
      ...of((task) => !isSick(task), 'no task is well'),
      async act(chosen) {
        const task = one(chosen);
        switches.turn(task, true);
        return `SIGUSR2: the check of ${named(task)} fails from now on`;
      },
    },
    {
      id: 'heal',
      label: 'Heal a task',
      says: () => {
        const sick = tasks().filter(isSick).length;
        const now = sick === 0 ? 'none is' : sick === 1 ? '1 is' : `${sick} are`;
        return `SIGUSR2 to its process: its check passes again, as the next full run (Start a run) finds. Now ${now} sick.`;
      },
      ...of(isSick, 'no task is sick'),
      async act(chosen) {
        const task = one(chosen);
        switches.turn(task, false);
        return `SIGUSR2: the check of ${named(task)} passes again`;
      },
    },
  ];
}

/** What is chosen unless somebody chooses is to be seen in DNS. */
const declaredFirst = (tasks: readonly RunningTask[]): readonly RunningTask[] =>
  tasks.toSorted((one, other) => Number(other.isDeclared) - Number(one.isDeclared));
