import fc from 'fast-check';
import { octetsAround } from '../../functions/domain/dns/answer.ts';
import { normalizeName } from '../../functions/domain/dns/name.ts';
import type { RecordSet, Routing } from '../../functions/domain/dns/record-set.ts';
import type { Claim, Shift } from '../../functions/domain/ecs/claim.ts';
import type { Judged } from '../../functions/domain/health/judged.ts';
import type { PlanSettings } from '../../functions/domain/plan/plan.ts';
import type {
  ClusterReading,
  Coverage,
  HostFate,
  Reading,
  TaskFate,
  ZoneSnapshot,
} from '../../functions/domain/reading/reading.ts';
import { claimsName, type LeftOutReason, REASONS, reasonRow } from '../../functions/domain/words/reason.ts';
import { MAX_DECLARATION, printable } from '../../functions/domain/words/text.ts';
import type { Capacity } from '../../functions/domain/zone/capacity.ts';
import { setsOf, ourValues as valuesOf } from '../../functions/domain/zone/routing.ts';
import { isPartForm } from '../../functions/domain/zone/spread.ts';
import { address, anyText, mixedValues, ourValues } from './arbitraries.ts';
import {
  addressSet,
  CALC,
  CLUSTER,
  claim,
  DEPLOYMENT,
  endpoint,
  entryOf,
  FAILING,
  formerEntryOf,
  HOUR,
  instanceArn,
  judged,
  MINUTE,
  NAMING,
  NOW,
  OTHER_CLUSTER,
  ourValue,
  PASSING,
  reading,
  rememberedAt,
  srvSet,
  TIME,
  taskArn,
  UNPROBED,
} from './builders.ts';

/** What one plan sees: a zone, a reading and what the plan covers. */
export interface World {
  readonly snapshot: ZoneSnapshot;
  readonly reading: Reading;
  readonly coverage: Coverage;
  /** How the deployment serves its names. */
  readonly routing: Routing;
  /** What becomes of what one set cannot hold, now and then with room for two or three values only. */
  readonly beyond: Pick<PlanSettings, 'beyondCapacity' | 'capacity'>;
  readonly onDraining: NonNullable<PlanSettings['onDraining']>;
}

const API = 'api.shop.internal.';
const NAMES = [CALC, TIME, API];
const IDS = ['1', '2', '3', '4', '5', '6', '7', '8'];

/** A task never changes its cluster or its host. */
const clusterOf = (id: string) => (Number(id) <= 5 ? CLUSTER : OTHER_CLUSTER);
const hostOf = (id: string) => instanceArn(`${Math.ceil(Number(id) / 2)}`);

const fleetId = () => fc.constantFrom(...IDS);
const port = () => fc.integer({ min: 80, max: 83 });
const containerPort = () => fc.integer({ min: 1, max: 2 });

/** Sets with identifiers at one name: ours as we leave them or as somebody named them, and now and then one of others. */
const identifiedSets = (name: string): fc.Arbitrary<readonly RecordSet[]> =>
  fc
    .record({
      values: ourValues(),
      policy: fc.constantFrom('weighted', 'multivalue'),
      ttl: fc.constantFrom(5, 60),
      byHand: fc.boolean(),
      theirs: fc.constantFrom([], [], ['1 1 80 db.example.'], ['1 1 80 db.example.', ourValue('10.0.0.1', 80)]),
      checked: fc.constantFrom(false, false, true),
    })
    .map(({ values, policy, ttl, byHand, theirs, checked }) => {
      const about = { policy, ttl, ...(policy === 'weighted' && { weight: 1 }) };
      const ours = setsOf(name, valuesOf(srvSet(name, values), NAMING), { routing: policy, naming: NAMING, ttl });
      return [
        ...ours.map((set, index) => ({
          ...set,
          ...(byHand && index === 0 && { setIdentifier: 'by hand' }),
          ...(checked && index === 0 && { attributes: ['HealthCheckId'] }),
        })),
        ...(theirs.length > 0 ? [srvSet(name, theirs, { ...about, setIdentifier: 'theirs' })] : []),
      ];
    });

