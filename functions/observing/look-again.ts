import { pool } from '../adapters/aws/pool.ts';
import type { ZoneReader } from '../adapters/route53-zone.ts';
import { isAddressSet } from '../domain/dns/address-family.ts';
import { isAddressName } from '../domain/dns/address-name.ts';
import type { Claim } from '../domain/ecs/claim.ts';
import type { ClaimSettings } from '../domain/ecs/declared.ts';
import { clustersOf, within } from '../domain/reading/scope.ts';
import type { PlannedName } from '../domain/telling/plan-record.ts';
import { type Disagreement, listsAll, scopeOfVerification } from '../domain/telling/verify.ts';
import { ClusterGoneError } from '../domain/words/errors.ts';
import { isMarked } from '../domain/zone/addresses.ts';
import { type EcsPorts, listed, observeTasks } from './observe.ts';
import type { KeptPass } from './passes.ts';
import { setsAt } from './sets-at.ts';

/** What a run has changed so far; its first pass says what kind of run it is. */
export interface Changed {
  readonly run: KeptPass | undefined;
  readonly changed: readonly PlannedName[];
}

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
      const [wanted, hosting] = [new Set(tasks.map(({ task }) => task)), new Set(instances)];
      const described = await ports.ecs.describeTasks(cluster, [...wanted.union(new Set(running))]);
      const concerned = described.tasks.filter(
        ({ arn, containerInstance }) =>
          wanted.has(arn) || (containerInstance !== undefined && hosting.has(containerInstance)),
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
  zone: Pick<ZoneReader, 'at' | 'from'>,
  about: Pick<Changed, 'changed'>,
  { naming, family }: ClaimSettings,
): Promise<readonly Disagreement[]> {
  const created = about.changed.flatMap(({ name, created }) =>
    isAddressName(name, naming) ? [] : created.map((where) => ({ name, where, target: where.target })),
  );
  const targets = created.map(({ target }) => target);
  const sets = await setsAt(zone, targets, 1);
  const standing = sets.filter((set) => isAddressSet(set, naming) && !isMarked(set, naming));
  const of = (type: string) => new Set(standing.flatMap((set) => (set.type === type ? [set.ownerName] : [])));
  const [a, aaaa] = [of('A'), of('AAAA')];
  const right = family === 'dualstack' ? a.intersection(aaaa) : family === 'ipv6' ? aaaa : a;
  return created
    .filter(({ target }) => !right.has(target))
    .map(({ name, where, target }) => ({
      name,
      where,
      finding: `published ${where.value}, but ${target} has no right address record set`,
    }));
}
