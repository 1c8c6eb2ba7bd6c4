import { isOurValue, targetOf } from '../../functions/domain/dns/naming.ts';
import { OWNER, type World, ZONE, ZONE_ID } from '../support/world.ts';
import type { Dice } from './dice.ts';
import { NAMES } from './fleet.ts';

const NAMING = { zone: ZONE, owner: OWNER };

/** What a zone holds before we come. */
export interface Beginning {
  /** Names that nothing of ours can be published under: a CNAME or others' record set of another routing stands there. */
  readonly blocked: ReadonlySet<string>;
}

/** Fills a zone with what others and earlier lives of ours have left: any of it, now and then all of it. */
export async function fill({ aws }: World, dice: Dice): Promise<Beginning> {
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
  for (const name of NAMES) {
    const theirs = ['10 5 443 by-hand.example.com.', `1 1 9 ip-10-9-9-9.green.${ZONE}`, 'no SRV', '0 0 7 A.Example'];
    const ours = [1, 2, 3].map((port) => `1 1 ${port} ${targetOf('10.8.8.8', NAMING)}`);
    const values = [...dice.some(theirs.slice(0, 2), 0.4), ...dice.some(ours, 0.3)];
    if (dice.chance(0.06)) {
      const alias = dice.chance(0.5);
      const weighted = values.length > 0 ? values : ['1 1 1 a.example.com'];
      if (alias) add(name, 'CNAME', ['elsewhere.example.com']);
      else add(name, 'SRV', weighted, { SetIdentifier: 'a', Weight: 1 });
      // A set with an identifier that is wholly ours is ours, and becomes a simple one.
      if (alias || weighted.some((value) => !isOurValue(value, NAMING))) blocked.add(name);
      continue;
    }
    if (values.length > 0) add(name, 'SRV', values);
    if (dice.chance(0.2)) add(name, 'TXT', ['"by hand"']);
  }
  if (dice.chance(0.3)) add('db', 'SRV', ['1 1 5432 db.example.com']);
  if (dice.chance(0.3)) add('ip-10-9-9-9.green', 'A', ['10.9.9.9']);
  if (dice.chance(0.2)) add('www', 'CNAME', ['www.example.com']);
  if (changes.length > 0) {
    const input = { HostedZoneId: ZONE_ID, ChangeBatch: { Changes: changes } };
    const context = { region: 'us-east-1', accountId: '1', requestId: 'others' };
    await aws.route53.operations.ChangeResourceRecordSets?.(input as never, context);
  }
  return { blocked };
}

/** Our values of the zone, as `name value`, in order. */
export const published = (world: World): readonly string[] =>
  NAMES.flatMap((name) =>
    world.values(name).flatMap((value) => (isOurValue(value, NAMING) ? [`${name} ${value}`] : [])),
  ).sort();

/** Everything that is not ours, as text. */
export function foreign({ aws }: World): string {
  const sets = aws.route53.recordSets(ZONE_ID).filter(({ Name = '' }) => !Name.endsWith(`${OWNER}.${ZONE}`));
  const kept = sets.flatMap(({ ResourceRecords = [], ...set }) => {
    const all = ResourceRecords.map(({ Value = '' }) => Value);
    const isTheirs = (value: string) => !isOurValue(value, NAMING);
    const untouchable = set.Type !== 'SRV' || (set.SetIdentifier !== undefined && all.some(isTheirs));
    const values = untouchable ? all : all.filter(isTheirs);
    return values.length > 0 ? [{ ...set, values: values.sort() }] : [];
  });
  return JSON.stringify(kept);
}