/** Parts of a spread name, now and then with one that somebody has put his own into, or a set of others beside them. */
const partsAt = (name: string): fc.Arbitrary<readonly RecordSet[]> =>
  fc
    .record({
      values: ourValues(),
      ttl: fc.constantFrom(5, 60),
      theirs: fc.constantFrom(undefined, undefined, 'theirs', 'ecs/part-2', 'ecs/part-4'),
    })
    .map(({ values: all, ttl, theirs }) => {
      const about = { policy: 'weighted', ttl } as const;
      const parts = [0, 1, 2].map((part) => all.filter((_, index) => index % 3 === part));
      const ours = parts.map((values, index) =>
        srvSet(name, values, { ...about, setIdentifier: `ecs/part-${index + 1}`, weight: values.length }),
      );
      const beside =
        theirs === undefined
          ? []
          : [
              srvSet(name, ['1 1 80 db.example.', ourValue('10.0.0.1', 80)], {
                ...about,
                setIdentifier: theirs,
                weight: 1,
              }),
            ];
      return [...ours.filter(({ values, setIdentifier }) => values.length > 0 && setIdentifier !== theirs), ...beside];
    });

/** What one name can hold so that a few values fill it: three in a simple set, two in a part, five sets. */
export const TINY: Capacity = { values: 3, characters: 16_000, sets: 5, octets: octetsAround(CALC) + 2 * 60 };

/** What stands at one name: mostly a simple set that owners share, now and then something that is in the way. */
const setsAt = (name: string): fc.Arbitrary<readonly RecordSet[]> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 4, arbitrary: identifiedSets(name) },
    { weight: 2, arbitrary: partsAt(name) },
    {
      weight: 8,
      arbitrary: fc
        .tuple(mixedValues(), fc.constantFrom(5, 60))
        .map(([values, ttl]) => [srvSet(name, values, { ttl, stored: { Name: name } })]),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<readonly RecordSet[]>(
        [srvSet(name, ['x.example.'], { type: 'CNAME' })],
        [srvSet(name, [ourValue('10.0.0.1', 80)], { policy: 'weighted', setIdentifier: 'blue', weight: 1 })],
        [srvSet(name, ['10.9.9.9'], { type: 'A' })],
        [srvSet(name, [ourValue('10.0.0.1', 80)], { policy: 'other', attributes: ['HealthCheckId'] })],
        [srvSet(name, [ourValue('10.0.0.1', 80)], { policy: 'other', setIdentifier: 'eu', attributes: ['Region'] })],
      ),
    },
  );

const addressSets = fc.uniqueArray(
  fc
    .tuple(address(), fc.constantFrom<Partial<RecordSet>>({}, {}, {}, { ttl: 60 }, { values: ['10.0.9.9'] }))
    .map(([at, about]) => addressSet(at, about)),
  { selector: ({ ownerName }) => ownerName, maxLength: 5 },
);

const foreignSets: readonly RecordSet[] = [
  srvSet('db.shop.internal.', ['1 1 80 db.example.']),
  addressSet('10.0.0.1', { ownerName: 'ip-10-0-0-1.other.shop.internal.' }),
  addressSet('10.0.7.1', { ownerName: 'node1.ecs.shop.internal.' }),
  srvSet('_x._tcp.ecs.shop.internal.', [ourValue('10.0.0.1', 80), '0 0 1 x.example.']),
  srvSet('_etcd._tcp.shop.internal.', ['0 0 2380 node1.ecs.shop.internal.']),
  srvSet('*.shop.internal.', ['0 0 2380 NODE1.ecs.shop.internal']),
];

const zone = fc
  .record({
    names: fc.tuple(setsAt(CALC), setsAt(TIME), setsAt(API)),
    addresses: addressSets,
    foreign: fc.subarray([...foreignSets]),
    marked: fc.boolean(),
  })
  .map(
    ({ names, addresses, foreign, marked }): ZoneSnapshot => ({
      takenAt: NOW,
      recordSets: [...names.flat(), ...addresses, ...foreign],
      ...(marked && { marker: { deployment: DEPLOYMENT } }),
    }),
  );

const FAULTS = (Object.keys(REASONS['left-out']) as LeftOutReason[]).filter(
  (reason) => reasonRow('left-out', reason)?.metric === 'DeclarationsInvalid',
);

const left = (): fc.Arbitrary<Claim['leftOut']> =>
  fc.constantFrom<Claim['leftOut'][]>(
    { reason: 'stopping' },
    { reason: 'host-gone' },
    { reason: 'stopping', taskStops: true },
    { reason: 'starting' },
    { reason: 'no-binding' },
    { reason: 'no-address' },
    { reason: 'ignored' },
    ...FAULTS.map((reason) => ({ reason, detail: 'SERVICE_8080_WEIGHT: got "x"' })),
  );

