import { shownEndpoint, shownName } from '../../functions/domain/dns/address-name.ts';
import type { UnexplainedRemoval } from '../../functions/domain/reading/held.ts';
import type { PlanRecord } from '../../functions/domain/telling/plan-record.ts';
import { countReasons, isChange } from '../../functions/domain/telling/summary.ts';
import { readable } from '../../functions/domain/words/readable.ts';
import type { Disposition, PublishedReason } from '../../functions/domain/words/reason.ts';
import { printable, printableTexts } from '../../functions/domain/words/text.ts';
import { type Paint, plural, shortId } from './style.ts';
import { markdownTable, markdownText, table } from './table.ts';

/** One difference between the zone and what is wanted. */
export interface ChangeRow {
  readonly change: 'add' | 'remove' | 'rewrite' | 'held';
  readonly name: string;
  /** `<target>:<port>`, the SRV value of what is held; empty for a rewritten record set. */
  readonly endpoint: string;
  readonly why: string;
  readonly task?: string;
  readonly detail?: string;
}

/** What a plan, or a run, changes and why. */
export interface PlanReport {
  readonly execution: string;
  readonly changes: readonly ChangeRow[];
  /** Names the held removals for `approve`. */
  readonly approve?: string;
  readonly published: number;
  readonly leftOut: Readonly<Record<string, number>>;
  readonly findings: readonly string[];
}

export function planReport(execution: string, record: PlanRecord): PlanReport {
  const plan = printableTexts(record);
  const rewritten = plan.names.filter(({ created, removed }) => created.length + removed.length === 0);
  return {
    execution,
    changes: [
      ...plan.dispositions.filter(isChange).map(changeRow),
      ...rewritten.map(({ name }): ChangeRow => {
        const shown = shownName(name);
        return {
          change: 'rewrite',
          name: shown,
          endpoint: '',
          why: shown === name ? 'time to live' : 'its alias, or time to live',
        };
      }),
      ...besideRows(plan),
      ...plan.held.map(heldRow),
    ],
    ...(plan.heldHash !== undefined && { approve: plan.heldHash }),
    published: plan.dispositions.filter(({ outcome }) => outcome === 'published').length,
    leftOut: countReasons(plan.dispositions.filter(({ outcome }) => outcome === 'left-out')),
    findings: plan.findings,
  };
}

/** Addresses and the marker: they serve the names, so they have no reason of their own. */
export function besideRows({ beside }: Pick<PlanRecord, 'beside'>): readonly ChangeRow[] {
  const { made = [], marked = [], removed = [] } = beside ?? {};
  const row = (change: ChangeRow['change'], name: string): ChangeRow => ({
    change,
    name,
    endpoint: '',
    why: name.startsWith('ip-') ? 'address of a host' : 'marker of the deployment',
  });
  return [
    ...made.map((name) => row('add', name)),
    ...marked.map((name): ChangeRow => ({ ...row('rewrite', name), why: 'address that nothing needs: marked' })),
    ...removed.map((name) => row('remove', name)),
  ];
}

export function changeRow(disposition: Disposition): ChangeRow {
  const { outcome, name, target, port, reason, task, detail } = readable(disposition);
  return {
    change: outcome === 'removed' ? 'remove' : 'add',
    name: shownName(name),
    endpoint: target === undefined ? '' : shownEndpoint({ target, port }),
    why: reason,
    ...(task !== undefined && { task }),
    ...(detail !== undefined && { detail }),
  };
}

export const heldRow = ({ name, value }: Pick<UnexplainedRemoval, 'name' | 'value'>): ChangeRow => ({
  change: 'held',
  name: printable(shownName(name)),
  endpoint: printable(value),
  why: 'held-guard' satisfies PublishedReason,
});

export const SIGNS = { add: '+', remove: '-', rewrite: '~', held: '!' } as const;
const COLOURS = { add: 'green', remove: 'red', rewrite: 'yellow', held: 'yellow' } as const;
const HEAD = ['', 'name', 'endpoint', 'why', 'task', 'detail'];

const cells = ({ change, name, endpoint, why, task, detail = '' }: ChangeRow) => [
  SIGNS[change],
  name,
  endpoint,
  why,
  task === undefined ? '' : shortId(task),
  detail,
];

export function changeLines(changes: readonly ChangeRow[], paint: Paint): readonly string[] {
  return table(changes.map(cells)).map((line, index) => paint(COLOURS[changes[index]?.change ?? 'add'], line));
}

/** The report for a terminal. */
export function planText(report: PlanReport, paint: Paint): readonly string[] {
  return [
    ...changeLines(report.changes, paint),
    paint('bold', totals(report)),
    ...leftOutLines(report),
    ...report.findings.map((finding) => paint('yellow', `! ${finding}`)),
    ...approveLines(report),
  ];
}

/** The report for a pull request or an issue. */
export function planMarkdown(report: PlanReport): readonly string[] {
  return [
    `**${totals(report)}** (\`${report.execution}\`)`,
    '',
    ...(report.changes.length > 0 ? [...markdownTable(HEAD, report.changes.map(cells)), ''] : []),
    ...leftOutLines(report),
    ...report.findings.map((finding) => `* ${markdownText(finding)}`),
    ...approveLines(report),
  ];
}

function totals({ changes, published }: PlanReport): string {
  const of = (kind: ChangeRow['change']) => changes.filter(({ change }) => change === kind).length;
  if (changes.length === 0) return `no changes; ${plural(published, 'value')} published`;
  const parts = [
    `${of('add')} to add`,
    `${of('remove')} to remove`,
    ...(of('rewrite') > 0 ? [`${of('rewrite')} to rewrite`] : []),
    ...(of('held') > 0 ? [`${of('held')} held`] : []),
  ];
  return `${parts.join(', ')}; then ${plural(published, 'value')} published`;
}

function leftOutLines({ leftOut }: PlanReport): readonly string[] {
  const counted = Object.entries(leftOut).map(([reason, count]) => `${count} ${reason}`);
  return counted.length > 0 ? [`left out: ${counted.join(', ')}`] : [];
}

const approveLines = ({ approve }: PlanReport) =>
  approve === undefined ? [] : [`if what is held is really gone: ecssd approve ${approve}`];
