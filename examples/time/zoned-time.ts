/** A moment as clocks in one time zone show it. */
export interface ZonedTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1 to 366. */
  readonly dayOfYear: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  /** As the time zone database has it: `CET`, or `+04` where a zone has no letters. */
  readonly abbreviation: string;
}

const MS_PER_DAY = 86_400_000;

/** Reads a moment in an IANA time zone; the process's own (TZ) by default. */
export function zonedTime(moment: Date, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone): ZonedTime {
  const fields = new Map(
    formatOf(timeZone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  );
  const field = (type: Intl.DateTimeFormatPartTypes) => Number(fields.get(type));
  const millisecond = moment.getUTCMilliseconds();
  const [year, month, day] = [field('year'), field('month'), field('day')];
  const [hour, minute, second] = [field('hour'), field('minute'), field('second')];

  // What the clock shows, taken as if it were UTC, differs from the moment by the offset.
  const shown = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  const offset = (shown - moment.getTime()) / 1_000;
  const dayStart = Date.UTC(year, month - 1, day);
  return {
    year,
    month,
    day,
    weekday: new Date(dayStart).getUTCDay(),
    dayOfYear: (dayStart - Date.UTC(year, 0, 1)) / MS_PER_DAY + 1,
    hour,
    minute,
    second,
    millisecond,
    offset,
    abbreviation: abbreviationOf(timeZone, fields.get('timeZoneName') ?? '', offset),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const format = new Intl.DateTimeFormat('en-US', {
    ...numeric,
    second: 'numeric',
    hourCycle: 'h23',
    timeZone,
    timeZoneName: 'long',
  });
  formats.set(timeZone, format);
  return format;
}

function abbreviationOf(timeZone: string, longName: string, offset: number): string {
  const letters = ZONES_OF_THEIR_OWN.has(timeZone) ? ZONES_OF_THEIR_OWN.get(timeZone) : ABBREVIATIONS.get(longName);
  const fixed = typeof letters === 'object' ? letters[offset === 0 ? 0 : 1] : letters;
  if (fixed !== undefined) return fixed;

  const minutes = Math.abs(Math.trunc(offset / 60));
  const pad = (number: number) => String(number).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${minutes % 60 === 0 ? '' : pad(minutes % 60)}`;
}

/**
 * Abbreviations by ICU's English long name. ICU's own short names depend on the locale (`GMT+1` for CET in American
 * English), so they cannot be used. Names that are missing here have numbers in the time zone database.
 */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ['Coordinated Universal Time', 'UTC'],
  ['Greenwich Mean Time', 'GMT'],
  ['British Summer Time', 'BST'],
  ['Irish Standard Time', 'IST'],
  ['Western European Standard Time', 'WET'],
  ['Western European Summer Time', 'WEST'],
  ['Central European Standard Time', 'CET'],
  ['Central European Summer Time', 'CEST'],
  ['Eastern European Standard Time', 'EET'],
  ['Eastern European Summer Time', 'EEST'],
  ['Moscow Standard Time', 'MSK'],
  ['Israel Standard Time', 'IST'],
  ['Israel Daylight Time', 'IDT'],
  ['Central Africa Time', 'CAT'],
  ['East Africa Time', 'EAT'],
  ['South Africa Standard Time', 'SAST'],
  ['West Africa Time', 'WAT'],
  ['Pakistan Standard Time', 'PKT'],
  ['India Standard Time', 'IST'],
  ['Western Indonesia Time', 'WIB'],
  ['Central Indonesia Time', 'WITA'],
  ['Eastern Indonesia Time', 'WIT'],
  ['China Standard Time', 'CST'],
  ['Taiwan Standard Time', 'CST'],
  ['Hong Kong Standard Time', 'HKT'],
  ['Philippine Standard Time', 'PST'],
  ['Japan Standard Time', 'JST'],
  ['Korean Standard Time', 'KST'],
  ['Australian Western Standard Time', 'AWST'],
  ['Australian Central Standard Time', 'ACST'],
  ['Australian Central Daylight Time', 'ACDT'],
  ['Australian Eastern Standard Time', 'AEST'],
  ['Australian Eastern Daylight Time', 'AEDT'],
  ['Chamorro Standard Time', 'ChST'],
  ['New Zealand Standard Time', 'NZST'],
  ['New Zealand Daylight Time', 'NZDT'],
  ['American Samoa Standard Time', 'SST'],
  ['Hawaii-Aleutian Standard Time', 'HST'],
  ['Hawaii-Aleutian Daylight Time', 'HDT'],
  ['Alaska Standard Time', 'AKST'],
  ['Alaska Daylight Time', 'AKDT'],
  ['Pacific Standard Time', 'PST'],
  ['Pacific Daylight Time', 'PDT'],
  ['Yukon Time', 'MST'],
  ['Mexican Pacific Standard Time', 'MST'],
  ['Mountain Standard Time', 'MST'],
  ['Mountain Daylight Time', 'MDT'],
  ['Central Standard Time', 'CST'],
  ['Central Daylight Time', 'CDT'],
  ['Eastern Standard Time', 'EST'],
  ['Eastern Daylight Time', 'EDT'],
  ['Cuba Standard Time', 'CST'],
  ['Cuba Daylight Time', 'CDT'],
  ['Atlantic Standard Time', 'AST'],
  ['Atlantic Daylight Time', 'ADT'],
  ['Newfoundland Standard Time', 'NST'],
  ['Newfoundland Daylight Time', 'NDT'],
]);

/** Where the long name misleads: numbers (undefined), or letters for offset 0 and for any other. */
const ZONES_OF_THEIR_OWN: ReadonlyMap<string, readonly [string, string] | undefined> = new Map([
  ['Antarctica/Casey', undefined],
  ['Antarctica/Troll', undefined],
  ['Asia/Colombo', undefined],
  ['Europe/Minsk', undefined],
  ['Europe/Guernsey', ['GMT', 'BST'] as const],
  ['Europe/Isle_of_Man', ['GMT', 'BST'] as const],
  ['Europe/Jersey', ['GMT', 'BST'] as const],
]);
