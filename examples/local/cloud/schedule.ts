import { repeat } from '../../../test/stand-ins/timers.ts';
import type { ScheduleSpec } from '../template/deployment.ts';

const MS_PER_UNIT: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Thrown for a schedule that is not run here. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

/** The period of a rate expression, `rate(5 minutes)`, in milliseconds. @throws ScheduleError for any other */
export function readRate(expression: string): number {
  const [, number = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const period = Number(number) * (MS_PER_UNIT[unit] ?? 0);
  if (period > 0) return period;
  throw new ScheduleError(`schedule ${expression} is not run here, only rate(<number> minutes, hours or days)`);
}

/**
 * Starts executions on schedule as EventBridge Scheduler does: a rate without a start date begins at once.
 *
 * @param startExecution the call of Step Functions, for the schedule of that name
 * @param everyMs in place of each schedule's own period, milliseconds
 * @returns what ends it
 */
export function startSchedules(
  schedules: readonly ScheduleSpec[],
  startExecution: (
    execution: { readonly stateMachineArn: string; readonly input: string },
    schedule: string,
  ) => Promise<unknown>,
  everyMs?: number,
): () => void {
  const ends = schedules.map(({ name, expression, targetArn, input }) => {
    const start = (): void => {
      // The next time is as good as this one: the service would try again meanwhile.
      startExecution({ stateMachineArn: targetArn, input }, name).catch(() => {});
    };
    start();
    return repeat(everyMs ?? readRate(expression), start);
  });
  return () => {
    for (const end of ends) end();
  };
}
