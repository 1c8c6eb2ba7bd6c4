import { objectAt } from '../../functions/contracts/payloads.ts';
import { type Command, confirmed, EXIT } from '../command.ts';
import { UsageError } from '../errors.ts';
import { changeLines, heldRow } from '../view/plan-report.ts';
import { plural } from '../view/style.ts';
import { checkHash, runAndFollow } from './reconcile.ts';

export const approve: Command = {
  summary: 'lets go what a run holds under a hash',
  usage: '<hash> [--yes]',
  help: [
    '--yes   without asking',
    '',
    'Starts a full run that looks again and removes what is still held of this list, and nothing else.',
    'What runs or is explained by then stays or goes for that; the run says which of the list it left standing and why.',
  ],
  options: { yes: { type: 'boolean' } },
  operands: [1, 1],
  async run(given, { io, connect }) {
    const hash = checkHash(given.operands[0] ?? '');
    const context = await connect();
    const list = objectAt('held', hash);
    const found = await context.payloads.lasting.read(list, true);
    if (found.state === 'lost')
      throw new UsageError(
        `the list ${list.key} cannot be read (${found.why}); the next run that holds the same removals writes it anew`,
      );
    if (found.state === 'none')
      throw new UsageError(`no run has held removals under ${hash} within the last 90 days; ecssd plan names the hash`);
    const held = found.body;
    for (const line of changeLines(held.map(heldRow), context.paint)) io.print(line);
    const question = `remove ${held.length === 1 ? 'this value' : `these ${plural(held.length, 'value')}`}, as far as still held?`;
    if (!(await confirmed(given, io, question))) return EXIT.failed;
    return runAndFollow(context, { approve: hash });
  },
};
