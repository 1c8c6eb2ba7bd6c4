import type { ZonedTime } from './zoned-time.ts';

/**
 * The elements of Go's reference time, Mon Jan 2 15:04:05 MST 2006, longest first where one starts another
 * (package time of Go, format.go). Everything else in a layout is text. Some rules are not obvious:
 *
 * - `Jan` and `Mon` are elements only when no lower-case letter follows: `Janet` is text.
 * - `_2006` is an underscore and the year, not a padded day.
 * - `.000` and `.999` (or with a comma) are a fraction only when no other digit follows.
 */
const ELEMENTS = new RegExp(
  [
    'January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST',
    '0[1-6]|002|15|1|2006|2|__2|_2(?!006)|3|4|5|PM|pm',
    '[-Z]07:00:00|[-Z]070000|[-Z]07:00|[-Z]0700|[-Z]07',
    '[.,](?:0+|9+)(?![0-9])',
  ].join('|'),
  'g',
);

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** Formats a time as Go's `Time.Format` does. */
export const formatGoLayout = (layout: string, time: ZonedTime): string =>
  layout.replace(ELEMENTS, (element) => formatElement(element, time));

function formatElement(element: string, time: ZonedTime): string {
  switch (element) {
    case '2006':
      return pad(time.year, 4);
    case '06':
      return pad(time.year % 100, 2);
    case 'January':
      return MONTHS[time.month - 1] ?? '';
    case 'Jan':
      return (MONTHS[time.month - 1] ?? '').slice(0, 3);
    case '01':
      return pad(time.month, 2);
    case '1':
      return String(time.month);
    case 'Monday':
      return WEEKDAYS[time.weekday] ?? '';
    case 'Mon':
      return (WEEKDAYS[time.weekday] ?? '').slice(0, 3);
    case '02':
      return pad(time.day, 2);
    case '_2':
      return String(time.day).padStart(2);
    case '2':
      return String(time.day);
    case '002':
      return pad(time.dayOfYear, 3);
    case '__2':
      return String(time.dayOfYear).padStart(3);
    case '15':
      return pad(time.hour, 2);
    case '03':
      return pad(time.hour % 12 || 12, 2);
    case '3':
      return String(time.hour % 12 || 12);
    case '04':
      return pad(time.minute, 2);
    case '4':
      return String(time.minute);
    case '05':
      return pad(time.second, 2);
    case '5':
      return String(time.second);
    case 'PM':
      return time.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return time.hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return time.abbreviation;
    default:
      return /^[.,]/.test(element) ? formatFraction(element, time) : formatOffset(element, time.offset);
  }
}

/** `.000` has as many digits as it shows; `.999` leaves out zeros at the end, and itself when none remain. */
function formatFraction(element: string, { millisecond }: ZonedTime): string {
  const digits = `${pad(millisecond, 3)}000000`.padEnd(element.length - 1, '0').slice(0, element.length - 1);
  if (element[1] === '0') return element[0] + digits;
  const significant = digits.replace(/0+$/, '');
  return significant === '' ? '' : element[0] + significant;
}

/** `Z07:00` is `Z` for UTC; parts that the element does not show are cut, not rounded. */
function formatOffset(element: string, offset: number): string {
  if (element.startsWith('Z') && offset === 0) return 'Z';
  const seconds = Math.abs(offset);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = element.replaceAll(':', '').length / 2;
  const sign = offset < 0 ? '-' : '+';
  const separator = element.includes(':') ? ':' : '';
  return (
    sign +
    parts
      .slice(0, Math.floor(shown))
      .map((part) => pad(part, 2))
      .join(separator)
  );
}

const pad = (number: number, width: number): string => String(number).padStart(width, '0');
