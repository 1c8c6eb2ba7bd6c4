import { isIPv6 } from 'node:net';
import { addressOf, targetOf } from '../../functions/domain/dns/ownership.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { OWNER, type World, ZONE, ZONE_ID } from '../support/world.ts';
import type { Dice } from './dice.ts';
import { NAMES } from './fleet.ts';

const NAMING = { zone: ZONE, owner: OWNER };
const HEALTH_CHECK = '11111111-2222-3333-4444-555555555555';
/** Names that Route 53 stores with escapes; no task declares them. */
const ESCAPED = ['\\052', 'a\\040b', '\\374'];

/** By itself, so that the worlds would notice if the product took more for its own. */
const isOurs = (value: string) =>
  new RegExp(`^\\S+ \\S+ \\d+ (ip(-\\d{1,3}){4}|ip6-[0-9a-f]{32})\\.${OWNER}\\.${ZONE}?$`, 'i').test(value);

type RecordSet = ReturnType<World['aws']['route53']['recordSets']>[number];

/** What a zone holds before we come. */
export interface Beginning {
  /** Names that nothing of ours can be published under: a CNAME or others' record set of another routing stands there. */
  readonly blocked: ReadonlySet<string>;
  /** Names in whose simple set others have values: ours may not be spread there. */
  readonly shared: ReadonlySet<string>;
  /** Others use the owner label, and no marker says that it is ours: nothing may be changed. */
  readonly taken: boolean;
}

/** Attributes that make a set somebody else's as a whole, whatever its values are. */
const FOREIGN: readonly object[] = [
  { SetIdentifier: 'a', Weight: 7, HealthCheckId: HEALTH_CHECK },
  { SetIdentifier: 'a', MultiValueAnswer: true, HealthCheckId: HEALTH_CHECK },
  { SetIdentifier: 'a', Region: 'eu-west-1' },
  { SetIdentifier: 'a', GeoLocation: { CountryCode: 'DE' } },
  { HealthCheckId: HEALTH_CHECK },
];

/** Fills a zone with what others and earlier lives of ours have left: any of it, now and then all of it. */
export async function fill({ aws }: World, dice: Dice): Promise<Beginning> {
  aws.route53.addHealthCheck(HEALTH_CHECK);
  const changes: object[] = [];
  const add = (name: string, Type: string, values: readonly string[], about: object = {}) =>
    changes.push({
      Action: 'CREATE',
      ResourceRecordSet: {
        Name: `${name}.${ZONE}`,
        Type,
        TTL: dice.pick([5, 60]),
        ResourceRecords: values.map((Value) => ({ Value })),
        ...about,
      },
    });
  const blocked = new Set<string>();
  const shared = new Set<string>();
  const theirs = [
    '10 5 443 by-hand.example.com.',
    `1 1 9 ip-10-9-9-9.green.${ZONE}`,
    `0 0 2380 node1.${OWNER}.${ZONE}`,
    '0 0 7 A.Example',
  ];
  const ours = [1, 2, 3].map((port) => `1 1 ${port} ${targetOf('10.8.8.8', NAMING)}`);
  // The same values as people spell them.
  const spelled = [ours[0]?.replace(/\.$/, ''), ours[1]?.toUpperCase().replace(/\.$/, ''), '0 0 7 a.example'];
  const mixed = () => [
    ...dice.some(theirs, 0.3),
    ...dice.some(ours, 0.3),
    ...(dice.chance(0.2) ? dice.some(spelled, 0.5).flatMap((one) => one ?? []) : []),
  ];
  for (const name of NAMES) {
    const values = mixed();
    if (dice.chance(0.1)) {
      const some = values.length > 0 ? values : ['1 1 1 a.example.com'];
      const foreign = dice.pick([...FOREIGN, undefined]);
      if (dice.chance(0.3)) {
        add(name, 'CNAME', ['elsewhere.example.com']);
        blocked.add(name);
      } else {
        add(name, 'SRV', some, foreign ?? { SetIdentifier: 'a', Weight: 1 });
        // A set with an identifier that is wholly ours is ours, and becomes a simple one.
        if (foreign || some.some((value) => !isOurs(value))) blocked.add(name);
      }
      continue;
    }
    if (values.length > 0) add(name, 'SRV', values);
    if (values.some((value) => !isOurs(value))) shared.add(name);
    if (dice.chance(0.2)) add(name, 'TXT', ['"by hand"']);
  }
  for (const name of dice.some(ESCAPED, 0.1)) add(name, 'SRV', [...new Set([...mixed(), ours[2] ?? ''])]);
  if (dice.chance(0.3)) add('db', 'SRV', ['1 1 5432 db.example.com']);
  if (dice.chance(0.3)) add('ip-10-9-9-9.green', 'A', ['10.9.9.9']);
  if (dice.chance(0.2)) add('www', 'CNAME', ['www.example.com']);
  const inUse = dice.chance(0.15);
  if (inUse) useLabel(add, dice);
  const marked = inUse && dice.chance(0.7);
  if (marked) add(OWNER, 'TXT', [MARKER, ...dice.some(['"v=spf1 -all"'], 0.5)]);
  if (changes.length > 0) {
    const input = { HostedZoneId: ZONE_ID, ChangeBatch: { Changes: changes } };
    const context = { region: 'us-east-1', accountId: '1', requestId: 'others' };
    await aws.route53.operations.ChangeResourceRecordSets?.(input as never, context);
  }
  return { blocked, shared, taken: inUse && !marked };
}

