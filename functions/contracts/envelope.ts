import * as z from 'zod';
import { type Body, type Kind, ROWS } from './payloads.ts';

/** What crossing payloads and lasting objects need of the run bucket. */
export interface Objects {
  /** Undefined when there is no such object. */
  get(key: string): Promise<string | undefined>;
  /** @param how `plain`: as it is, however large */
  put(key: string, text: string, how?: { readonly plain: boolean }): Promise<void>;
  /**
   * Reads, changes and writes one object so that no change in between is lost. One that may not be read is given as none,
   * and written over.
   *
   * @param change gives the new text, or undefined to leave the object as it is
   * @param ahead the object as it was a moment ago, of which the store makes sure
   */
  revise(key: string, change: (text: string | undefined) => string | undefined, ahead?: Promise<object>): Promise<void>;
  /** Begins a revision that follows soon; absent: the store cannot. */
  ahead?(key: string): Promise<object>;
}

/** How every payload crosses, and is kept: with what it is. */
export interface Sealed {
  readonly kind: string;
  readonly version: number;
  readonly body: unknown;
}

export const sealed = <K extends Kind>(kind: K, body: Body<K>): Sealed => ({ kind, version: ROWS[kind].version, body });

/** Earlier versions did not say theirs, and it was 1. */
const envelope = z.object({ kind: z.string(), version: z.number().int().min(1).default(1), body: z.unknown() });

/** `why` it is not what was asked for; `later`: a later version has written it. */
export type Opened<T> = { readonly body: T } | { readonly why: string; readonly later?: true };

/** Gives what is within as it was written, once the schema of its kind has taken it: a copy would lack what zod leaves out. */
export function opened<K extends Kind>(kind: K, payload: unknown): Opened<Body<K>> {
  const { version, schema } = ROWS[kind];
  const wrapped = envelope.safeParse(payload);
  if (!wrapped.success) return { why: 'it has no envelope of kind, version and body' };
  const { kind: given, version: written, body } = wrapped.data;
  if (written > version) return { why: `version ${written} wrote it, this one knows ${version}`, later: true };
  if (given !== kind || written < version)
    return { why: `it is "${given}" of version ${written}, want "${kind}" of version ${version}` };
  const [fault] = schema.safeParse(body).error?.issues ?? [];
  return fault
    ? { why: `it has another shape: ${fault.message} at "${fault.path.join('.')}"` }
    : { body: body as Body<K> };
}

/** The same of a text. */
export function openedText<K extends Kind>(kind: K, text: string): Opened<Body<K>> {
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {
    return { why: 'it is no JSON' };
  }
  return opened(kind, payload);
}
