import type { AddressFamily } from '../dns/address-family.ts';
import { addressOf, isIpv6, type Naming } from '../dns/ownership.ts';
import { type Claim, type EndpointKey, endpointKey } from '../ecs/claim.ts';
import type { Host } from '../ecs/task.ts';
import { EMPTY_SCOPE, joinScopes, type Scope } from '../reading/scope.ts';
import { ECS_BATCH } from '../words/quotas.ts';
import { reasonRow } from '../words/reason.ts';
import type { PlannedName, PlannedValue, PlanRecord, StartingInstance, Whereabouts } from './plan-record.ts';

/** Something that the world shows otherwise than the change that was just applied. */
export interface Disagreement {
  readonly name: string;
  readonly where: Whereabouts;
  /** For people: what was published or removed, and what is seen now. */
  readonly finding: string;
}

/**
 * Compares what a pass changed with a second look at the hosts and tasks behind it, by name and task, not by address
 * alone: an endpoint may belong to another task by now.
 *
 * | the change           | seen now at the endpoint                          | agrees |
 * | -------------------- | ------------------------------------------------- | ------ |
 * | created for task A   | A, still to be published                          | yes    |
 * | created for task A   | nothing, or A is stopping, or only another task   | no     |
 * | removed from task A  | nothing, or a task that the plan itself left out  | yes    |
 * | removed from task A  | A, and the reason holds although it runs          | yes    |
 * | removed from task A  | A, although it was said to have stopped           | no     |
 * | removed from task A  | another task                                      | no     |
 *
 * Of what was created under a test name it is looked at under the name that its task declares.
 */
export function disagreements(names: readonly PlannedName[], seen: readonly Claim[]): readonly Disagreement[] {
  const byPlace = Map.groupBy(
    seen.flatMap((claim) => (claim.endpoint && !claim.leftOut ? [{ claim, key: endpointKey(claim.endpoint) }] : [])),
    ({ claim, key }) => `${claim.name} ${key}`,
  );
  const claimants = (name: string, key: string) => (byPlace.get(`${name} ${key}`) ?? []).map(({ claim }) => claim);
  return names.flatMap(({ name, created, removed, declined }) => {
    const standing = new Set(created.map(({ key }) => key));
    const left = new Set(declined);
    return [
      ...created.flatMap((value): Disagreement[] =>
        claimants(value.declared ?? name, value.key).some(({ task }) => task === value.task)
          ? []
          : [{ name, where: value, finding: `published ${value.value} of ${value.task}, which is not there any more` }],
      ),
      ...removed
        .filter(({ key }) => !standing.has(key))
        .flatMap((value) =>
          claimants(name, value.key)
            .filter(
              ({ task }) =>
                !left.has(`${value.key} ${task}`) &&
                !(task === value.task && reasonRow('removed', value.reason)?.thoughRunning),
            )
            .map((claim) => ({
              name,
              where: claim,
              finding: `removed ${value.value}, which ${claim.task} has now`,
            })),
        ),
    ];
  });
}

/**
 * Everything that a run has created or removed so far and that is still its own: of each endpoint only the last change
 * counts, and what others have changed since, as a later pass found it in the zone, is theirs to verify.
 */
export function changedSoFar(
  passes: readonly {
    readonly plan: Pick<PlanRecord, 'names' | 'found'>;
    readonly applied: readonly string[];
    readonly partly?: readonly string[];
  }[],
): readonly PlannedName[] {
  const names = new Map<string, PlannedName>();
  for (const { plan, applied, partly = [] } of passes) {
    for (const found of plan.found ?? []) {
      const before = names.get(found.name);
      if (before) names.set(found.name, stillOwn(before, new Set(found.keys)));
    }
    const done = new Set([...applied, ...partly]);
    for (const change of plan.names.filter(({ name }) => done.has(name))) {
      const touched = new Set([...change.created, ...change.removed].map(({ key }) => key));
      const before = names.get(change.name);
      names.set(change.name, {
        name: change.name,
        created: [...(before?.created ?? []).filter(({ key }) => !touched.has(key)), ...change.created],
        removed: [...(before?.removed ?? []).filter(({ key }) => !touched.has(key)), ...change.removed],
        declined: [...(before?.declined ?? []), ...change.declined],
      });
    }
  }
  return [...names.values()];
}

/** Without what was created and is gone, and what was removed and is back. */
const stillOwn = (change: PlannedName, standing: ReadonlySet<EndpointKey>): PlannedName => ({
  ...change,
  created: change.created.filter(({ key }) => standing.has(key)),
  removed: change.removed.filter(({ key }) => !standing.has(key)),
});

/** Where to look again: the host as a whole, or the task where it has an interface of its own. */
export function scopeAt(name: string, { task, cluster, containerInstance, awsvpc }: Whereabouts): Scope {
  if (cluster === undefined) return { ...EMPTY_SCOPE, names: [name] };
  return {
    names: [name],
    hosts: containerInstance !== undefined && !awsvpc ? [{ cluster, containerInstance }] : [],
    tasks: task !== undefined && (awsvpc || containerInstance === undefined) ? [{ cluster, task }] : [],
  };
}