const MARKER = `"ecs-service-discovery-dns deployment=${ACCOUNT}/${REGION}/test"`;

/** What others may have below the owner label. */
function useLabel(add: (name: string, type: string, values: readonly string[], about?: object) => void, dice: Dice) {
  const uses = [
    () => add(`node1.${OWNER}`, 'A', ['10.7.7.7']),
    () => add(`*.${OWNER}`, 'A', ['10.7.7.7']),
    () => add(`b.node2.${OWNER}`, 'TXT', ['"by hand"']),
    () => add(`www.${OWNER}`, 'CNAME', ['www.example.com']),
    () => add(`_x._tcp.${OWNER}`, 'SRV', [`0 0 1 ${targetOf('10.8.8.8', NAMING)}`, '0 0 1 x.example']),
    () => add(`ip-10-8-8-7.${OWNER}`, 'A', ['10.8.8.8']),
    () =>
      add(`ip-10-8-8-8.${OWNER}`, 'A', ['10.8.8.8'], { SetIdentifier: 'a', Weight: 1, HealthCheckId: HEALTH_CHECK }),
  ];
  const some = dice.some(uses, 0.3);
  for (const use of some.length > 0 ? some : [dice.pick(uses)]) use();
}

/** Our values of the zone, as `name value`, in order. */
export const published = (world: World): readonly string[] =>
  [...NAMES, ...ESCAPED]
    .flatMap((name) => world.values(name).flatMap((value) => (isOurs(value) ? [`${name} ${value}`] : [])))
    .sort();

/** Whether a set is one of our own form: the marker is told by its text, as one of the values. */
function isOwnAddress({ Name = '', Type, SetIdentifier, ResourceRecords = [] }: RecordSet): boolean {
  const [only, ...more] = ResourceRecords;
  if (SetIdentifier !== undefined || only?.Value === undefined || more.length > 0) return false;
  const beside = Type === 'AAAA' && /^ip(-\d{1,3}){4}\./.test(Name) && isIPv6(only.Value);
  return beside || (addressOf(Name, NAMING) === only.Value && Type === (isIPv6(only.Value) ? 'AAAA' : 'A'));
}

/** Whether our marker stands at the owner label. */
export const isMarked = ({ aws }: World): boolean =>
  aws.route53
    .recordSets(ZONE_ID)
    .some(
      ({ Name, Type, ResourceRecords = [] }) =>
        Name === `${OWNER}.${ZONE}` && Type === 'TXT' && ResourceRecords.some(({ Value }) => Value === MARKER),
    );

/** Everything that is not ours, as text. */
export function foreign({ aws }: World): string {
  const sets = aws.route53.recordSets(ZONE_ID).filter((set) => !isOwnAddress(set));
  const kept = sets.flatMap((found) => {
    const { ResourceRecords = [], ...set } = found;
    const all = ResourceRecords.map(({ Value = '' }) => Value);
    const isTheirs = (value: string) => value !== MARKER && !isOurs(value);
    const below = set.Name?.endsWith(`.${OWNER}.${ZONE}`);
    const whole = below || set.HealthCheckId !== undefined || set.Region !== undefined || set.GeoLocation !== undefined;
    const untouchable = whole || (set.SetIdentifier !== undefined && all.some(isTheirs));
    const values = untouchable ? all : all.filter(isTheirs);
    return values.length > 0 ? [{ ...set, values: values.sort() }] : [];
  });
  return JSON.stringify(kept);
}
