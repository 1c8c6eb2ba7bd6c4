import { Duration, Token } from 'aws-cdk-lib';
import type * as scheduler from 'aws-cdk-lib/aws-scheduler';

const SECONDS = { minute: 60, hour: 3_600, day: 86_400 } as const;
/** A period of CloudWatch is a day at most. */
const DAY = SECONDS.day;
/** Days that an alarm may look back over, where its periods are an hour or longer (CloudWatch's own limit). */
const LONGEST = 7;
/** Shorter ones would take a run that lasts longer than usual for one that is missing. */
const SHORTEST = 5 * SECONDS.minute;

/**
 * Periods of an alarm that together are three periods of a schedule, or as many as an alarm may look back over.
 *
 * @returns undefined where two runs may be further apart than an alarm looks back, with a day to spare: it would go off in
 *   between
 */
export function threePeriods({
  expressionString,
}: scheduler.ScheduleExpression): { readonly period: Duration; readonly count: number } | undefined {
  const apart = Token.isUnresolved(expressionString) ? undefined : longestPause(expressionString);
  if (apart === undefined || apart > (LONGEST - 1) * DAY) return undefined;
  const seconds = Math.max(SHORTEST, apart);
  if (seconds <= DAY) return { period: Duration.seconds(seconds), count: 3 };
  return { period: Duration.seconds(DAY), count: Math.min(LONGEST, Math.ceil((3 * seconds) / DAY)) };
}

/** Seconds that two runs of a schedule are apart at most; undefined where that takes a calendar to know. */
function longestPause(expression: string): number | undefined {
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (value !== undefined) return Number(value) * SECONDS[unit as keyof typeof SECONDS];
  const [, dayOfMonth, month, dayOfWeek, year = '*'] =
    /^cron\(\S+ \S+ (\S+) (\S+) (\S+)(?: (\S+))?\)$/.exec(expression) ?? [];
  const everyDay = [dayOfMonth, month, year].every((field) => field === '*' || field === '?');
  const days = dayOfWeek !== undefined && everyDay ? weekdays(dayOfWeek) : undefined;
  if (!days) return undefined;
  const pauses = days.map((day, index) => (days[index + 1] ?? (days[0] ?? 0) + 7) - day);
  return Math.max(...pauses) * DAY;
}

const NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The days of a cron expression's fifth field, 1 (Sunday) to 7, in order; undefined for `L`, `#`, steps and the like. */
function weekdays(field: string): readonly number[] | undefined {
  if (field === '*' || field === '?') return [1, 2, 3, 4, 5, 6, 7];
  const numberOf = (text: string) => (/^[1-7]$/.test(text) ? Number(text) : NAMES.indexOf(text.toUpperCase()) + 1);
  const days = new Set<number>();
  for (const part of field.split(',')) {
    const [first = '', last = first, ...more] = part.split('-');
    const [from, to] = [numberOf(first), numberOf(last)];
    if (more.length > 0 || from === 0 || to === 0) return undefined;
    for (let day = from; ; day = (day % 7) + 1) {
      days.add(day);
      if (day === to) break;
    }
  }
  return [...days].sort((one, other) => one - other);
}
