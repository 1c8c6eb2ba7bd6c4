import { type Command, EXIT, type Given, wholeNumber } from '../command.ts';
import { type Cost, monthlyCost } from '../cost/model.ts';
import { UsageError } from '../errors.ts';
import { markdownTable, table } from '../view/table.ts';

const MANY = 10_000_000;
/** Nothing measured: what a step of a small deployment takes that mostly waits for answers of AWS. */
const SECONDS_PER_STEP = 0.3;

export const cost: Command = {
  summary: 'what a month costs for given clusters, tasks and events; asks nobody',
  usage: '--clusters <number> --tasks <number> --events-per-day <number> [--json | --markdown]',
  help: [
    '--clusters <number>           clusters that are read',
    '--tasks <number>              declaring tasks, in all of them',
    '--events-per-day <number>     starts and stops of such tasks',
    '--schedule-minutes <number>   between two full runs; 5',
    '--looks-per-start <number>    looks until a new instance passes; 1',
    `--seconds-per-step <number>   how long a function works on average; ${SECONDS_PER_STEP}`,
    '--json, --markdown',
    '',
    'USD, 30 days, without free tier. Transitions are counted from the state machine; prices are named in docs/cost.md.',
  ],
  options: {
    clusters: { type: 'string' },
    tasks: { type: 'string' },
    'events-per-day': { type: 'string' },
    'schedule-minutes': { type: 'string' },
    'looks-per-start': { type: 'string' },
    'seconds-per-step': { type: 'string' },
    json: { type: 'boolean' },
    markdown: { type: 'boolean' },
  },
  operands: [0, 0],
  async run(given, { io }) {
    if (given.flag('json') && given.flag('markdown'))
      throw new UsageError('got --json and --markdown, want one of both');
    const found = monthlyCost({
      clusters: wholeNumber(given, 'clusters', { from: 1, to: 10_000 }),
      tasks: wholeNumber(given, 'tasks', { from: 0, to: MANY }),
      eventsPerDay: wholeNumber(given, 'events-per-day', { from: 0, to: MANY }),
      scheduleMinutes: wholeNumber(given, 'schedule-minutes', { otherwise: 5, from: 1, to: 1_440 }),
      looksPerStart: wholeNumber(given, 'looks-per-start', { otherwise: 1, from: 0, to: 100 }),
      secondsPerStep: seconds(given),
    });
    const lines = given.flag('json') ? [JSON.stringify(found, null, 2)] : costLines(found, given.flag('markdown'));
    for (const line of lines) io.print(line);
    return EXIT.ok;
  },
};

function seconds(given: Given): number {
  const text = given.text('seconds-per-step');
  if (text === undefined) return SECONDS_PER_STEP;
  if (/^\d{1,3}(\.\d{1,3})?$/.test(text) && Number(text) <= 900) return Number(text);
  throw new UsageError(`--seconds-per-step: got ${JSON.stringify(text)}, want seconds from 0 to 900, like 0.3`);
}

function costLines({ rows, usd, statesPerFullRun }: Cost, markdown: boolean): readonly string[] {
  const head = ['', 'a month', '', 'USD'];
  const cells = rows.map(({ what, count, unit, usd: price }) => [
    what,
    Math.round(count).toLocaleString('en-US'),
    unit,
    price.toFixed(2),
  ]);
  const total = ['all', '', '', usd.toFixed(2)];
  const lines = markdown ? markdownTable(head, [...cells, total]) : table([...cells, total]);
  return [...lines, ...(markdown ? [''] : []), `A quiet full run enters ${statesPerFullRun} states.`];
}
