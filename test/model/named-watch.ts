import { isAddressType } from '../../functions/domain/dns/address-name.ts';
import { parseSrv } from '../../functions/domain/dns/srv.ts';
import { isOurText } from '../support/builders.ts';
import { type World, ZONE, ZONE_ID } from '../support/world.ts';
import { addressIn } from './fleet.ts';
import { ALIAS_NAME, addressSetOf } from './neighbour.ts';
import type { Named } from './traits.ts';
import { claimants, isAliasOf, namingOf, ownerOf, type RecordSet, valuesIn, type Watched } from './watch.ts';

type Change = { readonly before?: RecordSet; readonly after?: RecordSet };

/**
 * What no moment may break of names beyond one for each port: sets of others stay (L2), a host that drains takes nobody's
 * last instance away (L7), an alias stands only while its set does, and a published target answers in each family (L9).
 */
export function watchNames({ aws }: World, { family }: Named, { tasks, violations }: Watched): void {
  /** Sets that somebody has deleted by hand, as `<name> <type>`: runs find out when they look. */
  const byHand = new Set<string>();
  /** Aliases that were taken away, as `<owner> <type>`: one may come back just when a run that has missed it removes the set. */
  const bereft = new Set<string>();
  aws.route53.onChange(({ comment = '', changes }) => {
    const by = ownerOf(comment);
    for (const { before, after } of changes) {
      if (after) byHand.delete(keyOf(after));
      else if (before && by === undefined) byHand.add(keyOf(before));
      if (before?.AliasTarget && !after && by === undefined) bereft.add(`${ownerOfAlias(before)} ${before.Type}`);
    }
    if (by === undefined) return;
    const sets = aws.route53.recordSets(ZONE_ID);
    const stands = (key: string) => byHand.has(key) || sets.some((set) => keyOf(set) === key);
    const breaks = (law: string, what: string) => violations.push(`${law} ${comment} ${what}`);
    for (const change of changes) {
      if (!isOwn(change, by)) breaks('L2', `changes what is not its own: ${JSON.stringify(change)}`);
      const last = lastOf(change, { by, sets, tasks });
      if (last !== undefined) breaks('L7', `takes ${last} away, the last one of its name, whose task runs`);
    }
    for (const set of sets.filter((one) => isAliasOf(one, by) && !bereft.has(`${by} ${one.Type}`)))
      if (!stands(`${addressSetOf(by)} ${set.Type}`)) breaks('L9', `leaves the alias ${keyOf(set)} without addresses`);
    const lacking = family === 'dualstack' ? targetsOf(changes, by).find((one) => !stands(`${one} AAAA`)) : undefined;
    if (lacking !== undefined) breaks('L9', `publishes ${lacking}, which has no AAAA record set`);
  });
}

const ownerOfAlias = ({ AliasTarget }: RecordSet): string =>
  /\._address\.([^.]+)\./.exec(AliasTarget?.DNSName ?? '')?.[1] ?? '';

const keyOf = ({ Name, Type }: RecordSet): string => `${Name} ${Type}`;

/** SRV sets have values of several, which are told apart one by one. */
function isOwn({ before, after }: Change, by: string): boolean {
  return [before, after].every((set) => {
    if (!set || set.Type === 'SRV' || `.${set.Name}`.endsWith(`.${by}.${ZONE}`)) return true;
    return set.Name === ALIAS_NAME && isAliasOf(set, by);
  });
}

/** Targets of values that a change adds. */
const targetsOf = (changes: readonly Change[], by: string): readonly string[] =>
  changes.flatMap(({ before, after }) => {
    const known = new Set(valuesIn(before));
    const added = after?.Type === 'SRV' ? valuesIn(after).filter((value) => !known.has(value)) : [];
    return added.filter((value) => isOurText(value, namingOf(by))).map((value) => parseSrv(value)?.target ?? '');
  });

/** What leaves a name of a deployment empty, although the only task that has ever been behind it runs. */
function lastOf(
  { before, after }: Change,
  { by, sets, tasks }: Pick<Watched, 'tasks'> & { readonly by: string; readonly sets: readonly RecordSet[] },
): string | undefined {
  const { Name: name = '', Type: type = '' } = before ?? {};
  const addresses = name === addressSetOf(by) && isAddressType(type) ? type : undefined;
  if (type !== 'SRV' && !addresses) return undefined;
  const isOurs = (value: string) => addresses !== undefined || isOurText(value, namingOf(by));
  const here = sets.filter((set) => set.Name === name && set.Type === type);
  if (here.flatMap(valuesIn).some(isOurs)) return undefined;
  const left = new Set(valuesIn(after));
  const behind = (value: string) =>
    addresses
      ? tasks.filter((one) => one.addressed && addressIn(one, addresses) === value)
      : claimants(tasks, { name, value });
  return valuesIn(before)
    .filter((value) => isOurs(value) && !left.has(value))
    .find((value) => {
      const [only, ...more] = behind(value);
      return only !== undefined && only.stoppedAt === undefined && more.length === 0;
    });
}
