import { printable } from '../../functions/domain/words/text.ts';
import { type Command, EXIT, wholeNumber } from '../command.ts';
import { KEPT_DAYS, recentOutcomes } from '../outcomes.ts';
import { lookFor, type Subject, subjectOf } from '../outcomes-about.ts';
import { type HistoryEntry, historyEntry, historyLines } from '../view/history-lines.ts';
import { plural } from '../view/style.ts';

export const history: Command = {
  summary: 'what runs have changed; with a name or a task, everything that ever happened to it',
  usage: '[<name or task>] [--days <number>] [--limit <number>] [--json]',
  help: [
    '<name>             only what happened to this one: _calc._tcp, or with the zone',
    '<task>             only what happened to its values: id, its first six digits or more, or ARN; also of one that is gone',
    '--days <number>    how far back, today included; 1, with a name or a task 90',
    '--limit <number>   at most so many runs, the newest; 50, with a name or a task all of them',
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
    const { io, paint } = context;
    const subject = asked === undefined ? undefined : subjectOf(asked, context);
    const look = subject && lookFor(context, subject, ({ changed }, isAsked) => isAsked(changed));
    let [looked, listed, shown] = [0, 0, 0];
    const counted = (runs: number) => {
      listed += runs;
    };
    for await (const outcome of recentOutcomes(context, days, { ...(look && { look }), listed: counted })) {
      if (io.closed?.()) return EXIT.ok;
      looked += 1;
      io.progress(`${looked} runs …`);
      const entry = historyEntry(outcome, subject);
      if (!entry) continue;
      shown += 1;
      if (given.flag('json')) io.print(JSON.stringify(entryJson(entry)));
      else for (const line of historyLines(entry, paint)) io.print(line);
      if (shown === limit) break;
    }
    look?.tellUnindexed();
    const runs = plural(subject ? listed : looked, 'run');
    io.tell(`${shown} of ${runs} in ${plural(days, 'day')} ${subject ? whatOf(subject) : 'changed something'}`);
    return EXIT.ok;
  },
};

const whatOf = ({ name, task }: Subject) =>
  task === undefined ? `changed ${printable(name)}` : `changed something of ${task}`;

const entryJson = ({ outcome, changes, refused }: HistoryEntry) => {
  const { execution, state, trigger, startedAt, endedAt, error, cause } = outcome;
  return { execution, state, trigger, startedAt, endedAt, error, cause, changes, refused };
};
