import type { RunningTask } from '../ecs/task-runner.ts';
import { UsageError } from '../options.ts';

/** Health checks of the example services, failed and passed again on demand. */
export interface TaskSwitches {
  /**
   * Makes checks of a service fail, and all others of it pass.
   *
   * @param count of how many tasks; all unless given
   * @returns how many fail now, of how many
   * @throws UsageError for a service without tasks
   */
  fail(service: string, count?: number): { readonly failing: number; readonly of: number };
  /** The check of one task fails, or passes again. */
  turn(task: RunningTask, fail: boolean): void;
  isFailing(task: RunningTask): boolean;
  /** All checks pass again. */
  recover(service?: string): void;
}

/** @param tasks the tasks that run now; SIGUSR2 turns a task's check round (examples/service/lifecycle.ts) */
export function taskSwitches(tasks: () => readonly RunningTask[]): TaskSwitches {
  const failing = new Set<number>();
  const turn = ({ pid }: RunningTask, fail: boolean): void => {
    if (failing.has(pid) === fail) return;
    process.kill(pid, 'SIGUSR2');
    if (fail) failing.add(pid);
    else failing.delete(pid);
  };
  return {
    turn,
    isFailing: ({ pid }) => failing.has(pid),
    fail: (service, count) => {
      const own = tasks().filter(({ family }) => family === service);
      if (own.length === 0) {
        const families = [...new Set(tasks().map(({ family }) => family))].join(', ');
        throw new UsageError(`${JSON.stringify(service)} has no task that runs: ${families || 'no service'} has`);
      }
      for (const [at, task] of own.entries()) turn(task, at < (count ?? own.length));
      return { failing: own.filter(({ pid }) => failing.has(pid)).length, of: own.length };
    },
    recover: (service) => {
      for (const task of tasks()) if (service === undefined || task.family === service) turn(task, false);
    },
  };
}
