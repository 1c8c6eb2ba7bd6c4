import { type Claim, isOfTest } from '../ecs/claim.ts';
import { isShareOf } from '../health/too-few-healthy.ts';
import { everyClaimOf, type Staying } from '../judging/judgement.ts';
import type { NamePlan } from '../plan/name-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { Reading, ZoneSnapshot } from '../reading/reading.ts';
import { negativeTtlOf } from '../zone/negative-ttl.ts';
import type { MovedAt, PlannedShift } from './kept-shift.ts';

/** Seconds for which resolvers remember that a name does not exist, as Route 53 creates a zone. */
const NEGATIVE_TTL = 900;

interface Grounds {
  readonly reading: Pick<Reading, 'judged'>;
  readonly snapshot: Pick<ZoneSnapshot, 'recordSets' | 'soa'>;
  readonly settings: { readonly minimumHealthyShare: number; readonly negativeTtl?: number | undefined };
}

/**
 * What a pass makes of each service whose deployment is under way, by the claims that say so.
 *
 * | at the names of its tasks                                          | then                       |
 * | ------------------------------------------------------------------ | -------------------------- |
 * | enough of those that serve stand, and nothing else of it           | it is said which serve     |
 * | one stands that is not to serve, or too few stand                  | it is said that nobody serves yet |
 * | one stands of which nobody has read whose it is, or the plan leaves one of the names out: | |
 * | … and something leaves as `shifted`                                | it is said that nobody serves yet |
 * | … and something enters                                             | it is said what            |
 * | … and nothing moves                                                | no word: what is known stays |
 *
 * Enough are as many as `minimumHealthyShare` of those that are declared, or wanted by ECS if that is more; under the test
 * name all that are declared. What is not tested is said with an empty list once nothing stands there. An event run
 * sees those tasks only that share hosts with the ones it is about.
 */
export function plannedShifts(plan: Pick<Plan, 'names'>, grounds: Grounds): readonly PlannedShift[] {
  const shifted = grounds.reading.judged.flatMap(({ claim }) => (claim.shift?.deployment ? [claim] : []));
  const plans = new Map(plan.names.map((one) => [one.name, one]));
  return [...Map.groupBy(shifted, ({ shift }) => shift?.service ?? '').values()].flatMap((claims) =>
    shiftOf(claims, { ...grounds, plans }),
  );
}

function shiftOf(
  claims: readonly Claim[],
  { plans, snapshot, settings }: Grounds & { readonly plans: ReadonlyMap<string, NamePlan> },
): readonly PlannedShift[] {
  const { service, deployment, direction, requested = 0 } = claims[0]?.shift ?? {};
  if (service === undefined || deployment === undefined || !direction) return [];
  const [tests, own] = [claims.filter(isOfTest), claims.filter((claim) => !isOfTest(claim))];
  const serving = reached(own, plans, (standing, declared) =>
    isShareOf(standing, Math.max(declared, requested), settings.minimumHealthyShare),
  );
  const tested = reached(tests, plans, (standing, declared) => standing >= declared);
  const names = [...new Set(claims.map(({ name }) => name))];
  const moved = movedAt(new Set(own.map(({ name }) => name)), service, plans);
  const stays = names.flatMap((name) => plans.get(name)?.stays ?? []);
  const isUnread = stays.some(({ claim }) => !claim) || names.some((name) => !plans.has(name));
  const isPart =
    isUnread &&
    stays.every((one) => !one.claim || isClear(one, service)) &&
    moved.every(({ removed }) => removed === 0);
  if (isPart && moved.length === 0) return [];
  return [
    {
      service,
      cluster: claims[0]?.cluster ?? '',
      deployment,
      direction,
      names,
      ...(serving && serving.length > 0 && { serving }),
      ...(tested && { tested }),
      ...(moved.length > 0 && { moved }),
      ...(isPart && { entered: enteredIn(stays, service) }),
      ttl: ttlBefore(names, snapshot, settings.negativeTtl),
    },
  ];
}

/** What a pass moves between the revisions of a service, at each name where it does. */
function movedAt(
  names: ReadonlySet<string>,
  service: string,
  plans: ReadonlyMap<string, NamePlan>,
): readonly MovedAt[] {
  const isIts = ({ shift }: Claim) => shift?.service === service;
  return [...names].flatMap((name) => {
    const { stays = [], leaves = [] } = plans.get(name) ?? {};
    const enter = stays.filter(
      (one) => one.isNew && everyClaimOf(one).some((claim) => isIts(claim) && claim.shift?.share === 'all'),
    );
    const shifted = leaves.filter(({ reason, claim }) => reason === 'shifted' && claim && isIts(claim));
    return enter.length + shifted.length === 0 ? [] : [{ name, published: enter.length, removed: shifted.length }];
  });
}

/** What has started the tasks of a service that enter. */
const enteredIn = (stays: readonly Staying[], service: string): readonly string[] => [
  ...new Set(
    stays.flatMap((one) =>
      one.isNew
        ? everyClaimOf(one).flatMap(({ shift, startedBy }) => (shift?.service === service ? (startedBy ?? '') : []))
        : [],
    ),
  ),
];

/** What has started the tasks that serve, once at every name enough of them stand and nothing else of their service. */
function reached(
  claims: readonly Claim[],
  plans: ReadonlyMap<string, NamePlan>,
  isEnough: (standing: number, declared: number) => boolean,
): readonly string[] | undefined {
  const serve = claims.filter(({ shift }) => shift?.share === 'all');
  const names = Map.groupBy(claims, ({ name }) => name);
  for (const [name, its] of names) {
    const stays = plans.get(name)?.stays ?? [];
    const tasks = new Set(its.filter(({ shift }) => shift?.share === 'all').map(({ task }) => task));
    const service = its[0]?.shift?.service;
    if (!stays.every((one) => isClear(one, service))) return undefined;
    const standing = new Set(stays.flatMap(everyClaimOf).map(({ task }) => task));
    if (!isEnough(tasks.intersection(standing).size, tasks.size)) return undefined;
  }
  return [...new Set(serve.flatMap(({ startedBy }) => startedBy ?? []))];
}

/** Whether a value is of those that serve, or of another service; one that nobody has read may be of either. */
const isClear = (staying: Staying, service: string | undefined): boolean =>
  staying.claim !== undefined &&
  (staying.claim.shift?.service !== service ||
    everyClaimOf(staying).some(({ shift }) => shift?.service === service && shift?.share === 'all'));

/** Seconds for which what stood at the names may still be told; of one at which nothing stood, that there is nothing. */
function ttlBefore(
  names: readonly string[],
  { recordSets, soa }: Grounds['snapshot'],
  negativeTtl: number = NEGATIVE_TTL,
): number {
  const nothing = (soa && negativeTtlOf(soa)) ?? negativeTtl;
  return Math.max(
    0,
    ...names.map((name) => {
      const ttls = recordSets.flatMap(({ ownerName, ttl }) => (ownerName === name ? [ttl] : []));
      return ttls.length > 0 ? Math.max(...ttls) : nothing;
    }),
  );
}
