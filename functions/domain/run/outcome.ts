import type { Disposition } from '../plan/reason.ts';
import type { PlanRecord } from '../plan/record.ts';
import { MAX_DETAIL, printable } from '../words/text.ts';

/** What one pass did: its plan, and what became of the names that it changed. */
export interface Pass {
  readonly plan: Pick<PlanRecord, 'dispositions' | 'names'>;
  readonly applied: readonly string[];
  readonly moved: readonly string[];
  readonly refused: readonly { readonly name: string; readonly message: string }[];
}

/**
 * The dispositions of a whole execution: what each pass decided, corrected by what Route 53 accepted of it. Later passes
 * count, except where they only left something for the next full run; what was removed stays told.
 */
export function accumulate(passes: readonly Pass[]): readonly Disposition[] {
  return passes.map(acceptedOf).reduce(join, []);
}

/** What a pass decided, as far as it took effect. */
function acceptedOf({ plan, ...pass }: Pass): readonly Disposition[] {
  const refused = new Map(pass.refused.map(({ name, message }) => [name, message]));
  const open = new Set(pass.moved);
  const changing = new Set(plan.names.map(({ name }) => name));
  const applied = new Set(pass.applied);
  return plan.dispositions.map((disposition) => {
    const { name } = disposition;
    const undone = changing.has(name) && !applied.has(name) && (open.has(name) || refused.has(name));
    if (!undone) return disposition;
    return notApplied(disposition, refused.has(name) ? 'quarantined' : 'contended', refused.get(name));
  });
}

/** A pass tells of everything that stands at its names, so what it mentions replaces what was told before. */
function join(before: readonly Disposition[], now: readonly Disposition[]): readonly Disposition[] {
  const values = new Set(now.map(endpointOf));
  const instances = new Set(now.map(instanceOf));
  const owned = new Set(now.map(ownedOf));
  const outdated = {
    published: (one: Disposition) => values.has(endpointOf(one)),
    'left-out': (one: Disposition) => instances.has(instanceOf(one)),
    removed: (one: Disposition) => owned.has(ownedOf(one)),
  };
  const stood = Map.groupBy(
    before.filter(({ outcome }) => outcome === 'published'),
    endpointOf,
  );
  const added = now.flatMap((one): readonly Disposition[] => {
    const earlier = one.outcome === 'published' ? stood.get(endpointOf(one)) : undefined;
    if (earlier && one.reason === 'held-until-full') return earlier;
    // What was new in an earlier pass is new in the execution.
    const entered = earlier?.some((other) => other.outcome === 'published' && other.isNew) === true;
    return entered && one.outcome === 'published' ? [{ ...one, isNew: true }] : [one];
  });
  return [...new Set([...before.filter((one) => !outdated[one.outcome](one)), ...added])];
}

const endpointOf = ({ name, target, port }: Disposition) => `${name} ${target ?? ''} ${port ?? ''}`;
const instanceOf = ({ name, task = '' }: Disposition) => `${name} ${task}`;
const ownedOf = (one: Disposition) => `${endpointOf(one)} ${one.task ?? ''}`;

/** A change that Route 53 did not accept: what was to leave stays, what was to come is left out. */
function notApplied(
  disposition: Disposition,
  why: 'quarantined' | 'contended',
  message = 'the name was changed by others meanwhile',
): Disposition {
  const { outcome, reason, ...about } = disposition;
  const detail = { ...about, detail: printable(message, MAX_DETAIL) };
  if (outcome === 'removed') {
    return { ...detail, outcome: 'published', reason: why === 'quarantined' ? 'held-quarantined' : 'held-contended' };
  }
  if (outcome === 'published' && disposition.isNew) {
    return { ...detail, outcome: 'left-out', reason: why === 'quarantined' ? 'quarantined' : 'conflict' };
  }
  return disposition;
}
