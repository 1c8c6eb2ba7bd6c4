import type { TaskDefinition } from '../ecs/task.ts';
import type { Plan } from '../plan/plan.ts';
import { planZone } from '../plan/plan-zone.ts';
import { idOf, type UnexplainedRemoval } from '../reading/held.ts';
import type { Reading, ZoneSnapshot } from '../reading/reading.ts';
import type { Disposition } from '../words/reason.ts';
import { type NegativeTtlPlan, planNegativeTtl } from '../zone/negative-ttl.ts';
import { type PlannedBeside, type PlannedFrom, type PlanRecord, plannedBeside, plannedNames } from './plan-record.ts';
import { ignoredByAnyText, type Reread, rereadIgnored } from './reread.ts';

/** What a pass has read and was asked: enough to plan it, now or at any time later. */
export interface Planning extends Omit<PlannedFrom, 'run'> {
  readonly snapshot: ZoneSnapshot;
  readonly reading: Reading;
  /** Removals that a person has approved; nothing unless given. */
  readonly approved?: readonly Pick<UnexplainedRemoval, 'name' | 'value'>[];
}

/** What a pass decides: its plan, and beside it what becomes of the zone's SOA. */
export interface Decided {
  readonly plan: Plan;
  readonly soa: NegativeTtlPlan;
}

/** Plans one pass from everything that it was planned from, and from nothing else. */
export function decidePass({
  snapshot,
  reading,
  quarantine = {},
  coverage,
  settings,
  approved = [],
}: Planning): Decided {
  return {
    plan: planZone({ snapshot, reading: { ...reading, quarantine }, coverage, settings, approved }),
    soa: planNegativeTtl(snapshot.marker?.withdrawn ? undefined : snapshot.soa, settings.negativeTtl),
  };
}

/** The objects of one pass as its run has kept them. */
export interface KeptPlanning {
  readonly snapshot: ZoneSnapshot;
  readonly reading: Reading;
  /** What the run decided of them then; versions before `from` was kept are of no use here. */
  readonly planned: PlanRecord & { readonly from: PlannedFrom };
  /** Definitions of its tasks, where some declarations may be read otherwise by now. */
  readonly definitions?: readonly TaskDefinition[];
}

/** One decision that this version takes otherwise than the run did: what was decided then, and what is now. */
export type Difference =
  /** What becomes of an instance at a name, in the order of the plan. */
  | Then<'instance', Disposition>
  /** Values of a name that a plan adds or removes; none: the name is rewritten as it is, with another TTL. */
  | Then<'change', ChangedName>
  /** Addresses and the marker, beside the names. */
  | Then<'beside', BesideChange>
  /** Unexplained removals that the guard holds back. */
  | Then<'held', UnexplainedRemoval>
  /** A declaration that was ignored, and is read otherwise now: published once it is healthy. */
  | Then<'declaration', Reread>;

interface Then<About extends string, What> {
  readonly about: About;
  readonly before: readonly What[];
  readonly now: readonly What[];
}

export interface ChangedName {
  readonly name: string;
  /** SRV values, word for word, in the order of the alphabet. */
  readonly created: readonly string[];
  readonly removed: readonly string[];
}

export interface BesideChange {
  readonly what: keyof PlannedBeside;
  readonly name: string;
}

export interface Replayed extends Decided {
  readonly differences: readonly Difference[];
}

/**
 * What this version's planner decides of what a run has read, and each decision that differs from the run's own. The words
 * of a detail are no decision.
 */
export function replay({ snapshot, reading, planned, definitions = [] }: KeptPlanning): Replayed {
  const approved = planned.approved?.removals ?? [];
  const decided = decidePass({ snapshot, reading, ...planned.from, approved });
  const { plan } = decided;
  const beside = besideChanges(plannedBeside(plan).beside);
  return {
    ...decided,
    differences: [
      ...compared(
        'instance',
        { before: planned.dispositions, now: plan.dispositions },
        { of: instanceOf, says: decisionOf },
      ),
      ...compared(
        'change',
        { before: changesOf(planned.names), now: changesOf(plannedNames(plan, snapshot.takenAt)) },
        {
          of: ({ name }) => name,
          says: ({ created, removed }) => [...created, '→', ...removed].join(' '),
        },
      ),
      ...compared(
        'beside',
        { before: besideChanges(planned.beside), now: beside },
        {
          of: ({ name }) => name,
          says: ({ what }) => what,
        },
      ),
      ...compared('held', { before: planned.held, now: plan.held }, { of: idOf, says: () => '' }),
      ...rereadIgnored(ignoredByAnyText(reading), definitions, planned.from.settings.naming).map((one) => ({
        about: 'declaration' as const,
        before: [],
        now: [one],
      })),
    ],
  };
}

interface Comparison<What> {
  /** Names what a decision is about. */
  readonly of: (one: What) => string;
  readonly says: (one: What) => string;
}

/** What differs, subject by subject, in the order of the first time that one is named. */
function compared<About extends Difference['about'], What>(
  about: About,
  { before, now }: Pick<Then<About, What>, 'before' | 'now'>,
  { of, says }: Comparison<What>,
): readonly Then<About, What>[] {
  const then = Map.groupBy(before, of);
  const today = Map.groupBy(now, of);
  return [...new Set([...then.keys(), ...today.keys()])].flatMap((subject) => {
    const [was, is] = [then.get(subject) ?? [], today.get(subject) ?? []];
    return sameTexts(was.map(says), is.map(says)) ? [] : [{ about, before: was, now: is }];
  });
}

const sameTexts = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.toSorted().join('\n') === other.toSorted().join('\n');

const instanceOf = ({ name, target = '', port = 0, task = '' }: Disposition) => `${name} ${target}:${port} ${task}`;

const decisionOf = (one: Disposition) =>
  `${one.outcome} ${one.reason} ${one.outcome === 'published' && one.isNew === true ? 'new' : ''}`;

const changesOf = (names: PlanRecord['names']): readonly ChangedName[] =>
  names.map(({ name, created, removed }) => ({
    name,
    created: created.map(({ value }) => value).sort(),
    removed: removed.map(({ value }) => value).sort(),
  }));

function besideChanges({ made = [], marked = [], removed = [] }: Partial<PlannedBeside> = {}): readonly BesideChange[] {
  const all = { made, marked, removed };
  return (['made', 'marked', 'removed'] as const).flatMap((what) => all[what].map((name) => ({ what, name })));
}
