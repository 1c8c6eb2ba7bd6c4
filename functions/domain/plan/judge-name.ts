import { isOurValue, type Naming } from '../dns/naming.ts';
import type { RecordSet } from '../dns/record-set.ts';
import { normalizeSrv, parseSrv } from '../dns/srv.ts';
import { type Candidate, type Endpoint, type EndpointKey, endpointKey } from '../ecs/endpoint.ts';
import { notPassing } from '../health/policy.ts';
import type { ProbeVerdict, Verdict } from '../health/verdict.ts';
import type { Hint, NameHints } from './inventory.ts';
import type { LeftOutReason, PublishedReason, RemovedReason } from './reason.ts';
import { type AbsenceFacts, explainAbsence } from './removal.ts';

/** A candidate with what its health sources say; candidates without an endpoint have no verdict. */
export interface Judged {
  readonly candidate: Candidate;
  readonly verdict?: Verdict;
  readonly probe?: ProbeVerdict;
}

/** A value of ours as it stands in the zone. */
export interface OurValue {
  readonly key: EndpointKey;
  readonly value: string;
}

/** An endpoint that is to stand in the zone after this run. */
export interface Kept {
  readonly key: EndpointKey;
  readonly value: string;
  readonly reason: PublishedReason;
  readonly isNew: boolean;
  /** The instance that it publishes; absent for values that are only held. */
  readonly candidate?: Candidate;
  readonly hint?: Hint;
  readonly detail?: string;
}

/** A value of ours that is to leave. */
export interface Leaving extends OurValue {
  readonly reason: RemovedReason;
  readonly candidate?: Candidate;
  readonly hint?: Hint;
  readonly detail?: string;
}

export interface LeftOut {
  readonly candidate: Candidate;
  readonly reason: LeftOutReason;
  readonly detail?: string;
}

/** What becomes of each value and each candidate of one name, before guard and capacity. */
export interface NameJudgement {
  readonly name: string;
  /** The simple SRV record set at the name, every owner's values included. */
  readonly current?: RecordSet;
  readonly keep: readonly Kept[];
  readonly leave: readonly Leaving[];
  readonly leftOut: readonly LeftOut[];
  /** Keys of our values whose task was not listed. */
  readonly absent: readonly EndpointKey[];
}

export interface NameView {
  readonly name: string;
  /** Every record set at the name, whatever its type. */
  readonly sets: readonly RecordSet[];
  readonly candidates: readonly Judged[];
  readonly hints: NameHints;
}

export interface JudgeContext {
  readonly naming: Naming;
  readonly facts: AbsenceFacts;
  /** Tasks that the listing (or, in event runs, the event's own tasks) showed. */
  readonly listed: ReadonlySet<string>;
  /** Tasks whose definition ECS does not know any more: nobody can tell what they declare. */
  readonly undefinedTasks: ReadonlySet<string>;
  readonly minimumHealthyShare: number;
  readonly proberSuspected: boolean;
}

