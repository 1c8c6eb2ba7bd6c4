import { objectAt } from '../../functions/contracts/payloads.ts';
import { idOf, type UnexplainedRemoval } from '../../functions/domain/reading/held.ts';
import { quoted } from '../../functions/domain/words/text.ts';
import { ourValues } from '../../functions/domain/zone/routing.ts';
import { type Command, confirmed, EXIT, type Surroundings } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { heldNowText, lastFullRun } from '../held.ts';
import { readLabel, refusePaused } from '../label.ts';
import { changeLines, heldRow } from '../view/plan-report.ts';
import { pauseOf } from '../view/status-report.ts';
import { plural } from '../view/style.ts';
import { isHash, runAndFollow, WANTED_HASH } from './reconcile.ts';

export const approve: Command = {
  summary: 'lets go what a run holds under a hash',
  usage: '<hash> [--yes]',
  help: [
    '--yes   without asking',
    '',
    'Starts a full run that looks again and removes what is still held of this list, and nothing else.',
    'What runs or is explained by then stays or goes for that; the run says which of the list it left standing and why.',
    'What of the list has left before is said first, and what else is held by now.',
  ],
  options: { yes: { type: 'boolean' } },
  operands: [1, 1],
  async run(given, { io, connect }) {
    const hash = given.operands[0] ?? '';
    if (!isHash(hash)) throw new UsageError(`got ${quoted(hash)}, want ${WANTED_HASH}; ${await heldSomehow(connect)}`);
    const context = await connect();
    const held = await listOf(hash, context);
    refusePaused(pauseOf(await readLabel(context), context.deployment), context, `ecssd approve ${hash}`);
    const [left, last] = await Promise.all([stillStanding(held, context), lastFullRun(context)]);
    const gone = held.length - left.length;
    if (left.length === 0) {
      io.print(`${plural(held.length, 'removal')} under ${hash}: all made, none of these values stands any more`);
      io.print(heldNowText(last));
      return EXIT.ok;
    }
    if (gone > 0) io.print(`of ${held.length} removals under ${hash} ${gone} were made; what still stands of it:`);
    for (const line of changeLines(left.map(heldRow), context.paint)) io.print(line);
    if (last && last.heldHash !== hash) {
      const now = new Set(last.held.map(idOf));
      io.print(`of these ${left.filter((one) => now.has(idOf(one))).length} are still held; ${heldNowText(last)}`);
    }
    const question = `remove ${left.length === 1 ? 'this value' : `these ${plural(left.length, 'value')}`}, as far as still held?`;
    if (!(await confirmed(given, io, question))) return EXIT.failed;
    return runAndFollow(context, { approve: hash });
  },
};

/** @throws UsageError where nothing was held under the hash, or its list cannot be read */
async function listOf(hash: string, context: Context): Promise<readonly UnexplainedRemoval[]> {
  const list = objectAt('held', hash);
  const found = await context.payloads.lasting.read(list, true);
  if (found.state === 'found') return found.body;
  const now = await heldSomehow(async () => context);
  throw new UsageError(
    found.state === 'lost'
      ? `the list ${list.key} cannot be read (${found.why}); the next run that holds the same removals writes it anew; ${now}`
      : `no run has held removals under ${hash} within the last 90 days; ${now}`,
  );
}

/** What is held now, beside an error of use, which counts whatever becomes of the question. */
const heldSomehow = (connect: Surroundings['connect']): Promise<string> =>
  connect()
    .then(lastFullRun)
    .then(heldNowText, () => 'ecssd status says what is held now');

/** What of a list is in the zone yet. */
async function stillStanding(held: readonly UnexplainedRemoval[], { zone, deployment: { naming } }: Context) {
  const sets = await zone.all();
  const standing = new Set(sets.flatMap((set) => ourValues(set, naming).map(({ key }) => `${set.ownerName} ${key}`)));
  return held.filter(({ name, key }) => standing.has(`${name} ${key}`));
}
