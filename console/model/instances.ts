import { aliasNameOf, isAddressType, shownName } from '../../functions/domain/dns/address-name.ts';
import type { Naming } from '../../functions/domain/dns/ownership.ts';
import { isOurValue } from '../../functions/domain/dns/ownership.ts';
import type { RecordSet } from '../../functions/domain/dns/record-set.ts';
import { srvText } from '../../functions/domain/dns/srv.ts';
import { endpointKey } from '../../functions/domain/ecs/claim.ts';
import { type Disposition, reasonRow } from '../../functions/domain/words/reason.ts';
import { MAX_DECLARATION, printable } from '../../functions/domain/words/text.ts';
import { eachOnce, isInstanceSet, ourValues } from '../../functions/domain/zone/routing.ts';
import type { Mark } from '../views.ts';

/** What is known of one instance, before it is put into words. */
export interface Instance {
  readonly mark: Mark;
  /** `target:port`, where something stands or is to stand. */
  readonly key?: string;
  /** As it stands in the zone. */
  readonly value?: string;
  readonly disposition?: Disposition;
}

export interface KnownName {
  readonly name: string;
  /** As the page shows it and asks for it: printable and bounded, and no other name is shown so. */
  readonly shown: string;
  readonly instances: readonly Instance[];
  /** The record sets that publish at it. */
  readonly sets: readonly RecordSet[];
  /** Of an address name whose zone could be read: what stands at the name that clients ask for. */
  readonly atAlias?: readonly RecordSet[];
}

export interface Sources {
  readonly naming: Naming;
  /** Absent where the zone could not be read: then what runs say counts. */
  readonly recordSets?: readonly RecordSet[];
  readonly dispositions?: readonly Disposition[];
}

/** The mark of what is left out, by its reason. */
const LEFT_OUT: Readonly<Record<string, Mark>> = { starting: 'starting', unhealthy: 'failing' };

/** Whether its task runs on, so that the next full run says `left-out` of it, for the same reason. */
const runsOn = ({ outcome, reason }: Disposition): boolean =>
  outcome === 'removed' && reasonRow('left-out', reason)?.runs === true;

export const markOf = ({ outcome, reason }: Pick<Disposition, 'outcome' | 'reason'>): Mark => {
  if (outcome === 'published') return reason.startsWith('held-') ? 'held' : 'published';
  return Object.hasOwn(LEFT_OUT, reason) ? (LEFT_OUT[reason] ?? 'left-out') : 'left-out';
};

/** Every name at which something of ours stands or is declared, by name; its instances in an order that stays. */
export function knownNames({ naming, recordSets, dispositions = [] }: Sources): readonly KnownName[] {
  const sets = Map.groupBy(
    (recordSets ?? []).filter((set) => isInstanceSet(set, naming)),
    ({ ownerName }) => ownerName,
  );
  const reaching = Map.groupBy(
    (recordSets ?? []).filter(({ type }) => isAddressType(type) || type === 'CNAME'),
    ({ ownerName }) => ownerName,
  );
  const said = Map.groupBy(dispositions, ({ name }) => name);
  const ours = [...sets].flatMap(([name, all]) => (all.some((set) => ourValues(set, naming).length > 0) ? [name] : []));
  const told = [...said].flatMap(([name, all]) =>
    all.some((one) => one.outcome !== 'removed' || runsOn(one)) ? [name] : [],
  );
  const all = [...new Set([...ours, ...told])].sort();
  const shown = shownApart(all);
  return all.map((name, index) => {
    const at = sets.get(name) ?? [];
    const told = said.get(name) ?? [];
    const published = recordSets
      ? standing(at, told, naming)
      : told.filter(({ outcome }) => outcome === 'published').map(asTold);
    const left = notStanding(told, published).map(asTold);
    const alias = recordSets && aliasNameOf(name, naming);
    return {
      name,
      shown: shown[index] ?? name,
      sets: at,
      instances: [...published.sort(byKey), ...left.sort(byKey)],
      ...(alias !== undefined && { atAlias: reaching.get(alias) ?? [] }),
    };
  });
}

/** What is left out, and what was taken out while its task runs on, unless something newer was said of that. */
function notStanding(told: readonly Disposition[], published: readonly Instance[]): readonly Disposition[] {
  const left = told.filter(({ outcome }) => outcome === 'left-out');
  const tasks = new Set(left.map(({ task }) => task));
  const standing = new Set(published.map(({ key }) => key));
  const takenOut = told.filter((one) => runsOn(one) && !tasks.has(one.task) && !standing.has(keyOf(one)));
  return [...left, ...takenOut];
}

/** Each name as it is shown: those that print alike, or are alike as far as they are shown, get a number. */
function shownApart(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  const alike = new Map<string, number>();
  return names.map((name) => {
    const plain = printable(shownName(name), MAX_DECLARATION);
    let count = alike.get(plain) ?? 0;
    let shown = plain;
    while (taken.has(shown)) {
      count += 1;
      shown = `${printable(plain, MAX_DECLARATION - ROOM)} #${count + 1}`;
    }
    alike.set(plain, count);
    taken.add(shown);
    return shown;
  });
}

/** Characters for what tells names apart that print alike. */
const ROOM = 10;

/** What stands in the zone, each with what the last run that spoke of it said. */
function standing(sets: readonly RecordSet[], told: readonly Disposition[], naming: Naming): Instance[] {
  const said = new Map(
    told.flatMap((one) =>
      one.outcome === 'published' && one.target !== undefined ? [[keyOf(one), one] as const] : [],
    ),
  );
  return eachOnce(sets.flatMap((set) => ourValues(set, naming))).map(({ key, value }): Instance => {
    const disposition = said.get(key);
    return {
      mark: disposition ? markOf(disposition) : 'published',
      key,
      value: srvText(value),
      ...(disposition && { disposition }),
    };
  });
}

const asTold = (disposition: Disposition): Instance => ({
  mark: markOf(disposition),
  disposition,
  ...(disposition.target !== undefined && { key: keyOf(disposition) }),
});

const keyOf = ({ target = '', port = 0 }: Disposition): string => endpointKey({ target, port });

const byKey = (one: Instance, other: Instance): number => {
  const [a, b] = [one, other].map(({ key = '', disposition }) => `${key} ${disposition?.task ?? ''}`);
  return (a ?? '') < (b ?? '') ? -1 : 1;
};

/** Values of others in the sets of a name. */
export const foreignValues = (sets: readonly RecordSet[], naming: Naming): number =>
  sets.reduce((sum, { values }) => sum + values.filter((value) => !isOurValue(value, naming)).length, 0);
