import { pool } from '../adapters/aws/pool.ts';
import type { ZoneReader } from '../adapters/route53-zone.ts';
import { compareNames } from '../domain/dns/name.ts';
import { type Naming, ownerSubtree } from '../domain/dns/ownership.ts';
import type { RecordSet } from '../domain/dns/record-set.ts';
import type { Claim } from '../domain/ecs/claim.ts';
import type { ClaimSettings } from '../domain/ecs/declared.ts';
import { clustersOf, within } from '../domain/reading/scope.ts';
import type { PlannedName } from '../domain/telling/plan-record.ts';
import { type Disagreement, listsAll, scopeOfVerification } from '../domain/telling/verify.ts';
import { ClusterGoneError } from '../domain/words/errors.ts';
import { isAddressSet, isMarked } from '../domain/zone/addresses.ts';
import { reaches } from '../domain/zone/known-addresses.ts';
import { type EcsPorts, listed, observeTasks } from './observe.ts';
import type { KeptPass } from './passes.ts';

/** Beyond this many names or address sets one listing of all costs less than asking for each. */
const WORTH_LISTING = 20;

type Zone = Pick<ZoneReader, 'at' | 'below' | 'from'>;

/** What a run has changed so far; its first pass says what kind of run it is. */
export interface Changed {
  readonly run: KeptPass | undefined;
  readonly changed: readonly PlannedName[];
}

/** The calls of an event run depend on its events, never on the fleet. */
export const worthListing = ({ run }: Changed, count: number) => run?.plan.kind === 'full' && count > WORTH_LISTING;

/** Observes again what stands behind the changes. */
export async function lookAgain(given: EcsPorts, about: Changed, settings: ClaimSettings): Promise<readonly Claim[]> {
  // The VPC of an address makes it no other endpoint.
  const ports = { ...given, ec2: { ...given.ec2, vpcsOf: async () => new Map<string, string>() } };
  const scope = scopeOfVerification(about.changed);
  const { kind = 'event', sizes = {} } = about.run?.plan ?? {};
  const seen = await pool(clustersOf(scope), 5, async (cluster) => {
    const { hosts, tasks } = within(scope, cluster);
    const instances = hosts.map(({ containerInstance }) => containerInstance);
    const finding = { hosts: instances.length, described: tasks.length, tasks: sizes[cluster] };
    try {
      const running = await listed(ports, cluster, listsAll(kind, finding) ? undefined : instances);
      const wanted = new Set(tasks.map(({ task }) => task));
      const described = await ports.ecs.describeTasks(cluster, [...wanted.union(new Set(running))]);
      const concerned = described.tasks.filter(
        ({ arn, containerInstance }) => wanted.has(arn) || instances.some((one) => one === containerInstance),
      );
      return (await observeTasks(ports, cluster, concerned, { ...settings, everyHost: false })).claims;
    } catch (fault) {
      if (fault instanceof ClusterGoneError) return [];
      throw fault;
    }
  });
  return seen.flat();
}

/** Address record sets that created values name and that are not there, or about to be retired (L9). */
export async function missingAddresses(
  zone: Zone,
  about: Changed,
  { naming }: ClaimSettings,
): Promise<readonly Disagreement[]> {
  const created = about.changed.flatMap(({ name, created }) =>
    created.map((where) => ({ name, where, target: where.target })),
  );
  const targets = [...new Set(created.map(({ target }) => target))];
  const sets = worthListing(about, targets.length)
    ? await zone.below(ownerSubtree(naming))
    : await setsAt(zone, targets, naming);
  const right = new Set(
    sets.flatMap((set) => (isAddressSet(set, naming) && !isMarked(set, naming) ? [set.ownerName] : [])),
  );
  return created
    .filter(({ target }) => !right.has(target))
    .map(({ name, where, target }) => ({
      name,
      where,
      finding: `published ${where.value}, but ${target} has no right address record set`,
    }));
}

/** What stands at some targets: one call from the first on, which mostly has the others too, and one for each that it lacks. */
async function setsAt(zone: Zone, targets: readonly string[], naming: Naming): Promise<readonly RecordSet[]> {
  const [first, ...others] = targets.toSorted(compareNames);
  if (first === undefined) return [];
  const page = await zone.from(first);
  const beyond = others.filter((target) => !reaches(page, target, naming));
  return [...page.recordSets, ...(await pool(beyond, 5, (target) => zone.at(target))).flat()];
}
