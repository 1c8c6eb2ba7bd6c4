import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import { shownName } from '../../functions/domain/dns/address-name.ts';
import { isChange } from '../../functions/domain/telling/summary.ts';
import type { Disposition } from '../../functions/domain/words/reason.ts';
import { isTask } from '../fleet.ts';
import type { Subject } from '../outcomes-about.ts';
import { failureText } from './failure.ts';
import { runHead } from './outcome-lines.ts';
import { changeLines, changeRow, heldRow } from './plan-report.ts';
import type { Paint } from './style.ts';

export type HistoryEntry = NonNullable<ReturnType<typeof historyEntry>>;

/**
 * What one run changed, holds and was refused; undefined where nothing happened that is asked for.
 *
 * @param subject undefined: every name
 */
export function historyEntry(outcome: KeptOutcome, subject: Subject | undefined) {
  if (outcome.dryRun) return undefined;
  const named = ({ name }: { readonly name: string }) => subject === undefined || subject.names.includes(name);
  const asked = (one: Disposition) => named(one) || isOf(one, subject?.task);
  const changes = [
    ...outcome.dispositions.filter(isChange).filter(asked).map(changeRow),
    ...outcome.held.filter(named).map(heldRow),
  ];
  const refused = outcome.refused.filter(named);
  const failed = subject === undefined && outcome.state !== 'in-sync';
  return changes.length + refused.length > 0 || failed ? { outcome, changes, refused } : undefined;
}

/** @param id the beginning of an id; undefined: no task */
export const isOf = ({ task }: Disposition, id: string | undefined): boolean =>
  task !== undefined && id !== undefined && isTask(task, id);

export function historyLines({ outcome, changes, refused }: HistoryEntry, paint: Paint): readonly string[] {
  const { error, cause } = outcome;
  return [
    runHead(outcome, paint),
    ...changeLines(changes, paint).map(indented),
    ...refused.map(({ name, message }) => indented(paint('yellow', `! ${shownName(name)} was refused: ${message}`))),
    ...(error === '' ? [] : [indented(paint('red', failureText(error, cause, outcome)))]),
  ];
}

const indented = (line: string) => `  ${line}`;
