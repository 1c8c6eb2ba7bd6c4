import { Duration } from 'aws-cdk-lib';
import type * as scheduler from 'aws-cdk-lib/aws-scheduler';

const SECONDS = { minute: 60, hour: 3_600, day: 86_400 } as const;
/** A period of CloudWatch is a day at most. */
const DAY = SECONDS.day;
/** Days that an alarm may look back over, where its periods are an hour or longer (CloudWatch's own limit). */
const LONGEST = 7;
/** Shorter ones would take a run that lasts longer than usual for one that is missing. */
const SHORTEST = 5 * SECONDS.minute;

/**
 * Periods of an alarm that together are three periods of a schedule.
 *
 * A cron expression has no period of its own; three days are waited for its runs.
 */
export function threePeriods({ expressionString }: scheduler.ScheduleExpression): {
  readonly period: Duration;
  readonly count: number;
} {
  const [, value = '1', unit = 'day'] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expressionString) ?? [];
  const seconds = Math.max(SHORTEST, Number(value) * SECONDS[unit as keyof typeof SECONDS]);
  if (seconds <= DAY) return { period: Duration.seconds(seconds), count: 3 };
  return { period: Duration.seconds(DAY), count: Math.min(LONGEST, Math.ceil((3 * seconds) / DAY)) };
}
