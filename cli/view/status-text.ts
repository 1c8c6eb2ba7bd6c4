import { troublesOf } from '../../functions/contracts/troubles.ts';
import { shownName } from '../../functions/domain/dns/address-name.ts';
import { whyUnread } from '../../functions/domain/reading/unread.ts';
import { REASONS, reasonRow } from '../../functions/domain/words/reason.ts';
import type { Pause } from '../../functions/domain/zone/pause.ts';
import type { Deployment } from '../deployment.ts';
import type { ListedExecution } from '../state-machine.ts';
import { lateAfter, type NotKnown } from '../verdict/facts.ts';
import type { Look } from '../verdict/look.ts';
import { type Verdict, verdictLines } from '../verdict/verdict.ts';
import { heldHashOf } from './failure.ts';
import { type MarkerState, type NameStatus, pausedLine } from './status-report.ts';
import { durationText, idOf, type Paint, plural, shellWord, shortId, timeText } from './style.ts';
import { table } from './table.ts';

/** Everything that `status` says, for programs too. Times in milliseconds since the epoch. */
export interface StatusReport {
  readonly verdict: Verdict;
  /** What else holds, the worst first. */
  readonly also: readonly Verdict[];
  /** What could not be asked: the parts that it belongs to are empty, or absent. */
  readonly notKnown: readonly NotKnown[];
  readonly deployment: string;
  readonly zone: string;
  /** Whom alarms tell, where the deployment says. */
  readonly alarms?: Deployment['alarms'];
  readonly marker: MarkerState | 'not known';
  /** By order of a person: runs plan and report only. */
  readonly paused?: Pause;
  readonly fullRunAt?: number;
  readonly fullRun?: { readonly age: number; readonly late: boolean; readonly apart?: number };
  readonly held: readonly HeldLine[];
  /** What `approve` is given. */
  readonly heldHash?: string;
  readonly unread: readonly { readonly cluster: string; readonly why: string }[];
  readonly names: readonly NameStatus[];
  readonly runs: readonly ListedExecution[];
  readonly findings: readonly string[];
}

interface HeldLine {
  readonly name: string;
  readonly value: string;
  readonly why: string;
  readonly since?: number;
}

export function statusReport({ facts, verdicts, names }: Look, { id, naming, alarms }: Deployment): StatusReport {
  const { told, standing, apart, now, runs, notKnown } = facts;
  const [verdict, ...also] = verdicts.map(({ row: _, ...said }): Verdict => said);
  const { full } = told ?? {};
  if (!verdict) throw new Error('a look has no verdict');
  return {
    verdict,
    also,
    notKnown,
    deployment: id,
    zone: naming.zone,
    ...(alarms && { alarms }),
    marker: standing?.marker ?? 'not known',
    ...(facts.paused && { paused: facts.paused }),
    ...(full && {
      fullRunAt: full.endedAt,
      fullRun: {
        age: now - full.endedAt,
        late: apart !== undefined && now - full.endedAt > lateAfter(apart),
        ...(apart !== undefined && { apart }),
      },
      ...(heldHashOf(full) !== undefined && { heldHash: full.heldHash }),
    }),
    held: (full?.held ?? []).map(({ name, value }) => {
      const since = told?.heldSince.find((one) => one.name === name && one.value === value)?.since;
      return { name, value, why: 'held-guard', ...(since !== undefined && { since }) };
    }),
    unread: troublesOf(full).unread.map((one) => ({ cluster: one.cluster, why: whyUnread(one) })),
    names,
    runs: runs ?? [],
    findings: full?.findings ?? [],
  };
}

const MARKERS: Readonly<Record<StatusReport['marker'], string>> = {
  present: '',
  absent: 'the marker is not there: nothing has been published yet',
  withdrawn: `${REASONS.removed.withdrawn.sentence}; ecssd remove --undo ends that`,
  'of another deployment': 'the owner label is taken by another deployment: runs fail with OwnerTakenError',
  'not known': '',
};

const UNTOLD =
  'alarms tell nobody: deploy with alarmTopic, alarmTopicArn or alarmEmail; docs/operate.md, How alarms reach somebody';

