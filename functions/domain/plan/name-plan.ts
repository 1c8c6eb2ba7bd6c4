import type { RecordSet } from '../dns/record-set.ts';
import type { Srv } from '../dns/srv.ts';
import type { Kept, Leaving, LeftOut } from '../judging/judgement.ts';
import type { Disposition, LeftOutReason, PublishedReason } from '../words/reason.ts';
import { MAX_DETAIL, printable } from '../words/text.ts';
import type { Change } from '../zone/change.ts';
import type { Contention, Written } from '../zone/contention.ts';

/** What becomes of everything at one name. */
interface Settled {
  readonly name: string;
  readonly changes: readonly Change[];
  /** The SRV record sets as they were read, and as they stand when the plan is applied; those of others included. */
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
  /** Everything of ours that stands at the name when the plan is applied. */
  readonly keep: readonly Kept[];
  readonly leave: readonly Leaving[];
  readonly leftOut: readonly LeftOut[];
  /** What of others stands in the way of serving the name as the deployment does. */
  readonly conflict?: string;
  /** Somebody else keeps rewriting the name, so its changes are held back. */
  readonly contention?: Contention;
  /** What to remember of the changes once they are applied. */
  readonly written?: Written;
}

/** The end of planning for one name: what changes, and why everything is as it is. */
export interface NamePlan extends Settled {
  readonly dispositions: readonly Disposition[];
}

export function namePlan(settled: Settled): NamePlan {
  const { name, keep, leave, leftOut } = settled;
  return {
    ...settled,
    dispositions: [
      ...keep.map((kept) => published(name, kept)),
      ...leave.map((leaving) => removed(name, leaving)),
      ...leftOut.map(leaveOut),
    ],
  };
}

/** Why the changes of a name are held back, as its values and its new instances say it. */
export interface Withholding {
  readonly published: PublishedReason;
  readonly leftOut: LeftOutReason;
  readonly detail: string;
}

/** The plan for a name whose changes are not sent: what was to leave stays, what was to come is left out. */
export function withhold(plan: NamePlan, why: Withholding): NamePlan {
  const { detail } = why;
  const stays = plan.leave.map((leaving): Kept => ({ ...leaving, reason: why.published, isNew: false, detail }));
  const waits = plan.keep.flatMap(({ isNew, candidate }) =>
    isNew && candidate ? [{ candidate, reason: why.leftOut, detail }] : [],
  );
  return namePlan({
    ...plan,
    changes: [],
    after: plan.before,
    keep: [...plan.keep.filter(({ isNew }) => !isNew), ...stays],
    leave: [],
    leftOut: [...plan.leftOut, ...waits],
  });
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

/** The disposition of a declared instance that is not in the zone; also of one that belongs to no name of the zone. */
export function leaveOut({ candidate, reason, detail }: LeftOut): Disposition {
  const { endpoint, containerPort } = candidate;
  const where = endpoint
    ? { target: endpoint.target, port: endpoint.port }
    : containerPort !== undefined
      ? { port: containerPort }
      : {};
  return { outcome: 'left-out', reason, name: candidate.name, ...where, ...who(candidate, detail) };
}

const at = (name: string, { target, port }: Srv) => ({ name, target, port });

const who = (instance: { readonly task: string } | undefined, detail: string | undefined) => ({
  ...(instance && { task: instance.task }),
  ...(detail !== undefined && { detail: printable(detail, MAX_DETAIL) }),
});
