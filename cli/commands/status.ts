import { type Command, EXIT, wholeNumber } from '../command.ts';
import { UsageError } from '../errors.ts';
import { look } from '../verdict/look.ts';
import { watch } from '../verdict/watch.ts';
import { statusReport, statusText } from '../view/status-text.ts';
import { WAITING, waitOf, waitUntilInSync } from './status-wait.ts';

/** Seconds between two looks of `--watch`. */
const INTERVAL = { otherwise: 10, from: 2, to: 3_600 };

export const status: Command = {
  summary: 'in sync, or what is wrong, since when and what to type; names, health, last runs, findings',
  usage: `[--watch [--interval <seconds>]] [--json] ${WAITING.usage}`,
  help: [
    '--watch                looks again and again until Ctrl-C; where nobody sees it redraw, a line for each change',
    '--interval <seconds>   between two looks of --watch; 10. The zone is read again after a run only, or after a minute',
    '--json                 for programs; with --watch a line for each change',
    ...WAITING.help,
    '',
    'Exit code 1 where something could not be asked: then it says what, and nothing is concluded from it.',
    'docs/three-in-the-morning.md has every sentence that it begins with, and what to do.',
  ],
  options: {
    json: { type: 'boolean' },
    watch: { type: 'boolean' },
    interval: { type: 'string' },
    ...WAITING.options,
  },
  async run(given, { connect }) {
    const timeout = waitOf(given);
    const seconds = wholeNumber(given, 'interval', INTERVAL);
    if (given.text('interval') !== undefined && !given.flag('watch')) {
      throw new UsageError('got --interval, want --watch with it');
    }
    if (given.flag('watch') && timeout !== undefined) throw new UsageError('got --watch and --wait, want one of both');
    const context = await connect();
    if (timeout !== undefined) return waitUntilInSync(context, given, timeout);
    const { io, paint, deployment } = context;
    if (given.flag('watch')) return watch(context, { seconds, json: given.flag('json') });
    const looked = await look(context);
    const report = statusReport(looked, deployment);
    for (const line of given.flag('json') ? [JSON.stringify(report, null, 2)] : statusText(report, paint))
      io.print(line);
    return report.notKnown.length > 0 ? EXIT.failed : EXIT.ok;
  },
};
