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
        tasks()
          .filter(which)
          .map((task) => [task.id, named(task)]),
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
        'Its health check answers 503. No call: the next full run finds out, and takes it out if enough others pass.',
      ...of((task) => !isSick(task), 'no task is well'),
      async act(chosen) {
        const task = one(chosen);
        switches.turn(task, true);
        return `the check of ${named(task)} fails from now on`;
      },
    },
    {
      id: 'heal',
      label: 'Heal a task',
      says: () => {
        const sick = tasks().filter(isSick).length;
        return `Its health check passes again. Now ${sick === 1 ? '1 is' : `${sick} are`} sick.`;
      },
      ...of(isSick, 'no task is sick'),
      async act(chosen) {
        const task = one(chosen);
        switches.turn(task, false);
        return `the check of ${named(task)} passes again`;
      },
    },
  ];
}
