import type { Disposition } from '../plan/reason.ts';
import type { PlanRecord } from '../plan/record.ts';

/** What one pass did: its plan, and what became of the names that it changed. */
export interface Pass {
  readonly plan: Pick<PlanRecord, 'dispositions' | 'names'>;
  readonly applied: readonly string[];
  readonly moved: readonly string[];
  readonly refused: readonly { readonly name: string; readonly message: string }[];
}

/**
 * The dispositions of a whole execution: what each pass decided, corrected by what Route 53 accepted of it. Later passes
 * count, except where they only left something for the next full run.
 */
export function accumulate(passes: readonly Pass[]): readonly Disposition[] {
  const final = new Map<string, Disposition>();
  for (const pass of passes) {
    const refused = new Map(pass.refused.map(({ name, message }) => [name, message]));
    const open = new Set(pass.moved);
    const changing = new Set(pass.plan.names.map(({ name }) => name));
    const applied = new Set(pass.applied);
    for (const disposition of pass.plan.dispositions) {
      const { name } = disposition;
      const undone =
        changing.has(name) && !applied.has(name) ? (refused.has(name) ? 'quarantined' : 'contended') : undefined;
      const real =
        undone && (open.has(name) || refused.has(name))
          ? notApplied(disposition, undone, refused.get(name))
          : disposition;
      const key = keyOf(real);
      const before = final.get(key);
      if (before && real.reason === 'held-until-full') continue;
      final.set(key, withHistory(real, before));
    }
  }
  return [...final.values()];
}

/** One value or candidate across passes: what was new in an earlier pass is new in the execution. */
function withHistory(disposition: Disposition, before: Disposition | undefined): Disposition {
  const entered = before?.outcome === 'published' && before.isNew === true && disposition.outcome === 'published';
  return entered ? { ...disposition, isNew: true } : disposition;
}

const keyOf = ({ name, target, port, task }: Disposition) => `${name} ${target ?? ''} ${port ?? ''} ${task ?? ''}`;

/** A change that Route 53 did not accept: what was to leave stays, what was to come is left out. */
function notApplied(
  disposition: Disposition,
  why: 'quarantined' | 'contended',
  message = 'the name was changed by others meanwhile',
): Disposition {
  const { outcome, reason, ...about } = disposition;
  const detail = { ...about, detail: message };
  if (outcome === 'removed') {
    return { ...detail, outcome: 'published', reason: why === 'quarantined' ? 'held-quarantined' : 'held-contended' };
  }
  if (outcome === 'published' && disposition.isNew) {
    return { ...detail, outcome: 'left-out', reason: why === 'quarantined' ? 'quarantined' : 'conflict' };
  }
  return disposition;
}
