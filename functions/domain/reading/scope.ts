/** What an event run, or a narrowed round, looks at: names in the zone, hosts whole, tasks by themselves. */
export interface Scope {
  /** Fully qualified owner names. */
  readonly names: readonly string[];
  /** Container instances to observe whole (bridge, host), so that a reused port cannot mislead. */
  readonly hosts: readonly { readonly cluster: string; readonly containerInstance: string }[];
  /** Tasks to describe by themselves: those of awsvpc, and those of the events whatever their mode. */
  readonly tasks: readonly ScopedTask[];
}

export interface ScopedTask {
  readonly cluster: string;
  readonly task: string;
  /** `version` of the event: an answer of ECS with a smaller one is stale. */
  readonly version?: number;
  /** When the event was queued, in milliseconds since the epoch. */
  readonly queuedAt?: number;
  /** ECS wants it to stop, which is final; of so many endpoints under the names, at most. */
  readonly stops?: { readonly endpoints: number };
}

export const EMPTY_SCOPE: Scope = { names: [], hosts: [], tasks: [] };

/** Joins scopes; of one task the newest version counts, and of that the last queued. The order of the parts does not matter. */
export function joinScopes(scopes: readonly Scope[]): Scope {
  const names = new Set(scopes.flatMap((scope) => scope.names));
  const hosts = new Map(
    scopes.flatMap((scope) => scope.hosts).map((host) => [`${host.cluster} ${host.containerInstance}`, host]),
  );
  const tasks = new Map<string, ScopedTask>();
  for (const task of scopes.flatMap((scope) => scope.tasks)) {
    const before = tasks.get(task.task);
    if (!before || isNewer(task, before)) tasks.set(task.task, task);
  }
  return {
    names: [...names].sort(),
    hosts: [...hosts].sort(byKey).map(([, host]) => host),
    tasks: [...tasks].sort(byKey).map(([, task]) => task),
  };
}

function isNewer(one: ScopedTask, other: ScopedTask): boolean {
  const newer = (one.version ?? -1) - (other.version ?? -1);
  return newer === 0 ? (one.queuedAt ?? -1) > (other.queuedAt ?? -1) : newer > 0;
}

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]) =>
  one < other ? -1 : one > other ? 1 : 0;

export function isEmptyScope({ names, hosts, tasks }: Scope): boolean {
  return names.length + hosts.length + tasks.length === 0;
}

/** The clusters that a scope touches, sorted. */
export function clustersOf({ hosts, tasks }: Scope): readonly string[] {
  return [...new Set([...hosts, ...tasks].map(({ cluster }) => cluster))].sort();
}

/** The part of a scope that lies in one cluster. */
export function within(scope: Scope, cluster: string): Scope {
  return {
    names: scope.names,
    hosts: scope.hosts.filter((host) => host.cluster === cluster),
    tasks: scope.tasks.filter((task) => task.cluster === cluster),
  };
}
