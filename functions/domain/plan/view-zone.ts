import type { Naming } from '../dns/naming.ts';
import { suspectProber } from '../health/policy.ts';
import type { NameView } from '../judging/judgement.ts';
import { countPublishedProbes } from '../judging/published-probes.ts';
import type { Coverage, Reading, ZoneSnapshot } from '../reading/reading.ts';
import { claimsName } from '../words/reason.ts';
import { takenTargets } from '../zone/addresses.ts';
import { eachOnce, type OurValue, ourValues } from '../zone/routing.ts';
import { addressView } from './address-units.ts';
import type { PlanInput } from './plan.ts';
import type { Aside } from './set-aside.ts';

/** What a plan looks at: each name that it covers, what stands there of ours, and what may not be changed for now. */
export interface ZoneView {
  readonly names: readonly NameView[];
  /** Values of ours as they were read, by owner name. */
  readonly oursAt: ReadonlyMap<string, readonly OurValue[]>;
  /** How many these are. */
  readonly ours: number;
  readonly proberSuspected: boolean;
  readonly aside: Aside;
}

export function viewZone({ snapshot, reading, coverage, settings }: PlanInput): ZoneView {
  const { naming } = settings;
  const names = nameViews({ snapshot, reading, coverage }, naming);
  const oursAt = new Map(
    names.map(({ name, sets }) => [name, eachOnce(sets.flatMap((set) => ourValues(set, naming)))] as const),
  );
  return {
    names,
    oursAt,
    ours: [...oursAt.values()].reduce((sum, values) => sum + values.length, 0),
    proberSuspected: coverage.kind === 'full' && suspectProber(countPublishedProbes(reading, oursAt)),
    aside: {
      naming,
      now: reading.now,
      quarantine: reading.quarantine ?? {},
      written: new Map(reading.hints.flatMap(({ name, written }) => (written ? [[name, written] as const] : []))),
      retry: coverage.kind === 'full' && coverage.retry === true,
      taken: takenTargets(addressView(snapshot, reading, naming)),
      unmarked: !snapshot.marker,
    },
  };
}

interface Looked {
  readonly snapshot: ZoneSnapshot;
  readonly reading: Reading;
  readonly coverage: Coverage;
}

/** The names that a plan covers, in order, each with what stands there and who claims it. */
function nameViews({ snapshot, reading, coverage }: Looked, naming: Naming): readonly NameView[] {
  const sets = Map.groupBy(snapshot.recordSets, ({ ownerName }) => ownerName);
  const claimed = reading.judged.filter(({ candidate }) => claimsName(candidate));
  const candidates = Map.groupBy(claimed, ({ candidate }) => candidate.name);
  const hints = new Map(reading.hints.map((hint) => [hint.name, hint]));
  const published = snapshot.recordSets
    .filter((set) => ourValues(set, naming).length > 0)
    .map(({ ownerName }) => ownerName);
  const names = coverage.kind === 'event' ? coverage.names : [...published, ...candidates.keys()];
  return [...new Set(names)].sort().map((name) => ({
    name,
    sets: (sets.get(name) ?? []).sort(byIdentity),
    candidates: candidates.get(name) ?? [],
    hints: hints.get(name) ?? { name, values: {} },
  }));
}

const identityOf = ({ type, setIdentifier = '' }: NameView['sets'][number]) => `${type} ${setIdentifier}`;
const byIdentity = (one: NameView['sets'][number], other: NameView['sets'][number]) =>
  identityOf(one) < identityOf(other) ? -1 : 1;
