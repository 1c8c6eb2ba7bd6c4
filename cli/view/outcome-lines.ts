import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import { isChange } from '../../functions/domain/plan/summary.ts';
import { changeLines, changeRow, heldRow } from './plan-report.ts';
import { type Paint, plural, timeText } from './style.ts';

const STATES = {
  'in-sync': 'green',
  held: 'yellow',
  contended: 'red',
  failed: 'red',
} as const;

/** What a run did: its changes, what Route 53 refused, what it holds, and what a person should look at. */
export function outcomeLines(outcome: KeptOutcome, paint: Paint): readonly string[] {
  const { dispositions, refused, held, findings, state, dryRun } = outcome;
  const published = dispositions.filter((one) => one.outcome === 'published').length;
  const verb = dryRun ? 'would be' : 'are';
  return [
    ...changeLines([...dispositions.filter(isChange).map(changeRow), ...held.map(heldRow)], paint),
    ...refused.map(({ name, message }) => paint('yellow', `! ${name} was refused: ${message}`)),
    ...findings.map((finding) => paint('yellow', `! ${finding}`)),
    `${paint(STATES[state], state)}: ${plural(published, 'value')} ${verb} published`,
  ];
}

/** One run in a line: when, what started it, how it ended. */
export function runHead({ endedAt, execution, trigger = '?', state, dryRun }: KeptOutcome, paint: Paint): string {
  const what = dryRun ? `${trigger}, dry run` : trigger;
  return [paint('dim', timeText(endedAt)), paint(STATES[state], state), what, paint('dim', execution)].join('  ');
}