/** One port of one task, with what its probe says. */
const instance: fc.Arbitrary<Judged> = fc
  .record({
    id: fleetId(),
    name: fc.constantFrom(...NAMES),
    container: fc.constantFrom('app', 'app', 'side'),
    containerPort: containerPort(),
    place: fc.option(fc.tuple(address(), port(), fc.integer({ min: 0, max: 1 })), { freq: 4 }),
    left: left(),
    probe: fc.constantFrom(undefined, PASSING, PASSING, FAILING, UNPROBED),
    health: fc.constantFrom(undefined, undefined, undefined, 'HEALTHY', 'UNHEALTHY', 'UNKNOWN'),
    taskUnhealthy: fc.constantFrom(false, false, false, true),
    startedAt: fc.constantFrom(NOW - HOUR, NOW - MINUTE, NOW - 1),
    text: anyText(),
  })
  .map(({ id, place, left: why, probe, health, startedAt, taskUnhealthy, text, ...declared }) => {
    const claims = place !== null || claimsName({ ...(why && { leftOut: why }) });
    const about: Partial<Claim> = {
      ...declared,
      ...(!claims && { name: printable(text, MAX_DECLARATION) }),
      ...(taskUnhealthy && { taskUnhealthy }),
      cluster: clusterOf(id),
      containerInstance: hostOf(id),
      awsvpc: id === '8',
      startedAt,
      graceEndsAt: startedAt + MINUTE,
    };
    if (!place) return judged(claim(id, { ...about, ...(why && { leftOut: why }) }));
    const [at, on, weight] = place;
    const where = endpoint(at, on, { weight });
    return judged(claim(id, { ...about, endpoint: where, ...(health && { containerHealth: health }) }), probe);
  });

/** A task declares a port of a container once. */
const portOf = ({ claim: { task, name, container, containerPort } }: Judged) =>
  `${task} ${name} ${container} ${containerPort}`;

const fates = <T extends string>(ids: readonly string[], ...all: readonly T[]): fc.Arbitrary<Record<string, T>> =>
  fc
    .array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...all)), { maxLength: 8 })
    .map((pairs) => Object.fromEntries(pairs));

interface WorldOptions {
  readonly kind?: 'full' | 'event';
  /** Whether instances may fail their checks. */
  readonly failing?: boolean;
  /** Whether services of theirs deploy, so that some of them are not to serve. */
  readonly shifts?: boolean;
}

/** What deployments say of the tasks, by id: one service has the first half of them, a second one the others. */
interface Deployments {
  readonly shares: readonly (Shift['share'] | undefined)[];
  readonly requested: number | null;
  /** Whether one of the names is a test name. */
  readonly tests: boolean;
}

const deployments = (): fc.Arbitrary<Deployments> =>
  fc.record({
    shares: fc.array(fc.constantFrom(undefined, 'all', 'all', 'none', 'none', 'unknown'), {
      minLength: 8,
      maxLength: 8,
    }),
    requested: fc.option(fc.integer({ min: 0, max: 3 })),
    tests: fc.boolean(),
  });

function deployed(one: Judged, { shares, requested, tests }: Deployments): Judged {
  const id = IDS.findIndex((own) => taskArn(own) === one.claim.task);
  const share = shares[id];
  if (share === undefined) return one;
  const isTest = tests && one.claim.name === API;
  const about = { ...(requested !== null && { requested }), ...(isTest && { isTest: true as const }) };
  return { ...one, claim: { ...one.claim, shift: { share, service: id < 4 ? 'one' : 'two', ...about } } };
}