const COLOURS = new Map<string, 'green' | 'yellow'>([
  ['SUCCEEDED', 'green'],
  ['RUNNING', 'yellow'],
]);

export function statusText(report: StatusReport, paint: Paint): readonly string[] {
  const { verdict, also, notKnown, deployment, zone, marker, findings } = report;
  const marked = MARKERS[marker];
  const warn = (line: string) => paint('yellow', `! ${line}`);
  return [
    ...verdictLines([verdict, ...also], paint),
    `${paint('bold', deployment)} publishes below ${paint('bold', zone)}`,
    ...notKnown.map(({ what, why }) => warn(`not known: ${what}: ${why}`)),
    ...(report.paused ? [warn(pausedLine(report.paused))] : []),
    ...(marked === '' ? [] : [warn(marked)]),
    ...(report.alarms === 'nobody' ? [warn(UNTOLD)] : []),
    ...findings.map(warn),
    ...(notKnown.some(({ what }) => what === OUTCOMES) ? [] : [fullRunText(report, paint)]),
    ...heldLines(report, paint),
    ...unreadLines(report, paint),
    '',
    ...report.names.flatMap((name) => [...nameLines(name, paint), '']),
    paint('bold', 'last runs'),
    ...table(
      report.runs.map(({ name, status, startedAt, endedAt }) => [
        `  ${paint('dim', timeText(startedAt))}`,
        paint(COLOURS.get(status) ?? 'red', status),
        endedAt === undefined ? '' : `${((endedAt - startedAt) / 1_000).toFixed(1)} s`,
        paint('dim', name),
      ]),
    ),
  ];
}

/** What `look` calls the outcomes. */
const OUTCOMES = 'what runs have kept';

function fullRunText({ fullRunAt, fullRun }: StatusReport, paint: Paint): string {
  if (fullRunAt === undefined || !fullRun) return paint('yellow', '! no full run: reasons are not known');
  const { age, late, apart } = fullRun;
  const due = apart === undefined ? '' : `; one every ${durationText(apart)}${late ? ', so it is late' : ''}`;
  const line = `last full run: ${timeText(fullRunAt)} UTC, ${durationText(age)} ago${due}`;
  return late ? paint('yellow', `! ${line}`) : line;
}

/** Held removals and clusters that are shown one by one; `--json` has all. */
const SHOWN = 20;
const more = (count: number) => (count > SHOWN ? [`  … and ${count - SHOWN} more, see --json`] : []);

function heldLines({ held, heldHash }: StatusReport, paint: Paint): readonly string[] {
  if (held.length === 0) return [];
  const approving = heldHash === undefined ? '' : `; if they are really gone: ecssd approve ${heldHash}`;
  return [
    '',
    paint('bold', `held removals${heldHash === undefined ? '' : ` ${heldHash}`}`),
    `  ${REASONS.published['held-guard'].sentence}${approving}`,
    ...table(
      held
        .slice(0, SHOWN)
        .map(({ name, value, why, since }) => [
          `  ${shownName(name)}`,
          value,
          paint('yellow', why),
          since === undefined ? '' : paint('dim', `since ${timeText(since)}`),
        ]),
    ),
    ...more(held.length),
  ];
}

function unreadLines({ unread }: StatusReport, paint: Paint): readonly string[] {
  if (unread.length === 0) return [];
  return [
    '',
    paint('bold', `${plural(unread.length, 'cluster')} not read`),
    ...table(unread.slice(0, SHOWN).map(({ cluster, why }) => [`  ${idOf(cluster)}`, paint('yellow', why)])),
    ...more(unread.length),
  ];
}

function nameLines({ name, instances, others, leftOut }: NameStatus, paint: Paint): readonly string[] {
  const left = Object.entries(leftOut).map(([reason, count]) => `${count} ${reason}`);
  const beside = others > 0 ? `, ${plural(others, 'value')} of others` : '';
  return [
    `${paint('bold', shownName(name))} ${plural(instances.length, 'instance')}${beside}`,
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
