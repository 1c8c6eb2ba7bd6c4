import { shownEndpoint } from '../../functions/domain/dns/address-name.ts';
import { isOurValue, type Naming } from '../../functions/domain/dns/ownership.ts';
import type { RecordSet } from '../../functions/domain/dns/record-set.ts';
import { countReasons } from '../../functions/domain/telling/summary.ts';
import type { Disposition } from '../../functions/domain/words/reason.ts';
import { printable } from '../../functions/domain/words/text.ts';
import { holderOf } from '../../functions/domain/zone/marker.ts';
import { type Pause, pauseSentence } from '../../functions/domain/zone/pause.ts';
import { eachOnce, isInstanceSet, type OurValue, ourValues } from '../../functions/domain/zone/routing.ts';
import type { ChangeRow } from './plan-report.ts';

/** One value of ours as it stands in the zone; `why` is `not in a run yet` where no run has spoken of it. */
type Instance = Omit<ChangeRow, 'change' | 'name'>;

export interface NameStatus {
  readonly name: string;
  readonly instances: readonly Instance[];
  /** Values in the same record set that are not ours. */
  readonly others: number;
  /** Declared and not published, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

export type MarkerState = 'present' | 'withdrawn' | 'absent' | 'of another deployment';

interface Seen {
  readonly recordSets: readonly RecordSet[];
  readonly dispositions: readonly Disposition[];
}

/** Names with what stands there, joined with what the last runs said; names that only wait to be published too. */
export function nameStatuses({ recordSets, dispositions }: Seen, naming: Naming): readonly NameStatus[] {
  const sets = Map.groupBy(
    recordSets.filter((set) => isInstanceSet(set, naming)),
    ({ ownerName }) => ownerName,
  );
  const said = new Map(dispositions.map((one) => [`${one.name} ${one.target}:${one.port}`, one]));
  const left = Map.groupBy(
    dispositions.filter(({ outcome }) => outcome === 'left-out'),
    ({ name }) => name,
  );
  const published = [...sets].flatMap(([ownerName, standing]): NameStatus[] => {
    const ours = eachOnce(standing.flatMap((set) => ourValues(set, naming)));
    if (ours.length === 0) return [];
    const instances = ours.map((one) => instanceOf(one, said.get(`${ownerName} ${one.key}`)));
    const others = standing.flatMap((set) => set.values.filter((value) => !isOurValue(value, naming))).length;
    return [{ name: ownerName, instances, others, leftOut: countReasons(left.get(ownerName) ?? []) }];
  });
  const standing = new Set(published.map(({ name }) => name));
  const waiting = [...left.keys()]
    .filter((name) => !standing.has(name))
    .map((name) => ({ name, instances: [], others: 0, leftOut: countReasons(left.get(name) ?? []) }));
  return [...published, ...waiting].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function instanceOf({ key, value }: OurValue, said: Disposition | undefined): Instance {
  const endpoint = printable(value.port === 0 ? shownEndpoint(value) : key);
  if (said?.outcome !== 'published') return { endpoint, why: 'not in a run yet' };
  const { reason, task, detail } = said;
  return { endpoint, why: reason, ...(task !== undefined && { task }), ...(detail !== undefined && { detail }) };
}

export function markerState(
  recordSets: readonly RecordSet[],
  { id, naming }: { readonly id: string; readonly naming: Naming },
): MarkerState {
  const holder = holderOf(recordSets, naming, id);
  if (holder.state === 'nobody') return 'absent';
  if (holder.state === 'taken') return 'of another deployment';
  return holder.marker.withdrawn ? 'withdrawn' : 'present';
}

/** The pause of a deployment, as the texts at its owner label say; undefined where it is not paused. */
export function pauseOf(
  recordSets: readonly RecordSet[],
  { id, naming }: { readonly id: string; readonly naming: Naming },
): Pause | undefined {
  const holder = holderOf(recordSets, naming, id);
  return holder.state === 'ours' ? holder.marker.paused : undefined;
}

/** For people: that it is paused, and what ends that. */
export const pausedLine = (paused: Pause): string =>
  `${pauseSentence(paused)}: runs plan and report only; ecssd resume ends that`;
