import { printable } from '../../functions/domain/words/text.ts';
import type { ListedRun } from '../source.ts';
import type { RunRow, RunStatus } from '../views.ts';
import type { Brief } from './brief.ts';
import { lastOf } from './texts.ts';

const STATUS: Readonly<Record<string, RunStatus>> = {
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timed-out',
  ABORTED: 'aborted',
};

export const runStatus = (status: string): RunStatus =>
  Object.hasOwn(STATUS, status) ? (STATUS[status] ?? 'failed') : 'failed';

const MOST_NAME = 80;

/** What a run was started by, as its name says it: of those under way no outcome does. */
function triggerIn(name: string): string | undefined {
  if (name.startsWith('events-')) return 'events';
  return name.startsWith('ecssd-') ? 'manual' : undefined;
}

/** A row for each execution, the newest first, with what its outcome says. */
export function runRows(runs: readonly ListedRun[], briefs: readonly Brief[]): readonly RunRow[] {
  const kept = new Map(briefs.map((one) => [one.execution, one]));
  const once = [...new Map(runs.map((one) => [one.name, one])).values()];
  return once.map((run) => runRow(run, kept.get(run.name)));
}

export function runRow({ name, status, startedAt, endedAt }: ListedRun, brief: Brief | undefined): RunRow {
  const trigger = brief?.trigger ?? triggerIn(name);
  const shifted = (brief?.deployments ?? []).flatMap(({ service, moved }) =>
    moved ? [`${lastOf(service)} to ${moved.direction === 'forward' ? 'green' : 'blue'}`] : [],
  );
  return {
    execution: printable(name, MOST_NAME),
    startedAt,
    ...(endedAt !== undefined && { endedAt: Math.max(startedAt, endedAt) }),
    status: runStatus(status),
    ...(trigger !== undefined && { trigger }),
    ...(brief?.dryRun && { dryRun: true }),
    ...(brief?.paused && { paused: true }),
    ...(brief && { ended: brief.ended, published: brief.published, removed: brief.removed, held: brief.held }),
    ...(shifted.length > 0 && { shifted }),
    ...(brief && brief.error !== '' && { error: brief.error }),
  };
}
