import { aliasNameOf, shownEndpoint } from '../../functions/domain/dns/address-name.ts';
import { addressOf, isOurValue, type Naming } from '../../functions/domain/dns/ownership.ts';
import { type RecordSet, valueText } from '../../functions/domain/dns/record-set.ts';
import { readable } from '../../functions/domain/words/readable.ts';
import { reasonRow, reasonText } from '../../functions/domain/words/reason.ts';
import { MAX_DECLARATION, printable } from '../../functions/domain/words/text.ts';
import { CAPACITY } from '../../functions/domain/zone/capacity.ts';
import type {
  AliasView,
  DeploymentView,
  Happening,
  InstanceView,
  Mark,
  MarkCounts,
  NameRow,
  NameView,
} from '../views.ts';
import { aliasViews } from './aliases.ts';
import { foreignValues, type Instance, type KnownName } from './instances.ts';
import type { Places } from './places.ts';
import { lastOf } from './texts.ts';

const MOST_TEXT = 300;
/** Values of others that are shown one by one. */
const MOST_OTHERS = 50;

const LETTERS: Readonly<Record<Mark, string>> = {
  published: 'p',
  held: 'h',
  starting: 's',
  failing: 'f',
  'left-out': 'l',
};

export function nameRow(
  { name, shown, instances, sets }: KnownName,
  naming: Naming,
  changedAt: ReadonlyMap<string, number>,
): NameRow {
  const at = changedAt.get(printable(name, MAX_DECLARATION));
  return {
    name: shown,
    marks: instances.map(({ mark }) => LETTERS[mark]).join(''),
    others: foreignValues(sets, naming),
    ...(at !== undefined && { changedAt: at }),
  };
}

export function countMarks(names: readonly KnownName[]): MarkCounts {
  const counts = { published: 0, held: 0, starting: 0, failing: 0, 'left-out': 0 };
  for (const { instances } of names) for (const { mark } of instances) counts[mark] += 1;
  return counts;
}

/** Everything about one name. */
export function nameView(
  known: KnownName,
  {
    naming,
    places,
    happenings,
    deployments = [],
    dnsServer,
  }: {
    readonly naming: Naming;
    readonly places: Places;
    readonly happenings: readonly Happening[];
    readonly deployments?: readonly DeploymentView[];
    /** `host` or `host:port`; absent for whoever the system asks. */
    readonly dnsServer?: string;
  },
): NameView {
  const { name, shown, instances, sets } = known;
  const [set] = sets;
  const aliases = aliasViews(known, naming);
  const policy = set?.policy;
  const theirs = sets.flatMap((one) => othersIn(one, naming));
  const most = policy === 'simple' ? CAPACITY.values : CAPACITY.sets;
  return {
    name: shown,
    ...(set && { ttl: set.ttl }),
    ...(policy && { routing: policy }),
    ...(set && { capacity: { most, stand: instances.filter(({ value }) => value !== undefined).length } }),
    instances: instances.map((one) => instanceView(one, { name, naming, places })),
    ...(deployments.length > 0 && { deployments }),
    ...(aliases && { aliases }),
    others: theirs.slice(0, MOST_OTHERS),
    lookup: printable(`dig ${askedOf(dnsServer)}${questionOf(name, { naming, aliases })}`, MAX_DECLARATION),
    happenings,
  };
}

interface Asked {
  readonly naming: Naming;
  readonly aliases: readonly AliasView[] | undefined;
}

function questionOf(name: string, { naming, aliases }: Asked): string {
  const alias = aliasNameOf(name, naming);
  if (alias === undefined) return `SRV ${shellWord(name)}`;
  const types = aliases?.map(({ type }) => type) ?? ['A'];
  return types.map((type) => `${type} ${shellWord(alias)}`).join(' ');
}

function othersIn(set: RecordSet, naming: Naming): readonly string[] {
  const whose = set.setIdentifier === undefined ? '' : ` (${set.policy} "${set.setIdentifier}")`;
  return set.values
    .filter((value) => !isOurValue(value, naming))
    .map((value) => printable(`${valueText(value)}${whose}`, MOST_TEXT));
}

function endpointOf(key: string | undefined): string | undefined {
  const [, target] = /^(.+):0$/.exec(key ?? '') ?? [];
  return target === undefined ? key : shownEndpoint({ target, port: 0 });
}

function instanceView(
  { mark, key, value, disposition }: Instance,
  { name, naming, places }: { readonly name: string; readonly naming: Naming; readonly places: Places },
): InstanceView {
  const place = places.of({
    name,
    ...(key !== undefined && { key }),
    ...(disposition?.task !== undefined && { task: disposition.task }),
  });
  const said = disposition && readable(disposition);
  const target = disposition?.target ?? key?.slice(0, key.lastIndexOf(':'));
  const address = place?.address ?? (target === undefined ? undefined : addressOf(target, naming));
  const todo = said && todoOf(said);
  return {
    mark,
    ...(disposition?.colour && { colour: disposition.colour }),
    endpoint: printable(
      endpointOf(key) ?? (place?.containerPort === undefined ? '' : `container port ${place.containerPort}`),
      MOST_TEXT,
    ),
    reason: said?.reason ?? 'not in a run yet',
    says: said ? reasonText(said) : 'it stands in the zone, and no run that was read has spoken of it',
    ...(todo !== undefined && { todo }),
    ...(said?.detail !== undefined && { detail: said.detail }),
    ...(value !== undefined && { value: printable(value, MOST_TEXT) }),
    ...(address !== undefined && { address }),
    ...(said?.task !== undefined && { task: printable(said.task, MOST_TEXT) }),
    ...(place?.service !== undefined && { service: printable(place.service, MOST_TEXT) }),
    ...(place?.host !== undefined && { host: lastOf(place.host) }),
    ...(place?.cluster !== undefined && { cluster: lastOf(place.cluster) }),
    ...(place?.check && { check: place.check }),
  };
}

const todoOf = ({
  outcome,
  reason,
}: {
  readonly outcome: 'published' | 'removed' | 'left-out';
  readonly reason: string;
}) => (reasonRow(outcome, reason) as { readonly todo?: string } | undefined)?.todo;

/** What makes `dig` ask a server. A text that is none is nobody to ask, and nothing to paste. */
function askedOf(dnsServer = ''): string {
  const { v4, v6, port } = SERVER.exec(dnsServer)?.groups ?? {};
  const host = v4 ?? v6;
  if (host === undefined) return '';
  return `${port === undefined ? '' : `-p ${port} `}@${host} `;
}

const SERVER = /^(?:(?<v4>[\w.-]+)|\[(?<v6>[\da-f:]+)\])(?::(?<port>\d{1,5}))?$/i;

/** As one word of a command line that somebody may paste. */
const shellWord = (text: string): string => (/^[\w.@:/=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
