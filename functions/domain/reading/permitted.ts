import type { RemovedReason } from '../words/reason.ts';
import { idOf, type UnexplainedRemoval } from './held.ts';

/** A removal that a full pass has decided, guard, panic and share included, and that a slice of its plan may still make. */
export interface PermittedRemoval extends UnexplainedRemoval {
  readonly reason: RemovedReason;
  /** Whose value it was; absent where nobody knew. */
  readonly task?: string;
}

/** What is permitted at one endpoint. */
export type Permit = Pick<PermittedRemoval, 'reason' | 'task'>;

/** The permitted removals by name. */
export const permitsOf = (
  permitted: readonly PermittedRemoval[] = [],
): ReadonlyMap<string, readonly PermittedRemoval[]> => Map.groupBy(permitted, ({ name }) => name);

/**
 * What is permitted of the values that stand at an endpoint; undefined where one of them was not decided about.
 *
 * @param ours the values, word for word
 */
export function permitAt(
  permitted: readonly PermittedRemoval[] | undefined,
  { name, ours }: { readonly name: string; readonly ours: readonly string[] },
): Permit | undefined {
  if (!permitted || ours.length === 0) return undefined;
  const known = new Map(permitted.map((removal) => [idOf(removal), removal]));
  const found = ours.map((value) => known.get(idOf({ name, value })));
  const [first] = found;
  const same = first && found.every((one) => one?.reason === first.reason && one.task === first.task);
  return same ? first : undefined;
}

/**
 * Whether a removal that the new reading explains is the one that was decided: of the value of the same task, and for the
 * same reason, since guard and panic have counted it as that.
 */
export const isPermitted = (permit: Permit | undefined, { reason, task }: Permit): boolean =>
  permit !== undefined && permit.reason === reason && permit.task === task;
