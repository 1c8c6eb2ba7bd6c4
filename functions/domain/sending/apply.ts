import { type RecordSet, sameRecordSet } from '../dns/record-set.ts';
import type { Complaint } from '../words/complaint.ts';
import { MAX_CALLS_PER_BATCH } from '../words/quotas.ts';
import { type ChangeUnit, setsOfChanges } from '../zone/change.ts';
import { halve, type NamedRefusal, namedIn, refusalOfAll } from './isolate.ts';

/** What became of the units of one batch, by owner name. */
export interface Applied {
  readonly applied: readonly string[];
  /** What did not come about, each name once. */
  readonly out: readonly NamedRefusal[];
}

/** What is asked of Route 53 next: to apply some units, or whether what a unit would make stands there already. */
export type Ask = { readonly send: readonly ChangeUnit[] } | { readonly look: ChangeUnit };

/** `refused`: the complaints of a refusal; `stands`: what was looked for is there. Neither: accepted, or not there. */
export interface Answer {
  readonly refused?: readonly Complaint[];
  readonly stands?: boolean;
}

/** Whether all that a unit would make stands at its name as it wants it, and nothing of it has to be made any more. */
export function standsAs({ changes }: ChangeUnit, found: readonly RecordSet[]): boolean {
  const wanted = setsOfChanges(changes, 'CREATE');
  const same = (one: RecordSet, other: RecordSet) => one.type === other.type && sameRecordSet(one, other);
  return wanted.length > 0 && wanted.every((set) => found.some((one) => same(set, one)));
}

/**
 * Sends the units of one batch, and takes it apart with few calls when Route 53 refuses it (L10): first by the names in
 * its message, else by halving. When the first half goes through, the second is known to be bad and is not sent as a
 * whole again, so that one bad name among n costs at most 2·log2(n) + 2 calls. An address set that others need and that
 * is not as it was read may have been made by another run meanwhile: that is looked at, not read from the message.
 *
 * Yields what is to be asked next and is given the answer; whoever drives it does the asking.
 *
 * @param failed what earlier batches did not bring about
 */
export function* sendApart(
  units: readonly ChangeUnit[],
  failed: readonly NamedRefusal[] = [],
): Generator<Ask, Applied, Answer> {
  const ledger: Ledger = {
    addresses: new Map(units.filter(({ kind }) => kind === 'address').map((unit) => [unit.name, unit])),
    needed: new Set(units.flatMap(({ needs }) => needs)),
    lost: new Map(failed.map((one) => [one.name, one])),
    applied: [],
    out: [],
    calls: 0,
    refusals: 0,
  };
  yield* send(units, ledger);
  return ledger;
}

interface Ledger {
  readonly addresses: ReadonlyMap<string, ChangeUnit>;
  readonly needed: ReadonlySet<string>;
  /** Names without which others cannot go. */
  readonly lost: Map<string, NamedRefusal>;
  readonly applied: string[];
  readonly out: NamedRefusal[];
  calls: number;
  /** Refusals so far, of what stands there all the same too. */
  refusals: number;
}

type Sending = Generator<Ask, void, Answer>;

/** @param known the complaints about a larger batch that was refused because of these units */
function* send(units: readonly ChangeUnit[], ledger: Ledger, known?: readonly Complaint[]): Sending {
  const able = withoutDependents(units, ledger);
  if (able.length === 0) return;
  if (known !== undefined && able.length > 1) {
    yield* takeApart(able, ledger, known);
  } else if (ledger.calls < MAX_CALLS_PER_BATCH) {
    ledger.calls += 1;
    const { refused } = yield { send: able };
    if (refused === undefined) ledger.applied.push(...able.map(({ name }) => name));
    else yield* takeApart(able, ledger, refused);
  } else {
    const message = `not tried: ${MAX_CALLS_PER_BATCH} calls were not enough to take its batch apart`;
    lose(
      able.map(({ name }) => ({ name, refusal: 'moved', message })),
      ledger,
    );
  }
}

function* takeApart(units: readonly ChangeUnit[], ledger: Ledger, complaints: readonly Complaint[]): Sending {
  const named = namedIn(complaints, units);
  if (named.length > 0) {
    yield* record(named, ledger);
    const done = new Set(named.map(({ name }) => name));
    yield* send(
      units.filter(({ name }) => !done.has(name)),
      ledger,
    );
  } else if (units.length === 1) {
    yield* record(
      units.map((unit) => refusalOfAll(complaints, unit)),
      ledger,
    );
  } else {
    const [first, second] = halve(units);
    const before = ledger.refusals;
    yield* send(first, ledger);
    yield* send(second, ledger, ledger.refusals === before ? complaints : undefined);
  }
}

function* record(refusals: readonly NamedRefusal[], ledger: Ledger): Sending {
  ledger.refusals += refusals.length;
  for (const one of refusals) {
    const made = one.refusal === 'moved' && ledger.needed.has(one.name) ? ledger.addresses.get(one.name) : undefined;
    if (made && ledger.calls < MAX_CALLS_PER_BATCH) {
      ledger.calls += 1;
      const { stands = false } = yield { look: made };
      if (stands) {
        ledger.applied.push(one.name);
        continue;
      }
    }
    lose([one], ledger);
  }
}

function lose(refusals: readonly NamedRefusal[], ledger: Ledger): void {
  ledger.out.push(...refusals);
  for (const one of refusals) ledger.lost.set(one.name, one);
}

/** A name whose address set (or the marker) did not come about is not sent: it is planned again, without it. */
function withoutDependents(units: readonly ChangeUnit[], ledger: Ledger): readonly ChangeUnit[] {
  return units.filter(({ name, needs }) => {
    const cause = needs.map((needed) => ledger.lost.get(needed)).find((one) => one !== undefined);
    if (!cause) return true;
    const message = `${cause.name}, which it needs, did not come about: ${cause.message}`;
    lose([{ name, refusal: 'moved', message }], ledger);
    return false;
  });
}
