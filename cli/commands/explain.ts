import { objectAt } from '../../functions/contracts/payloads.ts';
import type { Disposition } from '../../functions/domain/words/reason.ts';
import { MAX_DECLARATION, printable, quoted } from '../../functions/domain/words/text.ts';
import { type Command, EXIT, wholeNumber } from '../command.ts';
import type { Context } from '../context.ts';
import { isTaskId, tasksOf } from '../fleet.ts';
import { isPossible, meantNames } from '../names.ts';
import { KEPT_DAYS, latestPicture } from '../outcomes.ts';
import { planNow } from '../runs.ts';
import { taskStory } from '../task-story.ts';
import { type DeclaredOf, declaredIn } from '../view/declared.ts';
import {
  type Explanation,
  explainAlias,
  explainOthers,
  explainUntold,
  explainWith,
  explanationLines,
} from '../view/explanation.ts';
import { isOf } from '../view/history-lines.ts';
import { idOf, plural, timeText } from '../view/style.ts';

export const explaining: Command = {
  summary: 'why something is in DNS, or is not: a task, a service or a name',
  usage: '<task, service or name> [--now] [--days <n>] [--json]',
  help: [
    '<task>      id, its first six digits or more, or ARN; of one that is gone, what kept runs tell, the oldest first',
    '<service>   name of an ECS service',
    '<name>      _calc._tcp, or with the zone; of a name and an address name that are called alike, both',
    '--now       looks at everything now, by a dry run; else the last runs tell',
    '--days <n>  how far back for a task that is gone, today included; 90',
    '--json      for programs',
    '',
    'One line for each value and each claim, and below it what it declares of checks, grace and TTL, as the last full',
    'run has read it. docs/reasons.md lists all reasons.',
  ],
  options: { now: { type: 'boolean' }, days: { type: 'string' }, json: { type: 'boolean' } },
  operands: [1, 1],
  async run(given, { connect }) {
    const asked = given.operands[0] ?? '';
    const days = wholeNumber(given, 'days', { otherwise: KEPT_DAYS, from: 1, to: 3_650 });
    const context = await connect();
    const { io, paint } = context;
    const { dispositions, declared, source } = given.flag('now') ? await lookNow(context) : await lookBack(context);
    const { present, isOver } = await explanations(context, asked, {
      dispositions,
      declared,
      isNow: given.flag('now'),
    });
    const story = isOver ? await taskStory(context, asked, days) : [];
    const all = story.length > 0 ? story : present;
    const lines = given.flag('json') ? [JSON.stringify(all, null, 2)] : explanationLines(all, paint);
    for (const line of lines) io.print(line);
    if (all.length === 0) io.tell(unknownText(asked, days));
    io.tell(
      paint('dim', story.length > 0 ? `from the outcomes of ${plural(days, 'day')}; nothing of it stands now` : source),
    );
    return all.length > 0 ? EXIT.ok : EXIT.failed;
  },
};

async function lookNow(context: Context) {
  context.io.progress('looking …');
  const { view, plan } = await planNow(context);
  const declared = () => declaredBy(context, view.name);
  return { dispositions: plan.dispositions, declared, source: `as of now, by the dry run ${view.name}` };
}

async function lookBack(context: Context) {
  const { full, fullRunAt, dispositions } = await latestPicture(context);
  const declared = () => declaredBy(context, full?.execution);
  const since = fullRunAt === undefined ? 'no full run in two days' : `full run of ${timeText(fullRunAt)} UTC`;
  return { dispositions, declared, source: `as of the ${since} and the event runs since; --now looks again` };
}

/** What a run has read of declarations: not known where it kept none, or of another version's shape. */
async function declaredBy({ payloads }: Context, execution: string | undefined): Promise<DeclaredOf> {
  if (execution === undefined) return declaredIn();
  const read = await payloads.lasting.read(objectAt('reading', { execution, pass: 1 }), true);
  return declaredIn(read.state === 'found' ? read.body.judged : undefined);
}

const unknownText = (asked: string, days: number) => {
  const looked = isTaskId(idOf(asked)) ? ` in ${plural(days, 'day')}` : '';
  return `nothing is known of ${quoted(asked)}: no run has spoken of such a name or task${looked}, and ECS has no such service or running task`;
};

interface Told {
  readonly dispositions: readonly Disposition[];
  /** Reads what the full run has read; of what is gone nobody asks. */
  readonly declared: () => Promise<DeclaredOf>;
  readonly isNow: boolean;
}

/** `isOver`: it may be a task, and nothing is known of it but that it has left. */
async function explanations(
  context: Context,
  asked: string,
  { dispositions, declared, isNow }: Told,
): Promise<{ readonly present: readonly Explanation[]; readonly isOver: boolean }> {
  const { zone, deployment } = context;
  const { naming } = deployment;
  const inWords = async (some: readonly Disposition[]) => {
    const stands = some.some(({ outcome }) => outcome !== 'removed');
    const declaredOf = stands ? await declared() : declaredIn();
    return some.map((one) => explainWith(one, declaredOf));
  };
  const names = meantNames(asked, naming).filter(isPossible);
  const named = dispositions.filter(
    (one) => names.includes(one.name) || one.name === printable(asked, MAX_DECLARATION),
  );
  const [name, addressName] = names;
  const sets = name === undefined ? [] : await zone.at(name);
  const atAddress = named.filter((one) => one.name === addressName);
  const others = [
    ...(name === undefined ? [] : explainOthers(name, sets, naming)),
    ...(atAddress.length > 0 ? explainAlias(sets, atAddress, naming) : []),
  ];
  if (named.length + others.length > 0) return { present: [...(await inWords(named)), ...others], isOver: false };

  const id = idOf(asked);
  const own = dispositions.filter((one) => isOf(one, id));
  // What a look at now removes stands until a run does so.
  const isGone = !isNow && own.every(({ outcome }) => outcome === 'removed');
  if (own.length > 0) return { present: await inWords(own), isOver: isGone };

  const tasks = await tasksOf(context, asked);
  const arns = new Set(tasks.map(({ task }) => task.arn));
  const told = dispositions.filter(({ task }) => task !== undefined && arns.has(task));
  const present = [...(await inWords(told)), ...explainUntold(tasks, told)];
  return { present, isOver: present.length === 0 && isTaskId(id) };
}
