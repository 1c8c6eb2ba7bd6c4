import type { Cell } from './matrix.ts';
import { isObject } from './object-faults.ts';

/** The columns of the two tables; faults that differ in their name only share one. */
const OF_CALLS: readonly (readonly [string, RegExp])[] = [
  ['throttled, timeout, 5xx, reset: for a while', /for a while$/],
  ['throttled, timeout, 5xx, reset: for ever', /for ever$/],
  ['empty page', /^empty page$/],
  ['page cut short', /^page cut short$/],
  ['malformed body', /^malformed body$/],
  ['`failures`', /^failures$/],
  ['missing bindings, containers', /^missing (bindings|containers)$/],
  ['missing addresses', /^missing addresses$/],
  ['forbidden', /^forbidden$/],
  ['lost answer', /^lost answer$/],
  ['wrong order', /^wrong order$/],
  ['slow', /^slow$/],
];
const OF_STEPS: readonly (readonly [string, RegExp])[] = [
  ['killed half-way', /^killed/],
  ['run twice', /^run twice$/],
  ['out of memory', /^out of memory$/],
  ['result lost', /^result lost$/],
  ['late redrive', /^late redrive$/],
];

const OF_OBJECTS: readonly (readonly [string, RegExp])[] = [
  ['garbage, another shape', /^(garbage|another shape)$/],
  ['gone', /^gone$/],
  ['of a later version', /^later version$/],
  ['may not be read', /^may not be read$/],
  ['may not be written', /^may not be written$/],
];

const RUN_TITLES = {
  full: 'In a full run',
  event: 'In an event run',
  stopping: 'In a full run that stops tasks which fail their checks (`onUnhealthy`)',
  failing: 'At the end of a run that fails for another reason',
} as const;

const END_WORDS = {
  ZoneInSync: 'in sync',
  RemovalsHeld: 'held',
  ZoneContended: 'contended',
  RunFailed: 'failed',
  OutcomeUnpublished: 'unpublished',
} as const;

/** The matrix as Markdown: per kind of run one table of its calls, one of its steps and one of objects. */
export function tablesOf(cells: readonly Cell[]): string {
  const runs = [...Map.groupBy(cells, ({ run }) => run)];
  const tables = runs.flatMap(([run, own]) => {
    const objects = own.filter(({ place }) => isObject(place));
    const [calls = [], steps = []] = [true, false].map((wanted) =>
      own.filter(({ place }) => place.includes(':') === wanted && !isObject(place)),
    );
    return [
      `### ${RUN_TITLES[run]}`,
      table('call', calls, OF_CALLS),
      ...(steps.length > 0 ? [table('step', steps, OF_STEPS)] : []),
      ...(objects.length > 0 ? [table('object', objects, OF_OBJECTS)] : []),
    ];
  });
  return `${tables.join('\n\n')}\n\nFaults tried: ${cells.length}, held: ${cells.length}.`;
}

function table(what: string, cells: readonly Cell[], columns: readonly (readonly [string, RegExp])[]): string {
  const places = [...Map.groupBy(cells, ({ place }) => place)];
  return [
    row([what, ...columns.map(([title]) => title)]),
    row([what, ...columns].map(() => '---')),
    ...places.map(([place, own]) =>
      row([
        isObject(place) ? place : `\`${place}\``,
        ...columns.map(([, faults]) => textOf(own.filter(({ fault }) => faults.test(fault)))),
      ]),
    ),
  ].join('\n');
}

/** All that is expected of the cells of one column, each once; a dash where the place cannot meet the fault. */
function textOf(cells: readonly Cell[]): string {
  const texts = cells.map(({ expected: { end, zone } }) =>
    end === 'ZoneInSync' && zone === 'right' ? '✓' : `${END_WORDS[end]}${zone === 'right' ? '' : `: ${zone}`}`,
  );
  return [...new Set(texts)].join(' or ') || '–';
}

const row = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
