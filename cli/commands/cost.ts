import { SETTINGS } from '../../functions/contracts/settings.ts';
import { type Command, EXIT, type Given, wholeNumber } from '../command.ts';
import { CHANGES_TOGETHER, type Cost, monthlyCost, SECONDS_PER_STEP } from '../cost/model.ts';
import { UsageError } from '../errors.ts';
import { markdownTable, table } from '../view/table.ts';

const MANY = 10_000_000;
const MINUTES = Number(/^rate\((\d+) minutes\)$/.exec(SETTINGS.schedule.byDefault)?.[1]);

export const cost: Command = {
  summary: 'what a month costs for given clusters, tasks and events; asks nobody',
  usage: '--clusters <number> --tasks <number> --events-per-day <number> [--json | --markdown]',
  help: [
    '--clusters <number>           clusters that are read',
    '--tasks <number>              declaring tasks, in all of them',
    '--events-per-day <number>     events that ECS sends of such tasks, about five for each start or stop',
    `--schedule-minutes <number>   between two full runs; ${MINUTES}`,
    '--looks-per-start <number>    looks until a new instance passes; 1',
    `--changes-together <number>   starts and stops in the same hour, as deployments bring them; ${CHANGES_TOGETHER}`,
    '--no-dashboard',
    `--seconds-per-step <number>   how long a function works on average; ${SECONDS_PER_STEP}`,
    '--json, --markdown',
    '',
    'USD, 30 days, without free tier. Transitions, calls and metrics are counted from runs; docs/cost.md names the prices.',
  ],
  options: {
    clusters: { type: 'string' },
    tasks: { type: 'string' },
    'events-per-day': { type: 'string' },
    'schedule-minutes': { type: 'string' },
    'looks-per-start': { type: 'string' },
    'changes-together': { type: 'string' },
    'no-dashboard': { type: 'boolean' },
    'seconds-per-step': { type: 'string' },
    json: { type: 'boolean' },
    markdown: { type: 'boolean' },
  },
  async run(given, { io }) {
    if (given.flag('json') && given.flag('markdown'))
      throw new UsageError('got --json and --markdown, want one of both');
    const found = monthlyCost({
      clusters: wholeNumber(given, 'clusters', { from: 1, to: 10_000 }),
      tasks: wholeNumber(given, 'tasks', { from: 0, to: MANY }),
      eventsPerDay: wholeNumber(given, 'events-per-day', { from: 0, to: MANY }),
      scheduleMinutes: wholeNumber(given, 'schedule-minutes', { otherwise: MINUTES, from: 1, to: 1_440 }),
      looksPerStart: wholeNumber(given, 'looks-per-start', { otherwise: 1, from: 0, to: 100 }),
      changesTogether: wholeNumber(given, 'changes-together', { otherwise: CHANGES_TOGETHER, from: 1, to: MANY }),
      dashboard: !given.flag('no-dashboard'),
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
    count.toLocaleString('en-US', { maximumFractionDigits: count < 10 ? 2 : 0 }),
    unit,
    price.toFixed(2),
  ]);
  const total = ['all', '', '', usd.toFixed(2)];
  const lines = markdown ? markdownTable(head, [...cells, total]) : table([...cells, total]);
  return [...lines, ...(markdown ? [''] : []), `A quiet full run enters ${statesPerFullRun} states.`];
}