/** Zones, fleets, inventories and fates that need not fit together, as after any history. */
export const worlds = ({ kind = 'full', failing = true, shifts = false }: WorldOptions = {}): fc.Arbitrary<World> =>
  fc
    .record({
      snapshot: zone,
      fleet: fc.uniqueArray(instance, { maxLength: 12, selector: portOf }),
      bystanders: fc.subarray(IDS),
      clusters: fc.tuple(clusterReading(), clusterReading()),
      known: fc.array(
        fc.tuple(fc.nat(), fleetId(), fc.constantFrom(MINUTE, HOUR + 20 * MINUTE), fc.option(containerPort())),
        { maxLength: 12 },
      ),
      taskFates: fates<TaskFate>(IDS, 'stopped', 'running', 'missing', 'unknown'),
      hostFates: fates<HostFate>(['1', '2', '3', '4'], 'live', 'gone', 'unknown'),
      taken: fc.subarray(IDS),
      idle: fc.array(address(), { maxLength: 4 }),
      scope: fc.subarray(NAMES, { minLength: 1 }),
      routing: fc.constantFrom<Routing>('simple', 'simple', 'weighted', 'multivalue'),
      beyond: fc.constantFrom<World['beyond']>({}, { beyondCapacity: 'spread', capacity: TINY }),
      onDraining: fc.constantFrom<World['onDraining']>('keep', 'deregister'),
      draining: fc.subarray(['1', '2', '3', '4'].map(instanceArn)),
      deploying: shifts ? deployments() : fc.constant(undefined),
    })
    .map(({ snapshot, fleet, clusters, deploying, routing, beyond, onDraining, draining, ...about }): World => {
      const readings: Record<string, ClusterReading> = { [CLUSTER]: clusters[0], [OTHER_CLUSTER]: clusters[1] };
      const isRead = (arn: string) => readings[arn] === 'read';
      const drains = ({ containerInstance = '' }: Claim) => draining.includes(containerInstance);
      const seen = fleet
        .map((one) => (drains(one.claim) ? { ...one, claim: { ...one.claim, hostDrains: true as const } } : one))
        .map((one) => (deploying ? deployed(one, deploying) : one))
        .filter((one) => isRead(one.claim.cluster))
        .filter(({ verdict }) => failing || verdict?.state !== 'failing');
      const listed = new Set([
        ...seen.map((one) => one.claim.task),
        ...about.bystanders.filter((id) => isRead(clusterOf(id))).map(taskArn),
      ]);
      const unlisted = Object.entries(about.taskFates).map(([id, fate]) => [taskArn(id), fate] as const);
      return {
        snapshot,
        routing,
        onDraining,
        beyond: fitsInto(snapshot, routing) ? beyond : {},
        coverage: kind === 'full' ? { kind } : { kind, names: about.scope },
        reading: reading({
          clusters: readings,
          judged: seen,
          listed: [...listed],
          remembered: rememberedIn(snapshot, about.known),
          taskFates: Object.fromEntries(unlisted.filter(([arn]) => !listed.has(arn))),
          hostFates: Object.fromEntries(Object.entries(about.hostFates).map(([id, fate]) => [instanceArn(id), fate])),
          addressTaken: kind === 'event' ? about.taken.map(taskArn) : [],
          idleAddresses: Object.fromEntries(about.idle.map((at) => [addressSet(at).ownerName, NOW - HOUR])),
          ...(kind === 'event' && { addresses: addressesSeen(snapshot.recordSets, seen, about.scope) }),
        }),
      };
    });

/** Whether nothing stands beyond a tiny capacity that would have to leave for it: only others could have made it so. */
const fitsInto = ({ recordSets }: ZoneSnapshot, routing: Routing): boolean =>
  routing === 'simple' &&
  [...Map.groupBy(recordSets, ({ ownerName }) => ownerName).values()].every((at) => {
    const values = at.filter((set) => !isPartForm(set)).flatMap((set) => set.values);
    return values.length <= TINY.values;
  });

const clusterReading = () => fc.constantFrom<ClusterReading>('read', 'read', 'read', 'read', 'unread', 'gone', 'asked');

/** Inventory entries of some of the values that stand in the zone, now and then as earlier versions have left them. */
function rememberedIn(
  { recordSets }: ZoneSnapshot,
  known: readonly (readonly [number, string, number, number | null])[],
) {
  const standing = recordSets.flatMap((set) => valuesOf(set, NAMING).map(({ key }) => ({ name: set.ownerName, key })));
  const entries = known.flatMap(([index, id, ago, declared]) => {
    const value = standing.length > 0 ? standing[index % standing.length] : undefined;
    const about = { cluster: clusterOf(id), containerInstance: hostOf(id), awsvpc: id === '8', lastSeen: NOW - ago };
    const entry = declared === null ? formerEntryOf(id, about) : entryOf(id, { ...about, containerPort: declared });
    return value ? [{ ...value, entry: entry }] : [];
  });
  return [...Map.groupBy(entries, ({ name }) => name)].map(([name, all]) =>
    rememberedAt(name, Object.fromEntries(all.map(({ key, entry: known }) => [key, known]))),
  );
}

/** What an event run reads of the address record sets: those of the hosts that it observed (design, section 4). */
export function addressesSeen(
  recordSets: readonly RecordSet[],
  seen: readonly Judged[],
  scope: readonly string[],
): NonNullable<Reading['addresses']> {
  const targets = seen.flatMap(({ claim: { name, endpoint: at } }) => (at && scope.includes(name) ? [at.target] : []));
  const lookedFor = [...new Set(targets)];
  return {
    lookedFor,
    recordSets: recordSets.filter(
      ({ type, ownerName }) => type === 'A' && lookedFor.includes(normalizeName(ownerName)),
    ),
  };
}
