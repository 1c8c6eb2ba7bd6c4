import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import { isChange } from '../../functions/domain/telling/summary.ts';
import { failureText } from './failure.ts';
import { runHead } from './outcome-lines.ts';
import { type ChangeRow, changeLines, changeRow, heldRow } from './plan-report.ts';
import type { Paint } from './style.ts';

/** What one run changed, holds and was refused, of all names or of one. */
export interface HistoryEntry {
  readonly outcome: KeptOutcome;
  readonly changes: readonly ChangeRow[];
  readonly refused: readonly { readonly name: string; readonly message: string }[];
}

/**
 * Undefined for a run in which nothing happened that is asked for.
 *
 * @param name fully qualified; undefined: every name
 */
export function historyEntry(outcome: KeptOutcome, name: string | undefined): HistoryEntry | undefined {
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
