import { Duration, Token } from 'aws-cdk-lib';
import type * as scheduler from 'aws-cdk-lib/aws-scheduler';

const SECONDS = { minute: 60, hour: 3_600, day: 86_400 } as const;
/** A period of CloudWatch is a day at most. */
const DAY = SECONDS.day;
/** Days that an alarm may look back over, where its periods are an hour or longer (CloudWatch's own limit). */
const LONGEST = 7;
/** Shorter ones would take a run that lasts longer than usual for one that is missing. */
const SHORTEST = 5 * SECONDS.minute;

export interface Periods {
  readonly period: Duration;
  readonly count: number;
}

/**
 * Three periods of an alarm in each of which there is a full run; one of five minutes, in which any run counts, where two may be
 * further apart than a period can be long, or nobody can tell.
 */
export function threeRuns(schedule: scheduler.ScheduleExpression): Periods {
  const apart = longestPause(schedule);
  if (apart === undefined || apart > DAY) return { period: Duration.seconds(SHORTEST), count: 1 };
  return { period: Duration.seconds(Math.max(SHORTEST, apart)), count: 3 };
}

/**
 * Periods of an alarm that together are three periods of a schedule, or as many as an alarm may look back over.
 *
 * @returns undefined where two runs may be further apart than an alarm looks back, with a day to spare: it would go off in
 *   between
 */
export function threePeriods(schedule: scheduler.ScheduleExpression): Periods | undefined {
  const apart = longestPause(schedule);
  if (apart === undefined || apart > (LONGEST - 1) * DAY) return undefined;
  const seconds = Math.max(SHORTEST, apart);
  if (seconds <= DAY) return { period: Duration.seconds(seconds), count: 3 };
  return { period: Duration.seconds(DAY), count: Math.min(LONGEST, Math.ceil((3 * seconds) / DAY)) };
}

/** Seconds that two runs of a schedule are apart at most; undefined where that takes a calendar, or a deployment, to know. */
export function longestPause({ expressionString: expression }: scheduler.ScheduleExpression): number | undefined {
  if (Token.isUnresolved(expression)) return undefined;
  const [, value, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (value !== undefined) return Number(value) * SECONDS[unit as keyof typeof SECONDS];
  const [, minutes = '', hours = '', dayOfMonth, month, dayOfWeek, year = '*'] =
    /^cron\((\S+) (\S+) (\S+) (\S+) (\S+)(?: (\S+))?\)$/.exec(expression) ?? [];
  const everyDay = [dayOfMonth, month, year].every((field) => field === '*' || field === '?');
  const days = dayOfWeek !== undefined && everyDay ? weekdays(dayOfWeek) : undefined;
  if (!days) return undefined;
  const times = timesOfDay(minutes, hours);
  const week = days.flatMap((day) => times.map((time) => day * DAY + time));
  const pauses = week.map((time, index) => (week[index + 1] ?? (week[0] ?? 0) + 7 * DAY) - time);
  return Math.max(...pauses);
}

/** Seconds since midnight, in order; once a day where the fields are of another kind. */
function timesOfDay(minutes: string, hours: string): readonly number[] {
  const [past, of] = [numbers(minutes, 59), numbers(hours, 23)];
  return past && of ? of.flatMap((hour) => past.map((minute) => hour * SECONDS.hour + minute * SECONDS.minute)) : [0];
}

/** What a field of numbers from 0 stands for, in order: `5`, `1-3`, `*`, `0/15`, or several of these. */
function numbers(field: string, most: number): readonly number[] | undefined {
  const all = field.split(',').map((part) => {
    const [, first, last, step] = /^(\*|\d+)(?:-(\d+))?(?:\/([1-9]\d*))?$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    const from = first === '*' ? 0 : Number(first);
    const to = last !== undefined ? Number(last) : first === '*' || step !== undefined ? most : from;
    if (from > to || to > most) return undefined;
    return Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(
      (number) => (number - from) % Number(step ?? 1) === 0,
    );
  });
  return all.includes(undefined) ? undefined : [...new Set(all.flatMap((part) => part ?? []))].sort((a, b) => a - b);
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
