import { isChange } from '../functions/domain/telling/summary.ts';
import type { Context } from './context.ts';
import { recentOutcomes } from './outcomes.ts';
import { lookFor, subjectOf } from './outcomes-about.ts';
import { type Explanation, explain } from './view/explanation.ts';
import { isOf } from './view/history-lines.ts';

/**
 * What kept outcomes tell of a task, the oldest first: each value of it that came or left, when, and by which run; and why it
 * was left out, as the last run that did so has said it.
 *
 * @param asked its id, the first six digits of it or more, or its ARN
 * @param days how far back, today included
 */
export async function taskStory(context: Context, asked: string, days: number): Promise<readonly Explanation[]> {
  const subject = subjectOf(asked, context);
  const newestFirst: Explanation[] = [];
  let [looked, isLeftOutTold] = [0, false];
  // A task may be left out by every run for weeks: the last of them says why as well as all.
  const look = lookFor(
    context,
    subject,
    ({ changed, leftOut }, isAsked) => isAsked(changed) || (!isLeftOutTold && isAsked(leftOut)),
  );
  for await (const { dispositions, dryRun, endedAt, execution } of recentOutcomes(context, days, { look })) {
    looked += 1;
    context.io.progress(`${looked} runs …`);
    if (dryRun) continue;
    const own = dispositions.filter((one) => isOf(one, subject.task));
    const told = own.filter((one) => isChange(one) || (!isLeftOutTold && one.outcome === 'left-out'));
    isLeftOutTold ||= told.some(({ outcome }) => outcome === 'left-out');
    newestFirst.push(...told.map((one) => ({ ...explain(one), at: endedAt, execution })));
  }
  look.tellUnindexed();
  return newestFirst.reverse();
}
