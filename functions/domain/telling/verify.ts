import { addressOf, type Naming } from '../dns/ownership.ts';
import { type Claim, type EndpointKey, endpointKey } from '../ecs/claim.ts';
import type { Host } from '../ecs/task.ts';
import { EMPTY_SCOPE, joinScopes, type Scope } from '../reading/scope.ts';
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
        claimants(name, value.key).some(({ task }) => task === value.task)
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
 * other reasons than a stopped task tells nothing: it may be the address that was wrong.
 */
export function hostsOf(names: readonly PlannedName[], naming: Naming): ReadonlyMap<string, Host> {
  const values: readonly PlannedValue[] = names.flatMap(({ created, removed }) => [
    ...created,
    ...removed.filter(({ reason }) => reason === 'task-stopped'),
  ]);
  const placed = values.flatMap(({ containerInstance, awsvpc, target }) => {
    const address = addressOf(target, naming);
    return containerInstance !== undefined && !awsvpc && address !== undefined ? [{ containerInstance, address }] : [];
  });
  const byInstance = Map.groupBy(placed, ({ containerInstance }) => containerInstance);
  return new Map(
    [...byInstance].flatMap(([containerInstance, [first, ...others]]) => {
      if (!first || others.some(({ address }) => address !== first.address)) return [];
      return [[containerInstance, { containerInstance, state: 'live', address: first.address }] as const];
    }),
  );
}

/**
 * Where verification looks: at everything behind the changes of the latest pass; of earlier ones, which have been looked at
 * so before, at the tasks of what was created, and at the whole hosts of what was removed, whose endpoints other tasks may
 * have by now.
 */
export function scopeOfVerification(names: readonly PlannedName[], latest: readonly PlannedName[]): Scope {
  const known = ({ cluster, task }: PlannedValue) =>
    cluster !== undefined && task !== undefined ? [{ cluster, task }] : [];
  return joinScopes([
    scopeOfNames(latest),
    scopeOfNames(names.map((one) => ({ ...one, created: one.created.filter((value) => known(value).length === 0) }))),
    { ...EMPTY_SCOPE, tasks: names.flatMap(({ created }) => created.flatMap(known)) },
  ]);
}

export function scopeOfStarts(starting: readonly StartingInstance[]): Scope {
  return joinScopes(starting.map((instance) => scopeAt(instance.name, instance)));
}

/** Of what did not come about, what has to be planned again at once: addresses that nothing needs wait for a full run. */
export function openNamesOf(names: readonly string[], { beside }: Pick<PlanRecord, 'beside'>): ReadonlySet<string> {
  return new Set(names).difference(new Set([...(beside?.marked ?? []), ...(beside?.removed ?? [])]));
}