/** Judges one name: what stays, what leaves and why, what is left out and why. */
export function judgeName(view: NameView, context: JudgeContext): NameJudgement {
  const conflict = conflictAt(view.sets);
  const current = view.sets.find(({ type, policy }) => type === 'SRV' && policy === 'simple');
  const ours = current ? ourValues(current, context.naming) : [];
  const leftOut = view.candidates.flatMap(({ candidate }) =>
    candidate.left ? [{ candidate, reason: candidate.left.reason, ...detailOf(candidate.left) }] : [],
  );
  const base = { name: view.name, ...(current && { current }) };
  if (conflict) {
    const others = view.candidates.filter(({ candidate }) => !candidate.left);
    const conflicting = others.map(({ candidate }) => ({ candidate, reason: 'conflict' as const, detail: conflict }));
    return { ...base, keep: [], leave: [], leftOut: [...leftOut, ...conflicting], absent: [] };
  }

  const endpoints = claimants(view.candidates);
  const keys = new Set([...ours.map(({ key }) => key), ...endpoints.keys()]);
  const verdicts = [...keys].sort().map((key) =>
    judgeKey(
      {
        key,
        ours: ours.filter((value) => value.key === key),
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
    ...base,
    keep: settled.flatMap(({ keep }) => keep),
    leave: settled.flatMap(({ leave }) => leave),
    leftOut: [
      ...leftOut.filter(({ candidate }) => !explained.has(candidate)),
      ...settled.flatMap((verdict) => verdict.leftOut),
    ],
    absent: settled.flatMap(({ key, absent }) => (absent ? [key] : [])),
  };
}

/** Why nothing of ours can stand at this name (design, section 7: reported, never fought). */
function conflictAt(sets: readonly RecordSet[]): string | undefined {
  const alias = sets.find(({ type }) => type === 'CNAME');
  if (alias) return 'a CNAME record set stands at this name';
  const other = sets.find(({ type, policy }) => type === 'SRV' && policy !== 'simple');
  return (
    other && `an SRV record set with ${other.policy} routing (${other.setIdentifier ?? 'alias'}) stands at this name`
  );
}

export function ourValues(current: RecordSet, naming: Naming): readonly OurValue[] {
  return current.values.flatMap((value) => {
    const srv = isOurValue(value, naming) ? parseSrv(value) : undefined;
    return srv ? [{ key: endpointKey(srv), value }] : [];
  });
}

type WithEndpoint = Judged & {
  readonly candidate: Candidate & { readonly endpoint: Endpoint };
  readonly verdict: Verdict;
};

/**
 * Who claims which endpoint, the best first, one a task: several declarations of one name on one port are one value, and
 * the newest passing task has it.
 */
function claimants(candidates: readonly Judged[]): ReadonlyMap<EndpointKey, readonly WithEndpoint[]> {
  const claims = Map.groupBy(candidates.flatMap(withEndpoint), ({ candidate }) => endpointKey(candidate.endpoint));
  return new Map(
    [...claims].map(([key, all]) => {
      const best = Map.groupBy(all.sort(byPrecedence), ({ candidate }) => candidate.task);
      return [key, [...best.values()].flatMap((own) => own.slice(0, 1))];
    }),
  );
}

function withEndpoint({ candidate, verdict, ...probed }: Judged): readonly WithEndpoint[] {
  const { endpoint } = candidate;
  return endpoint && verdict ? [{ ...probed, candidate: { ...candidate, endpoint }, verdict }] : [];
}

function byPrecedence(one: WithEndpoint, other: WithEndpoint): number {
  const passing = Number(other.verdict.state === 'passing') - Number(one.verdict.state === 'passing');
  if (passing !== 0) return passing;
  const newer = (other.candidate.startedAt ?? 0) - (one.candidate.startedAt ?? 0);
  if (newer !== 0) return newer;
  return orderOf(one.candidate) < orderOf(other.candidate) ? -1 : 1;
}

/** Any order will do, as long as it does not depend on the order in which ECS lists things. */
const orderOf = ({ task, endpoint, container, containerPort }: Candidate) =>
  `${task} ${endpoint?.value ?? ''} ${container} ${containerPort ?? ''}`;

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
  if (best?.verdict.state === 'passing') return publishKey(view, best, best.verdict.by);
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
  const listed = hint !== undefined && context.listed.has(hint.task);
  if (listed && context.undefinedTasks.has(hint.task)) {
    const detail = 'ECS does not know the definition of its task, which runs';
    return {
      ...nothing,
      keep: ours.map((value) => ({ ...value, ...about, reason: 'held-unread', isNew: false, detail })),
    };
  }
  const explanation = listed
    ? explainListed(hint, view, candidates, context.facts)
    : explainAbsence(hint, context.facts);
  const fate =
    explanation.action === 'remove'
      ? { leave: ours.map((value) => ({ ...value, ...about, reason: explanation.reason })) }
      : { keep: ours.map((value) => ({ ...value, ...about, reason: explanation.reason, isNew: false })) };
  const explainedBy = 'by' in explanation && explanation.by ? { explainedBy: explanation.by } : {};
  return { ...nothing, ...fate, ...explainedBy, absent: !listed };
}

/** Publishes the claimant's value; other spellings of the same endpoint (another weight, say) give way to it. */
function publishKey({ key, ours, hint }: KeyView, { candidate }: WithEndpoint, by: 'running' | 'check'): KeyVerdict {
  const wanted = candidate.endpoint.value;
  const standing = ours.find(({ value }) => normalizeSrv(value) === wanted);
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

type ListedExplanation = { readonly by?: Candidate } & (
  | { readonly action: 'remove'; readonly reason: RemovedReason }
  | { readonly action: 'hold'; readonly reason: PublishedReason }
);

/**
 * A value whose task is listed leaves only for what that task itself says (design, section 4).
 *
 * | its task says                           | full run             | event run         |
 * | --------------------------------------- | -------------------- | ----------------- |
 * | stopping                                | `task-stopped`       | `task-stopped`    |
 * | stopping, its address another's by now  | `task-stopped`       | `held-until-full` |
 * | runs on a host that is gone             | `host-gone`          | `held-until-full` |
 * | serves the name at another endpoint     | `replaced`           | `held-until-full` |
 * | no host address                         | `held-no-address`    | `held-until-full` |
 * | not running yet, or without its binding | `held-contradiction` | `held-until-full` |
 * | ignored, or does not declare it (rightly) any more | `ignored` | `held-until-full` |
 */
function explainListed(
  hint: Hint,
  { key }: KeyView,
  candidates: readonly Judged[],
  { kind, addressTaken }: AbsenceFacts,
): ListedExplanation {
  const own = candidates
    .map(({ candidate }) => candidate)
    .filter(({ task }) => task === hint.task)
    .sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  const saying = (...reasons: readonly LeftOutReason[]) =>
    own.find(({ left }) => left && reasons.includes(left.reason));
  const stopping = saying('stopping');
  const reused = kind === 'event' && addressTaken(hint.task);
  if (stopping && !stopping.left?.hostGone && !reused)
    return { action: 'remove', reason: 'task-stopped', by: stopping };
  if (kind === 'event') return { action: 'hold', reason: 'held-until-full' };
  if (stopping) return { action: 'remove', reason: 'host-gone', by: stopping };

  const moved = own.find(({ endpoint }) => endpoint && endpointKey(endpoint) !== key);
  if (moved) return { action: 'remove', reason: 'replaced' };
  const homeless = saying('no-address');
  if (homeless) return { action: 'hold', reason: 'held-no-address', by: homeless };
  const unplaced = saying('starting', 'no-binding');
  if (unplaced) return { action: 'hold', reason: 'held-contradiction', by: unplaced };
  const ignored = saying('ignored');
  return { action: 'remove', reason: 'ignored', ...(ignored && { by: ignored }) };
}

function notReady({ candidate, verdict }: WithEndpoint, now: number): LeftOut {
  const detail = verdict.state === 'passing' ? {} : { detail: verdict.cause };
  if (candidate.graceEndsAt !== undefined && now < candidate.graceEndsAt)
    return { candidate, reason: 'starting', ...detail };
  return { candidate, reason: verdict.state === 'failing' ? 'unhealthy' : 'unprobed', ...detail };
}

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
