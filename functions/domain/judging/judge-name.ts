import { normalSrv } from '../dns/srv.ts';
import { type Candidate, type EndpointKey, srvOf } from '../ecs/claim.ts';
import type { WithEndpoint } from '../health/judged.ts';
import { notPassing } from '../health/policy.ts';
import type { Hint } from '../reading/inventory.ts';
import type { PublishedReason } from '../words/reason.ts';
import { type OurValue, routingAt } from '../zone/routing.ts';
import { claimants } from './claimants.ts';
import { explainValue } from './explain.ts';
import type { JudgeContext, Kept, Leaving, LeftOut, NameJudgement, NameView } from './judgement.ts';

/** Judges one name: what stays, what leaves and why, what is left out and why. */
export function judgeName(view: NameView, context: JudgeContext): NameJudgement {
  const { routing, conflict } = routingAt(view.sets, context.routing, context.naming);
  const leftOut = view.candidates.flatMap(({ candidate }) =>
    candidate.left ? [{ candidate, reason: candidate.left.reason, ...detailOf(candidate.left) }] : [],
  );
  if (!routing) {
    const others = view.candidates.filter(({ candidate }) => !candidate.left);
    const conflicting = others.map(({ candidate }) => ({ candidate, reason: 'conflict' as const, detail: conflict }));
    const nothing = { current: [], keep: [], leave: [], absent: [] };
    return { name: view.name, routing: context.routing, conflict, ...nothing, leftOut: [...leftOut, ...conflicting] };
  }

  const current = view.sets.filter(({ type }) => type === 'SRV');
  const ours = Map.groupBy(view.ours, ({ key }) => key);
  const endpoints = claimants(view.candidates);
  const keys = new Set([...ours.keys(), ...endpoints.keys()]);
  const verdicts = [...keys].sort().map((key) =>
    judgeKey(
      {
        key,
        ours: ours.get(key) ?? [],
        claims: endpoints.get(key) ?? [],
        hint: view.hints.values[key],
      },
      view,
      context,
    ),
  );
  const settled = applyHealthPolicy(verdicts, context);
  // A candidate that explains what became of its own value has its reason there.
  const explained = new Set(settled.map(({ explainedBy }) => explainedBy));
  return {
    name: view.name,
    current,
    routing,
    ...(conflict !== undefined && { conflict }),
    keep: settled.flatMap(({ keep }) => keep),
    leave: settled.flatMap(({ leave }) => leave),
    leftOut: [
      ...leftOut.filter(({ candidate }) => !explained.has(candidate)),
      ...settled.flatMap((verdict) => verdict.leftOut),
    ],
    absent: settled.flatMap(({ key, absent }) => (absent ? [key] : [])),
  };
}

interface KeyVerdict {
  readonly key: EndpointKey;
  readonly keep: readonly Kept[];
  readonly leave: readonly Leaving[];
  readonly leftOut: readonly LeftOut[];
  readonly absent: boolean;
  readonly explainedBy?: Candidate;
  /** Published now and still the same instance's: what the health policy counts. */
  readonly incumbent?: { readonly judged: WithEndpoint; readonly values: readonly OurValue[]; readonly hint?: Hint };
}

interface KeyView {
  readonly key: EndpointKey;
  readonly ours: readonly OurValue[];
  /** The best first. */
  readonly claims: readonly WithEndpoint[];
  readonly hint: Hint | undefined;
}

