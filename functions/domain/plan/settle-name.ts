import { isOurValue, type Naming } from '../dns/naming.ts';
import type { RecordSet } from '../dns/record-set.ts';
import { parseSrv } from '../dns/srv.ts';
import type { EndpointKey } from '../ecs/endpoint.ts';
import { fitRecordSet } from './capacity.ts';
import type { Change } from './change.ts';
import { decide } from './decide.ts';
import type { Kept, Leaving, NameJudgement } from './judge-name.ts';
import type { Disposition } from './reason.ts';

/** The end of planning for one name: what changes, and why everything is as it is. */
export interface NamePlan {
  readonly name: string;
  readonly changes: readonly Change[];
  /** Everything of ours that stands at the name when the plan is applied. */
  readonly keep: readonly Kept[];
  readonly leave: readonly Leaving[];
  readonly dispositions: readonly Disposition[];
}

export interface SettleSettings {
  readonly naming: Naming;
  /** TTL of our SRV record sets, in seconds. */
  readonly recordTtl: number;
  readonly kind: 'full' | 'event';
}

/** Fits a judged name into its record set and decides the change; `heldKeys` are removals that the guard holds back. */
export function settleName(
  judgement: NameJudgement,
  heldKeys: ReadonlySet<EndpointKey>,
  { naming, recordTtl, kind }: SettleSettings,
): NamePlan {
  const { name, current } = judgement;
  const held = judgement.leave.filter(({ key, reason }) => reason === 'unexplained' && heldKeys.has(key));
  const standing: readonly Kept[] = [
    ...judgement.keep.filter(({ isNew }) => !isNew),
    ...held.map((leaving): Kept => ({ ...leaving, reason: 'held-guard', isNew: false })),
  ];
  const entering = judgement.keep.filter(({ isNew }) => isNew);
  const theirs = current?.values.filter((value) => !isOurValue(value, naming)) ?? [];

  // What is only held is not up for choice (L1), and an event run removes only what has stopped.
  const [fixed, chosen] = partition(standing, ({ candidate }) => kind === 'event' || candidate === undefined);
  const occupied = [...theirs, ...fixed.map(({ value }) => value)];
  const { fits, over } = fitRecordSet([...chosen, ...entering], {
    values: occupied.length,
    characters: occupied.reduce((sum, value) => sum + value.length, 0),
  });

  const keep = [...fixed, ...fits];
  const dropped = over.filter(({ isNew }) => !isNew).map((kept): Leaving => ({ ...kept, reason: 'over-capacity' }));
  const leave = [...judgement.leave.filter((leaving) => !held.includes(leaving)), ...dropped];
  const wanted = wantedSet(name, keep, recordTtl);
  return {
    name,
    changes: changesOf(decide(wanted, current, (value) => isOurValue(value, naming))),
    keep,
    leave,
    dispositions: [
      ...keep.map((kept) => published(name, kept)),
      ...leave.map((leaving) => removed(name, leaving)),
      ...over.flatMap(({ candidate, isNew }) =>
        isNew && candidate ? [leftOut({ candidate, reason: 'over-capacity' as const })] : [],
      ),
      ...judgement.leftOut.map(leftOut),
    ],
  };
}

function partition<T>(all: readonly T[], belongs: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))];
}

function wantedSet(ownerName: string, keep: readonly Kept[], ttl: number): RecordSet {
  const values = [...new Set(keep.map(({ value }) => value))];
  return { ownerName, type: 'SRV', ttl, values, policy: 'simple' };
}

function changesOf(decision: ReturnType<typeof decide>): readonly Change[] {
  switch (decision.action) {
    case 'keep':
      return [];
    case 'create':
      return [{ action: 'CREATE', recordSet: decision.desired }];
    case 'delete':
      return [{ action: 'DELETE', recordSet: decision.current }];
    case 'replace':
      return [
        { action: 'DELETE', recordSet: decision.current },
        { action: 'CREATE', recordSet: decision.desired },
      ];
  }
}

function published(name: string, { value, reason, isNew, candidate, hint, detail }: Kept): Disposition {
  return {
    outcome: 'published',
    reason,
    ...(isNew && { isNew }),
    ...at(name, value),
    ...who(candidate ?? hint, detail),
  };
}

function removed(name: string, { value, reason, candidate, hint, detail }: Leaving): Disposition {
  return { outcome: 'removed', reason, ...at(name, value), ...who(hint ?? candidate, detail) };
}

function leftOut({ candidate, reason, detail }: NameJudgement['leftOut'][number]): Disposition {
  const { endpoint, containerPort } = candidate;
  const where = endpoint
    ? { target: endpoint.target, port: endpoint.port }
    : containerPort !== undefined
      ? { port: containerPort }
      : {};
  return { outcome: 'left-out', reason, name: candidate.name, ...where, ...who(candidate, detail) };
}

function at(name: string, value: string) {
  const srv = parseSrv(value);
  return srv ? { name, target: srv.target, port: srv.port } : { name };
}

const who = (instance: { readonly task: string } | undefined, detail: string | undefined) => ({
  ...(instance && { task: instance.task }),
  ...(detail !== undefined && { detail }),
});

/** The disposition of a candidate that belongs to no name of the zone: an invalid or a reserved one. */
export const leaveOut = leftOut;
