import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import { isChange } from '../../functions/domain/telling/summary.ts';
import { standsSentence } from '../../functions/domain/telling/what-stands.ts';
import { reasonText } from '../../functions/domain/words/reason.ts';
import { printableTexts } from '../../functions/domain/words/text.ts';
import { changeLines, changeRow, heldRow } from './plan-report.ts';
import { type Paint, plural, timeText } from './style.ts';

const STATES = {
  'in-sync': 'green',
  paused: 'yellow',
  held: 'yellow',
  contended: 'red',
  failed: 'red',
} as const;

/** What a run did: its changes, what Route 53 refused, what it holds, and what a person should look at. */
export function outcomeLines(outcome: KeptOutcome, paint: Paint): readonly string[] {
  const { dispositions, refused, held, approval, findings } = printableTexts(outcome);
  return [
    ...changeLines([...dispositions.filter(isChange).map(changeRow), ...held.map(heldRow)], paint),
    ...(approval ? approvalLines(approval, paint) : []),
    ...refused.map(({ name, message }) => paint('yellow', `! ${name} was refused: ${message}`)),
    ...findings.map((finding) => paint('yellow', `! ${finding}`)),
    endLine(outcome, paint),
  ];
}

/** How it ended, and what stands. Outcomes of earlier versions tell the second only where the run has come to a plan. */
function endLine({ state, dryRun, stands, dispositions }: KeptOutcome, paint: Paint): string {
  const published = dispositions.filter((one) => one.outcome === 'published').length;
  const end = paint(STATES[state], state);
  if (dryRun)
    return state === 'failed' ? `${end}: nothing changed` : `${end}: ${plural(published, 'value')} would be published`;
  if (stands && (state !== 'in-sync' || published !== stands.values)) return `${end}: ${standsSentence(stands)}`;
  if (published === 0 && state === 'failed') return `${end}: what stands is not known`;
  return `${end}: ${plural(published, 'value')} ${published === 1 ? 'is' : 'are'} published`;
}

/** Approved removals shown one by one; the outcome has all of them. */
const SHOWN = 20;

/** What of the list that a person has approved is gone, and what was left standing and why: the run looked again first. */
function approvalLines(
  { approved, removed, standing }: NonNullable<KeptOutcome['approval']>,
  paint: Paint,
): readonly string[] {
  const gone = approved - removed - standing.length;
  const parts = [
    `${removed} removed`,
    ...(gone > 0 ? [`${gone} gone before`] : []),
    ...(standing.length > 0 ? [`${standing.length} left standing`] : []),
  ];
  const more = standing.length - SHOWN;
  return [
    `of ${plural(approved, 'approved removal')}: ${parts.join(', ')}`,
    ...standing
      .slice(0, SHOWN)
      .map(({ name, value, reason }) =>
        paint('yellow', `= ${name} ${value}  ${reason}: ${reasonText({ outcome: 'published', reason })}`),
      ),
    ...(more > 0 ? [`… and ${more} more, in \`approval\` of the outcome`] : []),
  ];
}

/** One run in a line: when, what started it, how it ended. */
export function runHead({ endedAt, execution, trigger = '?', state, dryRun }: KeptOutcome, paint: Paint): string {
  const what = dryRun ? `${trigger}, dry run` : trigger;
  return [paint('dim', timeText(endedAt)), paint(STATES[state], state), what, paint('dim', execution)].join('  ');
}
