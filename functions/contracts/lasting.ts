import * as z from 'zod';
import { ThrottledError, UnavailableError } from '../domain/words/errors.ts';
import { MAX_DETAIL, printable } from '../domain/words/text.ts';
import type { Objects } from './run-bucket.ts';

export interface Format {
  readonly kind: string;
  /** The one that is written, and the only one that is read. */
  readonly version: number;
}

/** A kind of object that outlives runs, so that earlier and later versions of this package may have written it. */
export interface LastingKind<T> extends Format {
  readonly schema: z.ZodType<T>;
}

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
 * | of a later version                                    | lost   | lost: it stays as it is                |
 * | may not be read (403)                                 | lost   | written anew                           |
 * | may not be written, or others are always first        |        | lost                                   |
 * | S3 throttles or fails, for now                        | throws where asked (`patient`), else lost | the same |
 */
export interface LastingObjects {
  /** @throws ThrottledError or UnavailableError while patient: they pass, and the state machine tries again */
  read<T>(of: LastingKind<T>, key: string, patient: boolean): Promise<Found<T>>;
  /**
   * Changes what is kept, on top of what others have written meanwhile.
   *
   * @param change gives what is to be kept, or undefined to leave it as it is; is asked again when another was first
   * @throws ThrottledError or UnavailableError while patient
   */
  revise<T>(
    of: LastingKind<T>,
    key: string,
    change: (before: T | undefined) => T | undefined,
    patient: boolean,
  ): Promise<Written>;
  /**
   * Keeps what nobody else writes.
   *
   * @throws ThrottledError or UnavailableError, which pass
   */
  keep(of: Format, key: string, body: unknown): Promise<Written>;
}

export function lastingObjects(objects: Objects): LastingObjects {
  return {
    async read(of, key, patient) {
      try {
        const text = await objects.get(key);
        return text === undefined ? { state: 'none' } : opened(of, text);
      } catch (fault) {
        if (patient && isPassing(fault)) throw fault;
        return { state: 'lost', why: reasonOf(fault) };
      }
    },
    async revise(of, key, change, patient) {
      let later: string | undefined;
      try {
        await objects.revise(key, (text) => {
          const found = text === undefined ? undefined : opened(of, text);
          later = found?.state === 'lost' && !found.damaged ? found.why : undefined;
          if (later !== undefined) return undefined;
          const body = change(found?.state === 'found' ? found.body : undefined);
          return body === undefined ? undefined : sealed(of, body);
        });
      } catch (fault) {
        if (patient && isPassing(fault)) throw fault;
        return { state: 'lost', why: reasonOf(fault) };
      }
      return later === undefined ? { state: 'written' } : { state: 'lost', why: later };
    },
    async keep(of, key, body) {
      try {
        await objects.put(key, sealed(of, body));
        return { state: 'written' };
      } catch (fault) {
        if (isPassing(fault)) throw fault;
        return { state: 'lost', why: reasonOf(fault) };
      }
    },
  };
}

const sealed = ({ kind, version }: Format, body: unknown) => JSON.stringify({ kind, version, body });

const isPassing = (fault: unknown) => fault instanceof ThrottledError || fault instanceof UnavailableError;

const reasonOf = (fault: unknown) =>
  printable(fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault), MAX_DETAIL);

/** Earlier versions did not say theirs, and it was 1. */
const envelope = z.object({ kind: z.string(), version: z.number().int().min(1).default(1), body: z.unknown() });

function opened<T>({ kind, version, schema }: LastingKind<T>, text: string): Exclude<Found<T>, { state: 'none' }> {
  const damaged = (why: string) => ({ state: 'lost', why: printable(why, MAX_DETAIL), damaged: true }) as const;
  const payload = parsed(text);
  if (payload === undefined) return damaged('it is no JSON');
  const wrapped = envelope.safeParse(payload);
  if (!wrapped.success) return damaged('it has no envelope of kind, version and body');
  const { kind: given, version: written, body } = wrapped.data;
  if (written > version) return { state: 'lost', why: `version ${written} wrote it, this one knows ${version}` };
  if (given !== kind || written < version)
    return damaged(`it is "${given}" of version ${written}, want "${kind}" of version ${version}`);
  const shaped = schema.safeParse(body);
  if (shaped.success) return { state: 'found', body: shaped.data };
  const [issue] = shaped.error.issues;
  return damaged(`it has another shape: ${issue?.message} at "${issue?.path.join('.')}"`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