/** Everything behind the values that some names gain or lose. */
export function scopeOfNames(names: readonly PlannedName[]): Scope {
  return joinScopes(
    names.flatMap(({ name, created, removed }) => [
      { ...EMPTY_SCOPE, names: [name] },
      ...[...created, ...removed].map((value: PlannedValue) => scopeAt(name, value)),
    ]),
  );
}

/**
 * The hosts behind some changes: a container instance keeps its EC2 instance, and that its address, for all their lives,
 * so that verification need not ask for them. One that seems to have two addresses is left out, and what was removed for
 * other reasons than a stopped task tells nothing: it may be the address that was wrong. Where both families are published
 * a target tells one of two addresses, which is not enough, and so it is where a public address is published: that one
 * changes, too.
 */
export function hostsOf(
  names: readonly PlannedName[],
  { naming, family }: { readonly naming: Naming; readonly family?: AddressFamily },
): ReadonlyMap<string, Host> {
  if (family === 'dualstack') return new Map();
  const values: readonly PlannedValue[] = names.flatMap(({ created, removed }) => [
    ...created,
    ...removed.filter(({ reason }) => reason === 'task-stopped'),
  ]);
  const atPublic = new Set(values.flatMap((one) => (one.atPublic ? [one.containerInstance] : [])));
  const placed = values.flatMap(({ containerInstance, awsvpc, target }) => {
    const address = addressOf(target, naming);
    if (atPublic.has(containerInstance)) return [];
    return containerInstance !== undefined && !awsvpc && address !== undefined ? [{ containerInstance, address }] : [];
  });
  const byInstance = Map.groupBy(placed, ({ containerInstance }) => containerInstance);
  return new Map(
    [...byInstance].flatMap(([containerInstance, [first, ...others]]) => {
      if (!first || others.some(({ address }) => address !== first.address)) return [];
      const own = isIpv6(first.address) ? { address6: first.address } : { address: first.address };
      return [[containerInstance, { containerInstance, state: 'live', ...own }] as const];
    }),
  );
}

/**
 * Where verification looks, of everything that a run has changed so far.
 *
 * | the value                                     | looked at                                                      |
 * | --------------------------------------------- | -------------------------------------------------------------- |
 * | created for a task                            | the task: while it runs nobody else has its port on that host  |
 * | created for nobody known                      | its whole host, where one is known                             |
 * | removed, whose task had the host's ports      | the whole host, whose port another task may have by now        |
 * | removed, whose task had an interface of its own | the task; whoever has its address by now says so in its claim |
 * | removed, and created at the same endpoint     | what was created                                               |
 */
export function scopeOfVerification(names: readonly PlannedName[]): Scope {
  const known = ({ cluster, task }: PlannedValue) =>
    cluster !== undefined && task !== undefined ? [{ cluster, task }] : [];
  const open = names.map(({ created, removed, ...about }) => {
    const standing = new Set(created.map(({ key }) => key));
    return {
      ...about,
      created: created.filter((value) => known(value).length === 0),
      removed: removed.filter(({ key }) => !standing.has(key)),
    };
  });
  return joinScopes([
    scopeOfNames(open),
    { ...EMPTY_SCOPE, tasks: names.flatMap(({ created }) => created.flatMap(known)) },
  ]);
}

/** What some tasks of a cluster are found by. */
export interface Finding {
  /** Hosts of which every task is wanted. */
  readonly hosts: number;
  /** Tasks that are described anyway. */
  readonly described: number;
  /** Tasks of the whole cluster, where they have been counted. */
  readonly tasks?: number | undefined;
}

/**
 * Whether all tasks of a cluster are listed in place of those of each host: where that takes fewer calls, whatever stands on
 * the hosts. What an event run asks depends on its events, never on the fleet.
 *
 * | run   | hosts | described anyway | tasks of the cluster | calls by host | calls of all | all |
 * | ----- | ----- | ---------------- | -------------------- | ------------- | ------------ | --- |
 * | full  | 1     | 0                | 100                  | 1 + 1         | 1 + 1        | no  |
 * | full  | 2     | 0                | 100                  | 2 + 1         | 1 + 1        | yes |
 * | full  | 14    | 20               | 200                  | 14 + 1        | 2 + 2        | yes |
 * | full  | 14    | 20               | 1,000                | 14 + 1        | 10 + 10      | no  |
 * | full  | 14    | 1,000            | 1,000                | 14 + 10       | 10 + 10      | yes |
 * | full  | any   | any              | not counted          |               |              | no  |
 * | event | any   | any              | any                  |               |              | no  |
 */
export function listsAll(kind: PlanRecord['kind'], { hosts, described, tasks }: Finding): boolean {
  if (kind === 'event' || tasks === undefined) return false;
  const pages = (some: number) => Math.max(1, Math.ceil(some / ECS_BATCH));
  return pages(tasks) + pages(Math.max(tasks, described)) < hosts + pages(described);
}

export function scopeOfStarts(starting: readonly StartingInstance[]): Scope {
  return joinScopes(starting.map((instance) => scopeAt(instance.name, instance)));
}

/** Of what did not come about, what has to be planned again at once: addresses that nothing needs wait for a full run. */
export function openNamesOf(names: readonly string[], { beside }: Pick<PlanRecord, 'beside'>): ReadonlySet<string> {
  return new Set(names).difference(new Set([...(beside?.marked ?? []), ...(beside?.removed ?? [])]));
}
