import type { ZonePage, ZoneReader } from '../adapters/route53-zone.ts';
import type { Payloads } from '../contracts/crossing.ts';
import { type Environment, namingOf } from '../contracts/environment.ts';
import { objectAt } from '../contracts/payloads.ts';
import { type Given, type RunState, snapshotZoneContract } from '../contracts/states.ts';
import { aliasNameOf, isAddressName, isAddressType } from '../domain/dns/address-name.ts';
import { isBelow } from '../domain/dns/name.ts';
import { addressOf, type Naming, ownerSubtree } from '../domain/dns/ownership.ts';
import type { RecordSet } from '../domain/dns/record-set.ts';
import { isOldNews, onlyStops } from '../domain/reading/old-news.ts';
import type { ZoneSnapshot } from '../domain/reading/reading.ts';
import { EMPTY_SCOPE, type Scope } from '../domain/reading/scope.ts';
import { InvalidConfigurationError, OwnerTakenError, ZoneMismatchError } from '../domain/words/errors.ts';
import { isOurAlias } from '../domain/zone/alias.ts';
import { type KnownAddresses, knownAddresses } from '../domain/zone/known-addresses.ts';
import { namesOfSets, strangers } from '../domain/zone/label-taken.ts';
import { holderOf, type Marker } from '../domain/zone/marker.ts';
import { ourValues } from '../domain/zone/routing.ts';
import { readRemembered } from '../observing/inventory-store.ts';
import { impatientObjects } from '../observing/noted-objects.ts';
import { progressOf } from '../observing/progress.ts';
import { zoneReadOn } from '../observing/read-on.ts';
import { setsAt } from '../observing/sets-at.ts';
import type { Clock } from '../runtime/clock.ts';
import { clock, payloads, zone } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

interface Ports {
  readonly payloads: Payloads;
  readonly zone: ZoneReader;
  readonly clock: Clock;
}

/** Reads the zone before anything of ECS is read: all of it, or in event runs only their names. */
export const snapshotZone =
  (
    { payloads, zone, clock }: Ports,
    environment: Environment<'HOSTED_ZONE_ID' | 'ZONE_NAME' | 'OWNER_LABEL' | 'DEPLOYMENT_ID'>,
  ) =>
  async ({ run, retries = 0 }: Given<typeof snapshotZoneContract>) => {
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
    const scope = await scopeOf(payloads, run);
    const progress = await progressOf({ payloads, clock, at: objectAt('progress', run, 'snapshot-zone'), retries });
    const reader = zoneReadOn(zone, progress);
    const takenAt = progress.since;
    const [{ sets, top, addresses }, remembered] = await progress.during(() =>
      Promise.all([
        run.kind === 'full' ? readAll(reader) : readNames(reader, scope, naming),
        mayBeOld(run, scope) ? readRemembered(impatientObjects(payloads.lasting), scope.names) : [],
      ]),
    );
    const marker = await markerIn(top, { zone, naming, deployment: environment.DEPLOYMENT_ID });
    const recordSets = sets.flatMap((set) => concerning(set, naming));
    const soa = sets.find(({ ownerName, type }) => type === 'SOA' && ownerName === naming.zone);
    const others = run.kind === 'full' ? strangers(sets, naming) : [];
    const snapshot: ZoneSnapshot = {
      takenAt,
      recordSets,
      ...(marker && { marker }),
      ...(soa && { soa }),
      ...(addresses && { addresses }),
      ...(run.kind === 'full' && { total: sets.length }),
      ...(others.length > 0 && { strangers: namesOfSets(others) }),
    };
    const at = objectAt('snapshot', run);
    return {
      takenAt,
      // Event runs do not wait for the object: where a plan is made from it, PlanChanges keeps both.
      snapshot: run.kind === 'full' ? await payloads.keep(at, snapshot) : await payloads.save(at, snapshot),
      recordSets: sets.length,
      ours: recordSets.flatMap((set) => ourValues(set, naming)).length,
      oldNews: mayBeOld(run, scope) && isOldNews(scope, { snapshot, remembered }, naming),
      ...(marker?.paused && { paused: marker.paused }),
    };
  };

