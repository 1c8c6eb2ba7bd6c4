import { type Command, EXIT, wholeNumber } from '../command.ts';
import { fullName } from '../names.ts';
import { recentOutcomes } from '../outcomes.ts';
import { type HistoryEntry, historyEntry, historyLines } from '../view/history-lines.ts';
import { plural } from '../view/style.ts';

/** Outcomes are kept so long unless the construct says otherwise (`outcomeRetention`). */
const KEPT_DAYS = 90;

export const history: Command = {
  summary: 'what runs have changed; with a name, everything that ever happened to it',
  usage: '[<name>] [--days <number>] [--limit <number>] [--json]',
  help: [
    '<name>             only what happened to this one: _calc._tcp, or with the zone',
    '--days <number>    how far back, today included; 1, with a name 90',
    '--limit <number>   at most so many runs, the newest; 50, with a name all of them',
    '--json             one line of JSON for each run',
    '',
    'Runs that changed nothing are left out. Days are those of UTC. Outcomes are kept 90 days (outcomeRetention).',
  ],
  options: { days: { type: 'string' }, limit: { type: 'string' }, json: { type: 'boolean' } },
  operands: [0, 1],
  async run(given, { connect }) {
    const [asked] = given.operands;
    const days = wholeNumber(given, 'days', { otherwise: asked === undefined ? 1 : KEPT_DAYS, from: 1, to: 3_650 });
    const limit = wholeNumber(given, 'limit', { otherwise: asked === undefined ? 50 : 1e9, from: 1, to: 1e9 });
    const context = await connect();
    const { io, paint, deployment } = context;
    const name = asked === undefined ? undefined : fullName(asked, deployment.naming);
    let [looked, shown] = [0, 0];
    for await (const outcome of recentOutcomes(context, days)) {
      if (io.closed?.()) return EXIT.ok;
      looked += 1;
      io.progress(`${looked} runs …`);
      const entry = historyEntry(outcome, name);
      if (!entry) continue;
      shown += 1;
      if (given.flag('json')) io.print(JSON.stringify(entryJson(entry)));
      else for (const line of historyLines(entry, paint)) io.print(line);
      if (shown === limit) break;
    }
    const what = name === undefined ? 'changed something' : `changed ${name}`;
    io.tell(`${shown} of ${plural(looked, 'run')} in ${plural(days, 'day')} ${what}`);
    return EXIT.ok;
  },
};

const entryJson = ({ outcome, changes, refused }: HistoryEntry) => {
  const { execution, state, trigger, startedAt, endedAt, error, cause } = outcome;
  return { execution, state, trigger, startedAt, endedAt, error, cause, changes, refused };
};
