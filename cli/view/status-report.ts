import { isOurValue, type Naming } from '../../functions/domain/dns/ownership.ts';
import type { RecordSet } from '../../functions/domain/dns/record-set.ts';
import { countReasons } from '../../functions/domain/telling/summary.ts';
import { type Disposition, reasonRow } from '../../functions/domain/words/reason.ts';
import { printable } from '../../functions/domain/words/text.ts';
import { holderOf } from '../../functions/domain/zone/marker.ts';
import { type Pause, pauseSentence } from '../../functions/domain/zone/pause.ts';
import { eachOnce, ourValues } from '../../functions/domain/zone/routing.ts';
import type { Deployment } from '../deployment.ts';
import type { ListedExecution } from '../state-machine.ts';
import type { ChangeRow } from './plan-report.ts';
import { type Paint, plural, shellWord, shortId, timeText } from './style.ts';
import { table } from './table.ts';

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

export interface StatusReport {
  readonly deployment: string;
  readonly zone: string;
  readonly alarms?: Deployment['alarms'];
  readonly marker: 'present' | 'withdrawn' | 'absent' | 'of another deployment';
  /** By order of a person: runs plan and report only. */
  readonly paused?: Pause;
  readonly fullRunAt?: number;
  readonly names: readonly NameStatus[];
  readonly runs: readonly ListedExecution[];
  readonly findings: readonly string[];
}

interface Seen {
  readonly recordSets: readonly RecordSet[];
  readonly dispositions: readonly Disposition[];
}

/** Names with what stands there, joined with what the last runs said; names that only wait to be published too. */
export function nameStatuses({ recordSets, dispositions }: Seen, naming: Naming): readonly NameStatus[] {
  const sets = Map.groupBy(
    recordSets.filter(({ type }) => type === 'SRV'),
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
    const instances = ours.map(({ key }) => instanceOf(key, said.get(`${ownerName} ${key}`)));
    const others = standing.flatMap((set) => set.values.filter((value) => !isOurValue(value, naming))).length;
    return [{ name: ownerName, instances, others, leftOut: countReasons(left.get(ownerName) ?? []) }];
  });
  const standing = new Set(published.map(({ name }) => name));
  const waiting = [...left.keys()]
    .filter((name) => !standing.has(name))
    .map((name) => ({ name, instances: [], others: 0, leftOut: countReasons(left.get(name) ?? []) }));
  return [...published, ...waiting].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function instanceOf(key: string, said: Disposition | undefined): Instance {
  const endpoint = printable(key);
  if (said?.outcome !== 'published') return { endpoint, why: 'not in a run yet' };
  const { reason, task, detail } = said;
  return { endpoint, why: reason, ...(task !== undefined && { task }), ...(detail !== undefined && { detail }) };
}

export function markerState(
  recordSets: readonly RecordSet[],
  { id, naming }: { readonly id: string; readonly naming: Naming },
): StatusReport['marker'] {
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

const MARKERS: Readonly<Record<StatusReport['marker'], string>> = {
  present: '',
  absent: 'nothing has been published yet: the marker is not there',
  withdrawn: 'withdrawn: runs want nothing; ecssd remove --undo ends that',
  'of another deployment': 'the owner label is taken by another deployment: runs fail with OwnerTakenError',
};

const UNTOLD =
  'alarms tell nobody: deploy with alarmTopic, alarmTopicArn or alarmEmail; docs/operate.md, How alarms reach somebody';

const COLOURS = new Map<string, 'green' | 'yellow'>([
  ['SUCCEEDED', 'green'],
  ['RUNNING', 'yellow'],
]);

export function statusText(report: StatusReport, paint: Paint): readonly string[] {
  const { deployment, zone, alarms, marker, paused, fullRunAt, names, runs, findings } = report;
  const marked = MARKERS[marker];
  return [
    `${paint('bold', deployment)} publishes below ${paint('bold', zone)}`,
    ...(paused ? [paint('yellow', `! ${pausedLine(paused)}`)] : []),
    ...(marked === '' ? [] : [paint('yellow', `! ${marked}`)]),
    ...(alarms === 'nobody' ? [paint('yellow', `! ${UNTOLD}`)] : []),
    ...findings.map((finding) => paint('yellow', `! ${finding}`)),
    fullRunAt === undefined
      ? paint('yellow', '! no full run in two days: reasons are not known')
      : `last full run: ${timeText(fullRunAt)} UTC`,
    '',
    ...names.flatMap((name) => [...nameLines(name, paint), '']),
    paint('bold', 'last runs'),
    ...table(
      runs.map(({ name, status, startedAt, endedAt }) => [
        `  ${paint('dim', timeText(startedAt))}`,
        paint(COLOURS.get(status) ?? 'red', status),
        endedAt === undefined ? '' : `${((endedAt - startedAt) / 1_000).toFixed(1)} s`,
        paint('dim', name),
      ]),
    ),
  ];
}

function nameLines({ name, instances, others, leftOut }: NameStatus, paint: Paint): readonly string[] {
  const left = Object.entries(leftOut).map(([reason, count]) => `${count} ${reason}`);
  const beside = others > 0 ? `, ${plural(others, 'value')} of others` : '';
  return [
    `${paint('bold', name)} ${plural(instances.length, 'instance')}${beside}`,
    ...table(
      instances.map(({ endpoint, why, task, detail = '' }) => [
        `  ${endpoint}`,
        paint(reasonRow('published', why)?.holds === false ? 'green' : 'yellow', why),
        task === undefined ? '' : paint('dim', shortId(task)),
        detail,
      ]),
    ),
    ...(left.length > 0
      ? [paint('yellow', `  left out: ${left.join(', ')}; ecssd explain ${shellWord(name)} says why`)]
      : []),
  ];
}
