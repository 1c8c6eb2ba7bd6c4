import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import { isChange } from '../../functions/domain/telling/summary.ts';
import { failureText } from './failure.ts';
import { runHead } from './outcome-lines.ts';
import { changeLines, changeRow, heldRow } from './plan-report.ts';
import type { Paint } from './style.ts';

export type HistoryEntry = NonNullable<ReturnType<typeof historyEntry>>;

/**
 * What one run changed, holds and was refused; undefined where nothing happened that is asked for.
 *
 * @param name fully qualified; undefined: every name
 */
export function historyEntry(outcome: KeptOutcome, name: string | undefined) {
  if (outcome.dryRun) return undefined;
  const asked = (one: { readonly name: string }) => name === undefined || one.name === name;
  const changes = [
    ...outcome.dispositions.filter(isChange).filter(asked).map(changeRow),
    ...outcome.held.filter(asked).map(heldRow),
  ];
  const refused = outcome.refused.filter(asked);
  const failed = name === undefined && outcome.state !== 'in-sync';
  return changes.length + refused.length > 0 || failed ? { outcome, changes, refused } : undefined;
}

export function historyLines({ outcome, changes, refused }: HistoryEntry, paint: Paint): readonly string[] {
  const { error, cause } = outcome;
  return [
    runHead(outcome, paint),
    ...changeLines(changes, paint).map(indented),
    ...refused.map(({ name, message }) => indented(paint('yellow', `! ${name} was refused: ${message}`))),
    ...(error === '' ? [] : [indented(paint('red', failureText(error, cause, outcome)))]),
  ];
}

const indented = (line: string) => `  ${line}`;