/** Only as events have asked for it: whatever follows is about what the run itself has found or done. */
const mayBeOld = ({ kind, trigger, pass }: RunState, scope: Scope): boolean =>
  kind === 'event' && trigger === 'events' && pass === 1 && onlyStops(scope);

async function scopeOf(payloads: Payloads, { kind, scope }: RunState): Promise<Scope> {
  return scope && kind === 'event' ? payloads.load('scope', scope) : EMPTY_SCOPE;
}

/** What was read of the zone, and of it what stands at our label and below. */
interface ZoneView {
  readonly sets: readonly RecordSet[];
  readonly top: ZonePage;
  readonly addresses?: KnownAddresses;
}

async function readAll(zone: ZoneReader): Promise<ZoneView> {
  const sets = await zone.all();
  return { sets, top: { recordSets: sets } };
}

/** What stands at the names, and the marker: the call that reads it gives the address record sets behind it as well. */
async function readNames(zone: ZoneReader, { names }: Scope, naming: Naming): Promise<ZoneView> {
  if (names.length === 0) return { sets: [], top: { recordSets: [] } };
  const all = names.flatMap((name) => [name, aliasNameOf(name, naming) ?? []].flat());
  const [top, sets] = await Promise.all([zone.from(ownerSubtree(naming)), setsAt(zone, all)]);
  return { sets, top, addresses: knownAddresses(top, naming) };
}

/**
 * What planning looks at: SRV and CNAME sets anywhere, the addresses of our own subtree; of those of others, beside which an
 * alias of ours may be wanted, only what tells whether it can stand.
 */
function concerning(set: RecordSet, naming: Naming): readonly RecordSet[] {
  const { type, ownerName } = set;
  if (type === 'SRV' || type === 'CNAME') return [set];
  if (!isAddressType(type)) return [];
  if (isOurAlias(set, naming)) return [set];
  if (isBelow(ownerName, ownerSubtree(naming))) {
    const isNobodys =
      type === 'AAAA' && addressOf(ownerName, naming) === undefined && !isAddressName(ownerName, naming);
    return isNobodys ? [] : [set];
  }
  const { stored: _, values: __, ...outline } = set;
  return [{ ...outline, values: [] }];
}

/**
 * The marker of this deployment; undefined where nothing of the label is anybody's yet.
 *
 * @param top what stands at the label and below, as far as it was read
 * @throws OwnerTakenError before anything is changed when the owner label is somebody else's, or in use
 */
async function markerIn(
  top: ZonePage,
  { zone, naming, deployment }: { readonly zone: ZoneReader; readonly naming: Naming; readonly deployment: string },
): Promise<Marker | undefined> {
  const label = `owner label "${naming.owner}" in zone "${naming.zone}"`;
  const holder = holderOf(top.recordSets, naming, deployment);
  if (holder.state === 'ours') return holder.marker;
  if (holder.state === 'taken') {
    throw new OwnerTakenError(
      `${label} is taken by ${holder.by}, this deployment is "${deployment}"; choose another owner label`,
    );
  }
  // Without a marker nothing may stand there that no deployment makes; a page may not have shown all of it.
  const all = top.before === undefined ? top.recordSets : await zone.below(ownerSubtree(naming));
  const found = strangers(all, naming);
  if (found.length === 0) return undefined;
  throw new OwnerTakenError(
    `${label} is in use, and no marker says that it is ours: there stand ${namesOfSets(found)}, which no deployment has made; choose another owner label, or remove them`,
  );
}

export const handler = wire('SnapshotZone', {
  contract: snapshotZoneContract,
  ports: { payloads, zone, clock },
  work: snapshotZone,
});
