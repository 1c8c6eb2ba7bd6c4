import { shownName } from '../dns/address-name.ts';
import { type Intervals, waitAfter } from '../words/intervals.ts';
import { MAX_MESSAGE, printable } from '../words/text.ts';

/** A name whose change Route 53 refuses. Times in milliseconds since the epoch. */
export interface Quarantined {
  /** What Route 53 said last. */
  readonly reason: string;
  readonly since: number;
  readonly lastTried: number;
  readonly tries: number;
}

/** Names of record sets (of services, of addresses below our label, the marker's) whose changes are not sent for now. */
export type Quarantine = Readonly<Record<string, Quarantined>>;

const MINUTE = 60_000;

/** 4 min, so that the next scheduled run tries again, then 8, 16, 32, and every hour. */
export const RETRIES: Intervals = { first: 4 * MINUTE, longest: 60 * MINUTE };

/** When the change of a name is sent again. */
export const nextTry = ({ lastTried, tries }: Quarantined): number => lastTried + waitAfter(tries, RETRIES);

/** Why a name's change may not be sent now; undefined when it may. */
export function quarantinedNow(
  quarantine: ReadonlyMap<string, Quarantined>,
  name: string,
  now: number,
): Quarantined | undefined {
  const found = quarantine.get(name);
  return found && now < nextTry(found) ? found : undefined;
}

/** The quarantine after a batch was sent: refused names enter or wait longer, names that went through are lifted. */
export function quarantineAfter(
  quarantine: Quarantine,
  {
    refused,
    applied,
    now,
  }: {
    readonly refused: readonly { readonly name: string; readonly message: string }[];
    readonly applied: readonly string[];
    readonly now: number;
  },
): Quarantine {
  const entered = refused.map(({ name, message }) => {
    const before = Object.hasOwn(quarantine, name) ? quarantine[name] : undefined;
    return [
      name,
      {
        reason: printable(message, MAX_MESSAGE),
        since: before?.since ?? now,
        lastTried: now,
        tries: (before?.tries ?? 0) + 1,
      },
    ] as const;
  });
  return withoutNames({ ...quarantine, ...Object.fromEntries(entered) }, applied);
}

export function withoutNames(quarantine: Quarantine, names: readonly string[]): Quarantine {
  const lifted = new Set(names);
  return Object.fromEntries(Object.entries(quarantine).filter(([name]) => !lifted.has(name)));
}

/** A quarantined name as an outcome tells of it. Times in milliseconds since the epoch. */
export interface QuarantinedName {
  readonly name: string;
  readonly reason: string;
  readonly since: number;
  readonly nextTry: number;
}

export const quarantineList = (quarantine: Quarantine): readonly QuarantinedName[] =>
  Object.entries(quarantine)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, held]) => ({ name, reason: held.reason, since: held.since, nextTry: nextTry(held) }));

export const findingOf = ({ name, reason, since, nextTry: next }: QuarantinedName): string =>
  `quarantined since ${isoOf(since)}, next try ${isoOf(next)}: ${shownName(name)}: ${reason}`;

export const isoOf = (time: number) => new Date(time).toISOString();
