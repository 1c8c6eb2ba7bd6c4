import type { Disposition } from '../../functions/domain/words/reason.ts';
import { MAX_DECLARATION, printable, quoted } from '../../functions/domain/words/text.ts';
import { type Command, EXIT } from '../command.ts';
import type { Context } from '../context.ts';
import { isTask, tasksOf } from '../fleet.ts';
import { fullName } from '../names.ts';
import { latestPicture } from '../outcomes.ts';
import { planNow } from '../runs.ts';
import { type Explanation, explain, explainOthers, explainUntold, explanationLines } from '../view/explanation.ts';
import { timeText } from '../view/style.ts';

export const explaining: Command = {
  summary: 'why something is in DNS, or is not: a task, a service or a name',
  usage: '<task, service or name> [--now] [--json]',
  help: [
    '<task>      id, its first six digits or more, or ARN',
    '<service>   name of an ECS service',
    '<name>      _calc._tcp, or with the zone',
    '--now       looks at everything now, by a dry run; else the last runs tell',
    '--json      for programs',
    '',
    'One line for each value and each claim. docs/reasons.md lists all reasons.',
  ],
  options: { now: { type: 'boolean' }, json: { type: 'boolean' } },
  operands: [1, 1],
  async run(given, { connect }) {
    const asked = given.operands[0] ?? '';
    const context = await connect();
    const { io, paint } = context;
    const { dispositions, source } = given.flag('now') ? await lookNow(context) : await lookBack(context);
    const all = await explanations(context, asked, dispositions);
    const lines = given.flag('json') ? [JSON.stringify(all, null, 2)] : explanationLines(all, paint);
    for (const line of lines) io.print(line);
    if (all.length === 0) {
      io.tell(
        `nothing is known of ${quoted(asked)}: no run has spoken of such a name or task, and ECS has no such service or running task`,
      );
    }
    io.tell(paint('dim', source));
    return all.length > 0 ? EXIT.ok : EXIT.failed;
  },
};

async function lookNow(context: Context) {
  context.io.progress('looking …');
  const { view, plan } = await planNow(context);
  return { dispositions: plan.dispositions, source: `as of now, by the dry run ${view.name}` };
}

async function lookBack(context: Context) {
  const { fullRunAt, dispositions } = await latestPicture(context);
  const since = fullRunAt === undefined ? 'no full run in two days' : `full run of ${timeText(fullRunAt)} UTC`;
  return { dispositions, source: `as of the ${since} and the event runs since; --now looks again` };
}

async function explanations(
  context: Context,
  asked: string,
  dispositions: readonly Disposition[],
): Promise<readonly Explanation[]> {
  const { zone, deployment } = context;
  const name = fullName(asked, deployment.naming);
  const named = dispositions.filter((one) => one.name === name || one.name === printable(asked, MAX_DECLARATION));
  const others = explainOthers(name, await zone.at(name), deployment.naming);
  if (named.length + others.length > 0) return [...named.map(explain), ...others];

  const id = asked.split('/').at(-1) ?? asked;
  const own = dispositions.filter(({ task }) => task !== undefined && isTask(task, id));
  if (own.length > 0) return own.map(explain);

  const tasks = await tasksOf(context, asked);
  const arns = new Set(tasks.map(({ task }) => task.arn));
  const told = dispositions.filter(({ task }) => task !== undefined && arns.has(task));
  return [...told.map(explain), ...explainUntold(tasks, told)];
}
