import { pool } from '../adapters/pool.ts';
import { type ZoneReader, zoneReader } from '../adapters/route53-zone.ts';
import { runStore } from '../adapters/run-store.ts';
import { type ClaimCheck, claimCheck } from '../contracts/claim-check.ts';
import { type Environment, namingOf, readEnvironment } from '../contracts/environment.ts';
import { type RunState, runKey, snapshotZoneContract } from '../contracts/run.ts';
import { isBelow } from '../domain/dns/name.ts';
import { isOurValue, type Naming, ownerSubtree } from '../domain/dns/naming.ts';
import type { RecordSet } from '../domain/dns/record-set.ts';
import { type KnownAddresses, knownAddresses } from '../domain/plan/known-addresses.ts';
import { type Marker, readMarker } from '../domain/plan/marker.ts';
import type { ZoneSnapshot } from '../domain/plan/plan.ts';
import { InvalidConfigurationError, OwnerTakenError, ZoneMismatchError } from '../domain/run/errors.ts';
import type { Scope } from '../domain/run/scope.ts';
import { step } from '../runtime/step.ts';
import { type Clock, systemClock } from './clock.ts';

const VARIABLES = ['HOSTED_ZONE_ID', 'ZONE_NAME', 'OWNER_LABEL', 'DEPLOYMENT_ID', 'RUN_BUCKET'] as const;

interface Ports {
  readonly claims: ClaimCheck;
  readonly zone: ZoneReader;
  readonly clock: Clock;
}

/** Reads the zone before anything of ECS is read: all of it, or in event runs only their names. */
export const snapshotZone =
  (
    { claims, zone, clock }: Ports,
    environment: Environment<'HOSTED_ZONE_ID' | 'ZONE_NAME' | 'OWNER_LABEL' | 'DEPLOYMENT_ID'>,
  ) =>
  async ({ run }: { run: RunState }) => {
    const naming = namingOf(environment);
    const { name, isPrivate } = await zone.describe();
    if (name !== naming.zone) {
      throw new ZoneMismatchError(
        `hosted zone ${environment.HOSTED_ZONE_ID} is named "${name}", the deployment is configured for "${naming.zone}"; correct one of the two`,
      );
    }
    if (!isPrivate) {
      throw new InvalidConfigurationError(
        `hosted zone ${environment.HOSTED_ZONE_ID}, "${name}", is public, want a private one: what is published are private addresses`,
      );
    }
    const takenAt = clock.now();
    const { sets, addresses } =
      run.kind === 'full' ? { sets: await zone.all() } : await readNames(zone, await scopeOf(claims, run), naming);
    const marker = markerIn(sets, naming, environment.DEPLOYMENT_ID);
    const recordSets = sets.filter((set) => concerns(set, naming));
    const soa = sets.find(({ ownerName, type }) => type === 'SOA' && ownerName === naming.zone);
    const snapshot: ZoneSnapshot = {
      takenAt,
      recordSets,
      ...(marker && { marker }),
      ...(soa && { soa }),
      ...(addresses && { addresses }),
      ...(run.kind === 'full' && { total: sets.length }),
    };
    return {
      takenAt,
      snapshot: await claims.save('snapshot', runKey(run, 'snapshot'), snapshot),
      recordSets: sets.length,
      ours: recordSets.flatMap(({ values }) => values).filter((value) => isOurValue(value, naming)).length,
    };
  };

async function scopeOf(claims: ClaimCheck, { scope }: RunState): Promise<Scope> {
  return scope ? claims.load<Scope>('scope', scope) : { names: [], hosts: [], tasks: [] };
}

/** What stands at the names, and the marker: the call that reads it gives the address record sets behind it as well. */
async function readNames(
  zone: ZoneReader,
  { names }: Scope,
  naming: Naming,
): Promise<{ readonly sets: readonly RecordSet[]; readonly addresses: KnownAddresses }> {
  const subtree = ownerSubtree(naming);
  const [page, sets] = await Promise.all([zone.from(subtree), pool(names, 5, (name) => zone.at(name))]);
  const markers = page.recordSets.filter(({ ownerName }) => ownerName === subtree);
  return { sets: [...markers, ...sets.flat()], addresses: knownAddresses(page, naming) };
}

/** What planning looks at: SRV and CNAME sets anywhere, everything of our own subtree. */
function concerns({ type, ownerName }: RecordSet, naming: Naming): boolean {
  return type === 'SRV' || type === 'CNAME' || (type === 'A' && isBelow(ownerName, ownerSubtree(naming)));
}

/** @throws OwnerTakenError before anything is changed when the owner label is somebody else's */
function markerIn(sets: readonly RecordSet[], naming: Naming, deployment: string): Marker | undefined {
  const subtree = ownerSubtree(naming);
  const found = sets.find(({ ownerName, type }) => ownerName === subtree && type === 'TXT');
  if (!found) return undefined;
  const marker = readMarker(found);
  if (marker?.deployment === deployment) return marker;
  const holder = marker
    ? `deployment "${marker.deployment}"`
    : `a TXT record set of another kind (${found.values.join(' ').slice(0, 80)})`;
  throw new OwnerTakenError(
    `owner label "${naming.owner}" in zone "${naming.zone}" is taken by ${holder}, this deployment is "${deployment}"; choose another owner label`,
  );
}

export const handler = step(snapshotZoneContract, () => {
  const environment = readEnvironment(process.env, ...VARIABLES);
  return snapshotZone(
    {
      claims: claimCheck(runStore(environment.RUN_BUCKET)),
      zone: zoneReader(environment.HOSTED_ZONE_ID),
      clock: systemClock,
    },
    environment,
  );
});
