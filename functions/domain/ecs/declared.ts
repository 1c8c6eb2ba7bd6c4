import type { AddressFamily } from '../dns/address-family.ts';
import { addressNameOf, addressZone, hasAddressLabel } from '../dns/address-name.ts';
import { nameFault, readName } from '../dns/name.ts';
import { isReserved, type Naming, ownerNameOf } from '../dns/ownership.ts';
import type { DeclarationFaultReason } from '../words/reason.ts';
import { MAX_DECLARATION, MAX_DETAIL, printable, quoted } from '../words/text.ts';
import {
  type Declaration,
  type DeclarationFault,
  declaredPorts,
  effectiveVariables,
  readPort,
  type Variables,
} from './declaration.ts';
import type { ContainerDefinition, EnvironmentOverride, TaskDefinition } from './task.ts';

/** One name that a task declares for one port, as far as its texts tell. */
export interface Declared {
  readonly container: ContainerDefinition;
  /** Fully qualified owner name; where it is none, the text as it was declared, printable and bounded. */
  readonly name: string;
  /** Whether `name` is a name of the zone that somebody may claim. */
  readonly isName: boolean;
  /** Absent where not even the port can be told. */
  readonly declaration?: Declaration;
  /** Why it cannot be used; the others are not affected (L10). */
  readonly fault?: { readonly reason: DeclarationFaultReason; readonly detail: string };
}

export interface ClaimSettings {
  readonly naming: Naming;
  /** Which addresses are published; IPv4 unless given. */
  readonly family?: AddressFamily;
  /** Path of the HTTP check of ports that say nothing; undefined: none. */
  readonly defaultCheckPath?: string;
  /** Whose tasks are published; all unless given. */
  readonly publishTasks?: 'all' | 'services';
  /** Whether claims of services tell which deployment has started their task. */
  readonly revisions?: boolean;
}

/** Declarations of one task that count, one for each name of each port: more of them say rather something about whoever wrote them. */
export const MAX_DECLARATIONS = 100;
/** Of those beyond, so many have a line of their own; one more counts the rest. */
const TOLD_BEYOND = 100;

/** The variables of a container of a task, its overrides on top. */
export function variablesOf(
  { name, labels, environment }: ContainerDefinition,
  overrides: readonly EnvironmentOverride[],
): Variables {
  const own = overrides.find(({ container }) => container === name)?.environment ?? {};
  return effectiveVariables(labels, environment, own);
}

/**
 * Every name of every port that a task declares, in whatever container. At most 100 count, those that can be used before those that
 * cannot, by container, port and name, so that it is always the same ones; the rest is `too-many`.
 */
export function declarationsOf(
  { containers }: TaskDefinition,
  overrides: readonly EnvironmentOverride[],
  { naming, defaultCheckPath }: ClaimSettings,
): readonly Declared[] {
  const all = containers.flatMap((container) => {
    const variables = variablesOf(container, overrides);
    return declaredPorts(variables).flatMap((port) => {
      const read = readPort(port, variables, defaultCheckPath);
      return eachNameOnce(read.map((one) => declaredOf(container, one, naming)));
    });
  });
  return all.length > MAX_DECLARATIONS ? bounded(all) : all;
}

function declaredOf(container: ContainerDefinition, read: Declaration | DeclarationFault, naming: Naming): Declared {
  const { name, isName, fault } = nameOf(read, naming);
  if ('reason' in read) return { container, name, isName, fault: { reason: read.reason, detail: read.detail } };
  return { container, name, isName, declaration: read, ...(fault && { fault }) };
}

/** Of the names of one port: `calc` and `calc.<zone>` are one. */
function eachNameOnce(all: readonly Declared[]): readonly Declared[] {
  const byName = new Map(all.map((one) => [`${one.isName} ${one.name}`, one]));
  return [...byName.values()];
}

/** What is declared of a name: its set stands there, or where the addresses of an address name stand. */
export function nameOf(
  { name: text, byAddress }: Pick<Declaration, 'name' | 'byAddress'>,
  naming: Naming,
): Pick<Declared, 'name' | 'isName' | 'fault'> {
  const read = readName(text, naming.zone);
  const unfit = 'fault' in read ? read.fault : byAddress && nameFault(read.name, addressZone(naming), text);
  if ('fault' in read || unfit) {
    const fault = { reason: 'invalid-name', detail: printable(unfit || '', MAX_DETAIL) } as const;
    return { name: printable(text, MAX_DECLARATION), isName: false, fault };
  }
  const reserved = (detail: string) => {
    const name = ownerNameOf(read.name, naming);
    return { name, isName: false, fault: { reason: 'reserved-name', detail: printable(detail, MAX_DETAIL) } } as const;
  };
  if (isReserved(ownerNameOf(read.name, naming), naming)) {
    return reserved(`got ${quoted(text)}, names at or below "${naming.owner}" belong to the deployment`);
  }
  if (!byAddress) return { name: ownerNameOf(read.name, naming), isName: true };
  if (!hasAddressLabel(read.name)) return { name: addressNameOf(read.name, naming), isName: true };
  return reserved(`got ${quoted(text)}, an address name has no label "_address": addresses are kept below it`);
}

function bounded(all: readonly Declared[]): readonly Declared[] {
  const ordered = all.toSorted(
    (one, other) => Number(one.fault !== undefined) - Number(other.fault !== undefined) || byPlace(one, other),
  );
  const beyond = ordered.slice(MAX_DECLARATIONS);
  const say = `the task declares ${all.length} names, want at most ${MAX_DECLARATIONS}`;
  const told = beyond.slice(0, TOLD_BEYOND).map((one): Declared => tooMany(one, say));
  const [next, ...rest] = beyond.slice(TOLD_BEYOND);
  const last = next ? [tooMany(next, `${say}; of those beyond, ${rest.length} more are not listed`)] : [];
  return [...ordered.slice(0, MAX_DECLARATIONS), ...told, ...last];
}

const tooMany = ({ container, name }: Declared, detail: string): Declared => ({
  container,
  name,
  isName: false,
  fault: { reason: 'too-many', detail },
});

const placeOf = ({ container, declaration, name }: Declared) =>
  `${container.name} ${`${declaration?.containerPort ?? 0}`.padStart(5, '0')} ${name}`;

function byPlace(one: Declared, other: Declared): number {
  const [first, second] = [placeOf(one), placeOf(other)];
  return first < second ? -1 : first > second ? 1 : 0;
}
