import type { ChangeUnit } from './change.ts';
import { halve, type NamedRefusal, namesInMessage, refusalOf } from './isolate.ts';
import { MAX_CALLS_PER_BATCH } from './quotas.ts';

/** What became of the units of one batch, by owner name. */
export interface Applied {
  readonly applied: readonly string[];
  /** What did not come about, each name once. */
  readonly out: readonly NamedRefusal[];
}

/** What Route 53 answered to one request: undefined when it accepted it, else the message of its refusal. */
export type Answer = string | undefined;

/**
 * Sends the units of one batch, and takes it apart with few calls when Route 53 refuses it (L10): first by the names in
 * its message, else by halving. When the first half goes through, the second is known to be bad and is not sent as a
 * whole again, so that one bad name among n costs at most 2·log2(n) + 2 calls.
 *
 * Yields what is to be sent next and is given the answer; whoever drives it does the sending.
 *
 * @param failed what earlier batches did not bring about
 */
export function* sendApart(
  units: readonly ChangeUnit[],
  failed: readonly NamedRefusal[] = [],
): Generator<readonly ChangeUnit[], Applied, Answer> {
  const ledger: Ledger = {
    kinds: new Map(units.map(({ name, kind }) => [name, kind])),
    lost: new Map(failed.map((one) => [one.name, one])),
    applied: [],
    out: [],
    calls: 0,
  };
  yield* send(units, ledger);
  return ledger;
}

interface Ledger {
  readonly kinds: ReadonlyMap<string, ChangeUnit['kind']>;
  /** Names without which others cannot go. */
  readonly lost: Map<string, NamedRefusal>;
  readonly applied: string[];
  readonly out: NamedRefusal[];
  calls: number;
}

type Sending = Generator<readonly ChangeUnit[], void, Answer>;

/** @param known the message of a larger batch that was refused because of these units */
function* send(units: readonly ChangeUnit[], ledger: Ledger, known?: string): Sending {
  const able = withoutDependents(units, ledger);
  if (able.length === 0) return;
  if (known !== undefined && able.length > 1) {
    yield* takeApart(able, ledger, known);
  } else if (ledger.calls < MAX_CALLS_PER_BATCH) {
    ledger.calls += 1;
    const message = yield able;
    if (message === undefined) ledger.applied.push(...able.map(({ name }) => name));
    else yield* takeApart(able, ledger, message);
  } else {
    const message = `not tried: ${MAX_CALLS_PER_BATCH} calls were not enough to take its batch apart`;
    record(
      able.map(({ name }) => ({ name, refusal: 'moved', message })),
      ledger,
    );
  }
}

function* takeApart(units: readonly ChangeUnit[], ledger: Ledger, message: string): Sending {
  const named = namesInMessage(message, units);
  if (named.length > 0) {
    record(named, ledger);
    const done = new Set(named.map(({ name }) => name));
    yield* send(
      units.filter(({ name }) => !done.has(name)),
      ledger,
    );
  } else if (units.length === 1) {
    const refusal = refusalOf(message);
    record(
      units.map(({ name }) => ({ name, refusal, message })),
      ledger,
    );
  } else {
    const [first, second] = halve(units);
    const before = ledger.out.length;
    yield* send(first, ledger);
    yield* send(second, ledger, ledger.out.length === before ? message : undefined);
  }
}

function record(refusals: readonly NamedRefusal[], ledger: Ledger): void {
  ledger.out.push(...refusals);
  for (const one of refusals) if (!standsAlready(one, ledger)) ledger.lost.set(one.name, one);
}

/** An address set that another run has created meanwhile: it is there, so what needs it can go; verification looks at it. */
function standsAlready({ name, message }: NamedRefusal, { kinds }: Ledger): boolean {
  return kinds.get(name) === 'address' && message.toLowerCase().includes('already exists');
}

/** A name whose address set (or the marker) did not come about is not sent: it is planned again, without it. */
function withoutDependents(units: readonly ChangeUnit[], ledger: Ledger): readonly ChangeUnit[] {
  return units.filter(({ name, needs }) => {
    const cause = needs.map((needed) => ledger.lost.get(needed)).find((one) => one !== undefined);
    if (!cause) return true;
    const message = `${cause.name}, which it needs, did not come about: ${cause.message}`;
    record([{ name, refusal: 'moved', message }], ledger);
    return false;
  });
}
