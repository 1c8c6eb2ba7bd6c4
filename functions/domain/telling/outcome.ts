import { type EndpointKey, endpointKey } from '../ecs/claim.ts';
import { type Disposition, WITHHELD } from '../words/reason.ts';
import { MAX_DETAIL, printable } from '../words/text.ts';
import type { PlanRecord } from './plan-record.ts';
import { isChange } from './summary.ts';

/** What one pass did: its plan, and what became of the names that it changed. */
export interface Pass {
  readonly plan: Pick<PlanRecord, 'dispositions' | 'names' | 'found' | 'paused'>;
  readonly applied: readonly string[];
  /** Names that changed in several steps, of which only some went through. */
  readonly partly?: readonly string[];
  readonly moved: readonly string[];
  /** Of these, names for which there was no room in the pass. */
  readonly unsent?: readonly string[];
  readonly refused: readonly { readonly name: string; readonly message: string }[];
  /** Names of which no answer tells what became of their change; they may be among those that moved. */
  readonly unanswered?: readonly string[];
}

/**
 * The dispositions of a whole execution: what each pass decided, corrected by what Route 53 accepted of it. Later passes
 * count, except where they only left something for the next full run; what was removed stays told. Where an answer was
 * lost, what a later pass found in the zone says whether the change took effect.
 *
 * @param forbidden why the run may not change the zone, where that ended it
 */
export function accumulate(passes: readonly Pass[], forbidden?: string): readonly Disposition[] {
  const last = passes.length - 1;
  return passes
    .map((pass, index) => acceptedOf(pass, passes.slice(index + 1), index === last ? forbidden : undefined))
    .reduce(join, []);
}

/** What a pass decided, as far as it took effect. */
function acceptedOf({ plan, ...pass }: Pass, later: readonly Pass[], forbidden: string | undefined) {
  if (plan.paused) return plan.dispositions.map(onlyPlanned);
  const refused = new Map(pass.refused.map(({ name, message }) => [name, message]));
  const unanswered = new Set(pass.unanswered);
  const unsent = new Set(pass.unsent);
  const partly = new Set(pass.partly);
  const open = new Set([...pass.moved, ...unanswered]);
  const changing = new Set(plan.names.map(({ name }) => name));
  const applied = new Set(pass.applied);
  return plan.dispositions.map((disposition) => {
    const { name } = disposition;
    const undone = changing.has(name) && !applied.has(name) && (open.has(name) || refused.has(name));
    if (!undone) return disposition;
    const found = foundAt(name, later);
    if (found && partly.has(name) && tookEffect(disposition, found)) return disposition;
    const message = refused.get(name);
    if (message !== undefined) return notApplied(disposition, 'quarantined', message);
    if (unsent.has(name)) return notApplied(disposition, 'contended', NO_ROOM);
    if (!unanswered.has(name))
      return notApplied(disposition, 'contended', partly.has(name) ? NOT_WHOLE : CHANGED_BY_OTHERS);
    if (found) return tookEffect(disposition, found) ? disposition : notApplied(disposition, 'contended', NOT_FOUND);
    return forbidden === undefined
      ? notApplied(disposition, 'contended', NOT_KNOWN)
      : notApplied(disposition, 'quarantined', forbidden);
  });
}

/** Of a pass that only plans nothing comes about. */
const onlyPlanned = (one: Disposition) =>
  isChange(one)
    ? notApplied(one, 'paused', `without the pause: ${one.reason}${one.detail === undefined ? '' : `, ${one.detail}`}`)
    : one;

const NO_ROOM = 'there are more changes than one run sends: a later one sends it';
const CHANGED_BY_OTHERS = 'the name was changed by others meanwhile';
const NOT_WHOLE = 'only some steps of the change of this name went through: the next run says which';
const NOT_FOUND = 'the answer to the change was lost, and it had not taken effect';
const NOT_KNOWN = 'the answer to the change was lost: whether it took effect is not known';

/** The endpoints of ours that stood at a name when a pass after the change read it. */
function foundAt(name: string, later: readonly Pass[]): ReadonlySet<EndpointKey> | undefined {
  const found = later.flatMap(({ plan }) => plan.found ?? []).find((one) => one.name === name);
  return found && new Set(found.keys);
}

function tookEffect({ outcome, target = '', port = 0 }: Disposition, found: ReadonlySet<EndpointKey>): boolean {
  const stands = found.has(endpointKey({ target, port }));
  return outcome === 'removed' ? !stands : stands;
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

/** A change that did not come about: what was to leave stays, what was to come is left out. */
function notApplied(disposition: Disposition, why: keyof typeof WITHHELD, cause: string): Disposition {
  const { outcome, reason, ...about } = disposition;
  const detail = printable(cause, MAX_DETAIL);
  if (outcome === 'removed') {
    return { ...about, detail, outcome: 'published', reason: WITHHELD[why].published };
  }
  if (outcome === 'published' && disposition.isNew) {
    return { ...about, detail, outcome: 'left-out', reason: WITHHELD[why].leftOut };
  }
  return disposition;
}
