import { PayloadError } from '../domain/words/errors.ts';
import { isPassing } from '../domain/words/passing.ts';
import { MAX_DETAIL, printable } from '../domain/words/text.ts';
import { type Objects, openedText, sealed } from './envelope.ts';
import type { At, Body, Kind } from './payloads.ts';

/**
 * `lost`: something is there, or may be, and cannot be read; `why` says what, in one line. `damaged`: it is not of a later
 * version, so that writing it anew mends it.
 */
export type Found<T> =
  | { readonly state: 'found'; readonly body: T }
  | { readonly state: 'none' }
  | { readonly state: 'lost'; readonly why: string; readonly damaged?: true };

/** `lost`: it was not written, and `why` says why. */
export type Written = { readonly state: 'written' } | { readonly state: 'lost'; readonly why: string };

/**
 * Objects that outlive runs. One that cannot be read costs what belongs to it: it counts as lost and is written anew,
 * but what a later version has written is left alone.
 *
 * | the object                                            | read   | revised                                |
 * | ----------------------------------------------------- | ------ | -------------------------------------- |
 * | of this version                                       | found  | on top of it                           |
 * | none                                                  | none   | made                                   |
 * | no JSON, no envelope, another kind, version or shape  | lost   | written anew                           |
 * | damaged gzip                                          | lost   | written anew                           |
 * | of a later version                                    | lost   | lost: it stays as it is                |
 * | may not be read (403)                                 | lost   | written anew                           |
 * | may not be written, or others are always first        |        | lost                                   |
 * | S3 throttles or fails, for now                        | throws where asked (`patient`), else lost | the same |
 */
export interface LastingObjects {
  /** @throws ThrottledError or UnavailableError while patient: they pass, and the state machine tries again */
  read<K extends Kind>(at: At<K>, patient: boolean): Promise<Found<Body<K>>>;
  /**
   * Changes what is kept, on top of what others have written meanwhile.
   *
   * @param change gives what is to be kept, or undefined to leave it as it is; is asked again when another was first
   * @param ahead of `ahead`
   * @throws ThrottledError or UnavailableError while patient
   */
  revise<K extends Kind>(
    at: At<K>,
    change: (before: Body<K> | undefined) => Body<K> | undefined,
    { patient, ahead }: { readonly patient: boolean; readonly ahead?: Promise<object> | undefined },
  ): Promise<Written>;
  /** Reads what a revision that follows soon is made on top of. */
  ahead(at: At<Kind>): Promise<object> | undefined;
  /**
   * Keeps what nobody else writes.
   *
   * @throws ThrottledError or UnavailableError while patient, as it is unless said otherwise
   */
  keep<K extends Kind>(at: At<K>, body: Body<K>, how?: { readonly patient: boolean }): Promise<Written>;
}

export function lastingObjects(objects: Objects): LastingObjects {
  return {
    async read({ kind, key }, patient) {
      try {
        const text = await objects.get(key);
        return text === undefined ? { state: 'none' } : opened(kind, text);
      } catch (fault) {
        if (patient && isPassing(fault)) throw fault;
        const damaged = fault instanceof PayloadError;
        return { state: 'lost', why: reasonOf(fault), ...(damaged && { damaged }) };
      }
    },
    ahead: ({ key }) => objects.ahead?.(key),
    async revise({ kind, key }, change, { patient, ahead }) {
      let later: string | undefined;
      try {
        const anew = (text: string | undefined) => {
          const found = text === undefined ? undefined : opened(kind, text);
          later = found?.state === 'lost' && !found.damaged ? found.why : undefined;
          if (later !== undefined) return undefined;
          const body = change(found?.state === 'found' ? found.body : undefined);
          return body === undefined ? undefined : textOf(kind, body);
        };
        await objects.revise(key, anew, ahead);
      } catch (fault) {
        if (patient && isPassing(fault)) throw fault;
        return { state: 'lost', why: reasonOf(fault) };
      }
      return later === undefined ? { state: 'written' } : { state: 'lost', why: later };
    },
    async keep({ kind, key }, body, { patient } = { patient: true }) {
      try {
        await objects.put(key, textOf(kind, body));
        return { state: 'written' };
      } catch (fault) {
        if (patient && isPassing(fault)) throw fault;
        return { state: 'lost', why: reasonOf(fault) };
      }
    },
  };
}

/** What workloads say stands in it as text whatever shows it (L14): what cannot be printed is escaped. */
const textOf = <K extends Kind>(kind: K, body: Body<K>) =>
  JSON.stringify(sealed(kind, body)).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (unprintable) =>
    unprintable
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );

const reasonOf = (fault: unknown) =>
  printable(fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault), MAX_DETAIL);

function opened<K extends Kind>(kind: K, text: string): Exclude<Found<Body<K>>, { state: 'none' }> {
  const found = openedText(kind, text);
  if ('body' in found) return { state: 'found', body: found.body };
  return { state: 'lost', why: printable(found.why, MAX_DETAIL), ...(!found.later && { damaged: true }) };
}
