import { type Naming, ownerSubtree } from '../dns/ownership.ts';
import { type RecordSet, type Value, valueText } from '../dns/record-set.ts';
import { printable } from '../words/text.ts';
import { type Change, type ChangeUnit, exchange } from './change.ts';
import { type Pause, parsePause, pauseText } from './pause.ts';

export const MARKER_TTL = 300;

/** Who holds an owner label, as its TXT marker says. */
export interface Marker {
  /** `<account>/<region>/<deployment id>` */
  readonly deployment: string;
  /** By order of a person its runs want nothing, and take back everything of theirs. */
  readonly withdrawn?: true;
  /** By order of a person its runs plan and report only. */
  readonly paused?: Pause;
}

/**
 * Reads `"ecs-service-discovery-dns deployment=<id>"`, and after it `withdrawn`, or the text of a pause, which stands beside
 * it (`pause.ts`); undefined for any other text.
 */
function parseMarker(value: Value): Marker | undefined {
  const [, deployment, withdrawn] =
    /^"ecs-service-discovery-dns deployment=([^" ]+)( withdrawn)?"$/.exec(valueText(value).trim()) ?? [];
  if (deployment !== undefined) return { deployment, ...(withdrawn && { withdrawn: true as const }) };
  const paused = parsePause(value);
  return paused && { deployment: paused.deployment, paused: paused.pause };
}

/** The markers among the texts of a TXT record set, each deployment's once; what one of its texts says counts. */
export function readMarkers({ type, values }: RecordSet): readonly Marker[] {
  if (type !== 'TXT') return [];
  const found = values.map(parseMarker).filter((marker) => marker !== undefined);
  return [...Map.groupBy(found, ({ deployment }) => deployment)].map(([deployment, all]) => {
    const paused = all.find((one) => one.paused)?.paused;
    const withdrawn = all.some((one) => one.withdrawn);
    return { deployment, ...(withdrawn && { withdrawn: true as const }), ...(paused && { paused }) };
  });
}

/** Who holds an owner label, as the TXT record sets at it say. */
export type Holder =
  | { readonly state: 'nobody' }
  | { readonly state: 'ours'; readonly marker: Marker }
  | { readonly state: 'taken'; readonly by: string };

/**
 * | at the label stands                                  | the label is held by |
 * | ---------------------------------------------------- | -------------------- |
 * | no TXT record set                                    | nobody               |
 * | a marker of this deployment, texts of others beside it | ours               |
 * | a marker of another deployment, ours beside it or not | that one            |
 * | texts without a marker                               | whoever wrote them   |
 *
 * The text of a pause counts as a marker of its deployment.
 *
 * @param sets at the label, or the whole zone
 * @param deployment `<account>/<region>/<deployment id>`
 */
export function holderOf(sets: readonly RecordSet[], naming: Naming, deployment: string): Holder {
  const texts = markerSets(sets, naming);
  if (texts.length === 0) return { state: 'nobody' };
  const markers = texts.flatMap(readMarkers);
  const other = markers.find((one) => one.deployment !== deployment);
  if (other) return { state: 'taken', by: `deployment "${other.deployment}"` };
  const [own] = markers;
  if (own) return { state: 'ours', marker: own };
  const values = texts.flatMap((set) => set.values.map(valueText)).join(' ');
  return { state: 'taken', by: `a TXT record set of another kind (${printable(values, 80)})` };
}

/** The TXT record sets at an owner label. */
export const markerSets = (sets: readonly RecordSet[], naming: Naming): readonly RecordSet[] =>
  sets.filter(({ type, ownerName }) => type === 'TXT' && ownerName === ownerSubtree(naming));

/** The marker of a deployment: created with its first batch, it names who holds the owner label (design, section 3). */
export function markerUnit(naming: Naming, marker: Marker): ChangeUnit {
  return { name: ownerSubtree(naming), kind: 'marker', changes: exchange([], [markerSet(naming, marker)]), needs: [] };
}

export const markerSet = (naming: Naming, marker: Marker): RecordSet =>
  textSet(naming, markerTexts(marker), MARKER_TTL);

const textSet = (naming: Naming, values: readonly Value[], ttl: number): RecordSet => ({
  ownerName: ownerSubtree(naming),
  type: 'TXT',
  ttl,
  values,
  policy: 'simple',
});

const markerTexts = ({ deployment, withdrawn, paused }: Marker): readonly string[] => [
  `"ecs-service-discovery-dns deployment=${deployment}${withdrawn ? ' withdrawn' : ''}"`,
  ...(paused ? [pauseText(deployment, paused)] : []),
];

/**
 * Writes, or takes away, the marker of a deployment in the TXT record set that was read; other texts stay as they are, and
 * their TTL with them.
 *
 * @param found the simple TXT set at the label
 * @param deployment whose marker goes; undefined: every deployment's
 * @param marker what is to stand there instead; undefined: nothing
 */
export function remark(
  found: RecordSet | undefined,
  naming: Naming,
  { deployment, marker }: { readonly deployment?: string; readonly marker?: Marker },
): readonly Change[] {
  const isOurs = (value: Value) => {
    const found = parseMarker(value);
    return found !== undefined && (deployment === undefined || found.deployment === deployment);
  };
  const theirs = found?.values.filter((value) => !isOurs(value)) ?? [];
  const ours = marker ? markerTexts(marker) : [];
  const standing = found?.values.filter(isOurs) ?? [];
  if (standing.toSorted().join() === ours.toSorted().join()) return [];
  const ttl = theirs.length > 0 && found ? found.ttl : MARKER_TTL;
  const values = [...theirs, ...ours];
  return exchange(found ? [found] : [], values.length > 0 ? [textSet(naming, values, ttl)] : []);
}
