const SECONDS = { minute: 60, hour: 3_600, day: 86_400 } as const;
const DAY = SECONDS.day;

/**
 * Seconds that two runs of a schedule are apart at most; undefined where that takes a calendar to know.
 *
 * @param expression a rate or a cron of EventBridge Scheduler
 */
export function longestPause(expression: string): number | undefined {
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
