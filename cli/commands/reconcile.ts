import type { TriggerInput } from '../../functions/contracts/states.ts';
import { quoted } from '../../functions/domain/words/text.ts';
import { type Command, EXIT } from '../command.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors.ts';
import { failureOf, findOutcome, follow, startRun } from '../runs.ts';
import { outcomeLines } from '../view/outcome-lines.ts';
import { foldRun, innerStates, type StateLine, stateText } from '../view/run-lines.ts';
import { pausedLine } from '../view/status-report.ts';

export const reconcile: Command = {
  summary: 'starts a run and follows it',
  usage: '[--cluster <name>]… [--dry-run] [--approve <hash>]',
  help: [
    '--cluster <name>   reads only this one; may be repeated, the values of all others are held',
    '--dry-run          plans and reports, changes nothing',
    '--approve <hash>   removes what a run holds under this hash',
  ],
  options: {
    cluster: { type: 'string', multiple: true },
    'dry-run': { type: 'boolean' },
    approve: { type: 'string' },
  },
  async run(given, { connect }) {
    const approve = given.text('approve');
    if (approve !== undefined) checkHash(approve);
    const clusters = given.texts('cluster');
    return runAndFollow(await connect(), {
      ...(clusters.length > 0 && { clusters: [...clusters] }),
      ...(given.flag('dry-run') && { dryRun: true }),
      ...(approve !== undefined && { approve }),
    });
  },
};

export const isHash = (text: string): boolean => /^[0-9a-f]{12,64}$/.test(text);
export const WANTED_HASH = 'the hash that a run which holds removals has named: 16 hex digits';

/** @throws UsageError for what is no hash that a run may have named */
function checkHash(text: string): string {
  if (isHash(text)) return text;
  throw new UsageError(`got ${quoted(text)}, want ${WANTED_HASH}`);
}

/** Choices take no time: their answer is the state that follows. */
const isWork = ({ name }: StateLine) => !name.endsWith('?');

/** For Step Functions the run was a success, but it has not done what it was started for. */
const OVERTAKEN = 'an update or a rollback of the stack has overtaken this run: start it again when that is done';

/** Starts a run, shows its states as they come, then what it changed. Gives the exit code. */
export async function runAndFollow(context: Context, input: TriggerInput): Promise<number> {
  const { io, paint, deployment } = context;
  const executionArn = await startRun(context, input);
  io.print(paint('dim', executionArn));
  const run = foldRun(innerStates(deployment.definition));
  const view = await follow(context, executionArn, (events) => {
    for (const line of run.add(events).filter(isWork)) io.print(stateText(line, paint));
    io.progress(`… ${run.current}`);
  });
  const outcome = await findOutcome(context, view);
  if (outcome) for (const line of outcomeLines(outcome, paint)) io.print(line);
  const failure = failureOf(view, outcome);
  const paused = outcome?.paused && outcome.state === 'paused' ? pausedLine(outcome.paused) : undefined;
  const overtaken = run.current === 'Superseded' ? OVERTAKEN : undefined;
  const undone = failure ?? overtaken ?? paused;
  if (undone === undefined) return EXIT.ok;
  io.tell(paint(undone === paused ? 'yellow' : 'red', undone));
  return EXIT.failed;
}
