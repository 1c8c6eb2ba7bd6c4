import { unreadIn } from '../reading/reading.ts';
import type { Disposition } from '../words/reason.ts';
import { MAX_FINDING, printable } from '../words/text.ts';
import type { PlanRecord } from './plan-record.ts';

/** Lines that the console shows of the changes of one plan. */
const SHOWN = 15;

export interface Summary {
  readonly published: Record<string, number>;
  readonly removed: Record<string, number>;
  readonly leftOut: Record<string, number>;
  /** One line a change: `+ _calc._tcp.shop.internal. ip-10-0-1-23.ecs.shop.internal.:32768 healthy (task 0a1b2c)`. */
  readonly changes: string[];
  readonly more: number;
  readonly findings: string[];
  /** What the run did not see; absent where it saw everything that it was about. */
  readonly unseen?: Unseen;
  /** Names whose changes wait for another run, since there were more than this one could send; absent where none do. */
  readonly waiting?: number;
}

export interface Unseen {
  /** Clusters that could not be read, or were more than the run had room for. */
  readonly clusters: number;
  /** Tasks that are published and that nobody has looked at: their values stand as they were. */
  readonly tasks: number;
}

/** What the console shows at a glance of a plan or an outcome: counts by reason, and the first changes. */
export function summarize(told: Told): Summary {
  const { dispositions, findings, waiting = 0 } = told;
  const unseen = unseenIn(told);
  const of = (outcome: Disposition['outcome']) => dispositions.filter((disposition) => disposition.outcome === outcome);
  const changes = dispositions.filter(isChange);
  return {
    published: countReasons(of('published')),
    removed: countReasons(of('removed')),
    leftOut: countReasons(of('left-out')),
    changes: changes.slice(0, SHOWN).map(lineOf),
    more: Math.max(0, changes.length - SHOWN),
    findings: findings.slice(0, 10).map((finding) => printable(finding.slice(0, MAX_FINDING), MAX_FINDING)),
    ...(unseen && { unseen }),
    ...(waiting > 0 && { waiting }),
  };
}

type Told = Pick<PlanRecord, 'dispositions' | 'findings'> &
  Partial<Pick<PlanRecord, 'clusters'>> &
  Pick<Summary, 'waiting'>;

/** Undefined where everything was seen. Runs that are in sync say so of what they saw, and this says what they did not. */
function unseenIn({ dispositions, clusters = {} }: Omit<Told, 'findings'>): Unseen | undefined {
  // A person who names clusters leaves out all others, however many there are.
  const unread = unreadIn(clusters).filter((one) => one !== 'all others').length;
  const held = dispositions.flatMap(({ reason, task }) =>
    reason === 'held-unread' && task !== undefined ? [task] : [],
  );
  return unread + held.length > 0 ? { clusters: unread, tasks: new Set(held).size } : undefined;
}

/** Whether a disposition is a difference: a value that comes or goes. */
export const isChange = (disposition: Disposition) =>
  disposition.outcome === 'removed' || (disposition.outcome === 'published' && disposition.isNew === true);

/** One change as people read it. */
export function lineOf({ outcome, reason, name, target, port, task }: Disposition): string {
  const sign = outcome === 'removed' ? '-' : outcome === 'published' ? '+' : '!';
  const whose = task === undefined ? '' : ` (task ${task.split('/').at(-1)})`;
  return `${sign} ${name} ${target ?? ''}:${port ?? ''} ${reason}${whose}`;
}

/** How many of them have each reason, in the order of their first. */
export function countReasons(dispositions: readonly Disposition[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(dispositions, ({ reason }) => reason)].map(([reason, all]) => [reason, all.length]),
  );
}
