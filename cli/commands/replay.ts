import { type Command, EXIT, wholeNumber } from '../command.ts';
import { replayedRuns, type Silent } from '../replaying.ts';
import {
  NOTHING_REPLAYED,
  otherwise,
  passLines,
  replayTotal,
  SETTINGS_KEPT,
  sameAsText,
  silentLines,
} from '../view/replay-lines.ts';

/** Runs that are replayed unless told otherwise: the last hour of the default schedule, or a busy quarter of one. */
const RUNS = 10;
const MOST_RUNS = 1_000;

export const replay: Command = {
  summary: 'what this version would have decided otherwise in the last runs of the deployed one; changes nothing',
  usage: '[--runs <number>] [--json]',
  help: [
    `--runs <number>   the newest runs that can be replayed; ${RUNS}, at most ${MOST_RUNS}`,
    '--json            one line of JSON for each pass, and for each run that says nothing',
    '',
    'Before an update: this version plans again what those runs have read, with the settings that they had. Asks only the',
    'run bucket (kept 7 days) and Step Functions. Exit code 2 when something would be decided otherwise, 1 when no run could',
    'be replayed.',
  ],
  options: { runs: { type: 'string' }, json: { type: 'boolean' } },
  async run(given, { connect }) {
    const most = wholeNumber(given, 'runs', { otherwise: RUNS, from: 1, to: MOST_RUNS });
    const context = await connect();
    const { io, paint } = context;
    const silent: Silent[] = [];
    const executions = new Set<string>();
    /** The first run with the same differences, by them: in ten runs they are mostly the same. */
    const known = new Map<string, string>();
    let [passes, differing] = [0, 0];
    for await (const one of replayedRuns(context, most)) {
      if ('why' in one) {
        if (given.flag('json')) io.print(JSON.stringify(one));
        else silent.push(one);
        continue;
      }
      executions.add(one.execution);
      passes += 1;
      const differences = one.differences.map(otherwise);
      if (differences.length > 0) differing += 1;
      if (given.flag('json')) {
        io.print(JSON.stringify({ ...one, differences }));
        continue;
      }
      const [head, ...rows] = passLines(one, differences, paint);
      if (head === undefined) continue;
      const before = known.get(rows.join('\n'));
      if (before === undefined) known.set(rows.join('\n'), one.execution);
      for (const line of before === undefined ? [head, ...rows] : [sameAsText(one, before, paint)]) io.print(line);
    }
    for (const line of silentLines(silent, paint)) io.tell(line);
    if (passes === 0) {
      io.tell(paint('red', NOTHING_REPLAYED));
      return EXIT.failed;
    }
    const total = replayTotal({ runs: executions.size, passes, differing });
    if (given.flag('json')) io.tell(total);
    else io.print(paint('bold', total));
    io.tell(paint('dim', SETTINGS_KEPT));
    return differing > 0 ? EXIT.changes : EXIT.ok;
  },
};
