import type { ChangeUnit } from './change.ts';
import { halve, type NamedRefusal, namesInMessage, refusalOf, withoutNames } from './isolate.ts';

/** What became of the units of one batch, by owner name. */
export interface Applied {
  readonly applied: readonly string[];
  /** The zone is not as it was read: read again and planned again. */
  readonly moved: readonly string[];
  readonly refused: readonly { readonly name: string; readonly message: string }[];
}

/** What to do next with a batch that Route 53 refused as a whole. */
export interface Dissection {
  /** Names that are done with. */
  readonly out: readonly NamedRefusal[];
  /** What is sent instead, one after the other; later parts lose what depends on names that came out of earlier ones. */
  readonly parts: readonly (readonly ChangeUnit[])[];
}

/**
 * Takes a refused batch apart with few calls (L10): first by the names in Route 53's message, else by halving, so that
 * one bad name among n costs at most 2·⌈log2 n⌉ + 1 calls.
 */
export function dissect(units: readonly ChangeUnit[], message: string): Dissection {
  const named = namesInMessage(message, units);
  if (named.length > 0) {
    const lost = new Set(named.filter((one) => !standsAlready(one, units)).map(({ name }) => name));
    const sent = units.filter(({ name }) => !named.some((one) => one.name === name));
    const rest = withoutNames(sent, lost);
    return { out: [...named, ...dependents(sent, lost, named)], parts: rest.length > 0 ? [rest] : [] };
  }
  const [only] = units;
  if (only && units.length === 1)
    return { out: [{ name: only.name, refusal: refusalOf(message), message }], parts: [] };
  return { out: [], parts: halve(units).filter((part) => part.length > 0) };
}

/** An address set that another run has created meanwhile: it is there, so what needs it can go; verification looks at it. */
function standsAlready({ name, message }: NamedRefusal, units: readonly ChangeUnit[]): boolean {
  const unit = units.find((one) => one.name === name);
  return unit?.kind === 'address' && message.toLowerCase().includes('already exists');
}

/** A name whose address set did not come about is not sent; it shares that set's fate. */
export function dependents(
  units: readonly ChangeUnit[],
  lost: ReadonlySet<string>,
  named: readonly NamedRefusal[],
): readonly NamedRefusal[] {
  return units.flatMap(({ name, needs }) => {
    const cause = named.find((one) => lost.has(one.name) && needs.includes(one.name));
    return cause
      ? [
          {
            name,
            refusal: cause.refusal,
            message: `its address record set ${cause.name} did not come about: ${cause.message}`,
          },
        ]
      : [];
  });
}
