import type { RecordSet } from '../dns/record-set.ts';
import type { Srv } from '../dns/srv.ts';
import type { Claim } from '../ecs/claim.ts';
import { everyClaimOf, type Leaving, type LeftOut, type Staying } from '../judging/judgement.ts';
import type { Disposition, LeftOutReason, PublishedReason } from '../words/reason.ts';
import { MAX_DETAIL, printable } from '../words/text.ts';
import type { Change } from '../zone/change.ts';
import type { Contention, Written } from '../zone/contention.ts';

/** Changes of one name that one batch can carry. */
export interface Step {
  readonly changes: readonly Change[];
  /** Whether it rests on the step before: without that it is not sent. */
  readonly rests?: boolean;
}

/** What becomes of everything at one name. */
interface Settled {
  readonly name: string;
  readonly changes: readonly Change[];
  /** How they are sent, where not all at once: one after the other, each with the name served as before or after it. */
  readonly steps?: readonly Step[];
  /** The SRV record sets as they were read, and as they stand when the plan is applied; those of others included. */
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
  /** Everything of ours that stands at the name when the plan is applied. */
  readonly stays: readonly Staying[];
  readonly leaves: readonly Leaving[];
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
  const { name, stays, leaves, leftOut } = settled;
  return {
    ...settled,
    dispositions: [
      ...stays.map((kept) => published(name, kept)),
      ...leaves.map((leaving) => removed(name, leaving)),
      ...leftOut.map(leftOutAs),
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
  const { steps: _, ...rest } = plan;
  const held = plan.leaves.map((leaving): Staying => ({ ...leaving, reason: why.published, isNew: false, detail }));
  const waits = plan.stays
    .filter(({ isNew }) => isNew)
    .flatMap(everyClaimOf)
    .map((claim) => ({ claim, reason: why.leftOut, detail }));
  return namePlan({
    ...rest,
    changes: [],
    after: plan.before,
    stays: [...plan.stays.filter(({ isNew }) => !isNew), ...held],
    leaves: [],
    leftOut: [...plan.leftOut, ...waits],
  });
}

function published(name: string, { value, reason, isNew, claim, entry, detail }: Staying): Disposition {
  return {
    outcome: 'published',
    reason,
    ...(isNew && { isNew }),
    ...at(name, value),
    ...who(claim ?? entry, detail),
    ...colourOf(claim),
  };
}

function removed(name: string, { value, reason, claim, entry, detail }: Leaving): Disposition {
  return { outcome: 'removed', reason, ...at(name, value), ...who(entry ?? claim, detail), ...colourOf(claim) };
}

/** The disposition of a declared instance that is not in the zone; also of one that belongs to no name of the zone. */
export function leftOutAs({ claim, reason, detail }: LeftOut): Disposition {
  const { endpoint, containerPort } = claim;
  const where = endpoint
    ? { target: endpoint.target, port: endpoint.port }
    : containerPort !== undefined
      ? { port: containerPort }
      : {};
  return { outcome: 'left-out', reason, name: claim.name, ...where, ...who(claim, detail), ...colourOf(claim) };
}

const at = (name: string, { target, port }: Srv) => ({ name, target, port });

const who = (instance: { readonly task: string } | undefined, detail: string | undefined) => ({
  ...(instance && { task: instance.task }),
  ...(detail !== undefined && { detail: printable(detail, MAX_DETAIL) }),
});

const colourOf = (claim: Pick<Claim, 'shift'> | undefined): Pick<Disposition, 'colour'> =>
  claim?.shift?.colour ? { colour: claim.shift.colour } : {};