function judgeKey(view: KeyView, { candidates }: NameView, context: JudgeContext): KeyVerdict {
  const { key, ours, claims, hint } = view;
  const [best] = claims;
  const ready = claims.find((claim) => isReady(claim, view));
  if (ready?.verdict.state === 'passing') return publishKey(view, ready, ready.verdict.by);
  const notYet = (waiting: readonly WithEndpoint[]) => waiting.map((one) => notReady(one, context.facts.now));
  const nothing = { key, keep: [], leave: [], leftOut: notYet(claims), absent: false };
  if (ours.length === 0) return nothing;

  const about = hint ? { hint } : {};
  // A value stands for its hint's instance while that claims the endpoint, whoever else does too.
  const incumbent = hint ? claims.find(({ candidate }) => candidate.task === hint.task) : best;
  if (incumbent) {
    const rivals = notYet(claims.filter((one) => one !== incumbent));
    return { ...nothing, leftOut: rivals, incumbent: { judged: incumbent, values: ours, ...about } };
  }
  const { by, absent, ...explained } = explainValue(view, candidates, context);
  const fate =
    explained.action === 'remove'
      ? { leave: ours.map((value) => ({ ...value, ...about, reason: explained.reason })) }
      : { keep: ours.map((value) => ({ ...value, ...about, ...why(explained), isNew: false })) };
  return { ...nothing, ...fate, ...(by && { explainedBy: by }), absent };
}

const why = ({ reason, detail }: { readonly reason: PublishedReason; readonly detail?: string }) => ({
  reason,
  ...(detail !== undefined && { detail }),
});

/** What ECS calls UNHEALTHY enters late: the value has to be its own already. */
function isReady({ candidate, verdict }: WithEndpoint, { ours, hint }: KeyView): boolean {
  const published = ours.length > 0 && (hint === undefined || hint.task === candidate.task);
  return verdict.state === 'passing' && (published || !candidate.taskUnhealthy);
}

/** Publishes the claimant's value; other values at the same endpoint (another weight, say) give way to it. */
function publishKey({ key, ours, hint }: KeyView, { candidate }: WithEndpoint, by: 'running' | 'check'): KeyVerdict {
  const wanted = srvOf(candidate.endpoint);
  const standing = ours.find(({ value }) => normalSrv(value) === normalSrv(wanted));
  return {
    key,
    keep: [
      {
        key,
        value: standing?.value ?? wanted,
        reason: by === 'running' ? 'running' : 'healthy',
        isNew: standing === undefined,
        candidate,
      },
    ],
    leave: ours
      .filter((value) => value !== standing)
      .map((value) => ({ ...value, reason: 'replaced' as const, candidate, ...(hint && { hint }) })),
    leftOut: [],
    absent: false,
  };
}

function notReady({ candidate, verdict }: WithEndpoint, now: number): LeftOut {
  const detail = verdict.state === 'passing' ? TASK_UNHEALTHY : verdict.cause;
  if (candidate.graceEndsAt !== undefined && now < candidate.graceEndsAt)
    return { candidate, reason: 'starting', detail };
  return { candidate, reason: verdict.state === 'unknown' ? 'unprobed' : 'unhealthy', detail };
}

const TASK_UNHEALTHY = 'it passes its own checks, but ECS calls its task UNHEALTHY';

/** Decides over the published instances that do not pass, all of a name together (L7). */
function applyHealthPolicy(verdicts: readonly KeyVerdict[], context: JudgeContext): readonly KeyVerdict[] {
  const incumbents = verdicts.flatMap(({ incumbent }) => (incumbent ? [incumbent] : []));
  if (incumbents.length === 0) return verdicts;
  const failing = incumbents.filter(({ judged }) => judged.verdict.state === 'failing').length;
  const passing = verdicts.flatMap(({ keep }) => keep.filter(({ candidate, isNew }) => candidate && !isNew)).length;
  const decision = notPassing(
    { passing, failing, unknown: incumbents.length - failing },
    { ...context, kind: context.facts.kind },
  );

  return verdicts.map((verdict) => {
    if (!verdict.incumbent) return verdict;
    const { judged, values, hint } = verdict.incumbent;
    const cause = judged.verdict.state === 'passing' ? {} : { detail: judged.verdict.cause };
    const about = { candidate: judged.candidate, ...(hint && { hint }), ...cause };
    const reason = judged.verdict.state === 'failing' ? decision.failing : decision.unknown;
    return reason === 'unhealthy'
      ? { ...verdict, leave: values.map((value) => ({ ...value, ...about, reason })) }
      : { ...verdict, keep: values.map((value) => ({ ...value, ...about, reason, isNew: false })) };
  });
}

const detailOf = ({ detail }: { readonly detail?: string }) => (detail === undefined ? {} : { detail });
