import * as z from 'zod';
import { PayloadError } from '../domain/words/errors.ts';
import { type LastingObjects, lastingObjects } from './lasting.ts';
import type { Objects } from './run-bucket.ts';

export type { Objects } from './run-bucket.ts';

/**
 * A payload between states: inline while small, an object in the run bucket otherwise.
 *
 * An inline payload passes as it is: `z.json()` would copy it and lose keys such as `__proto__` on the way.
 */
export const payload = z.union([
  z.strictObject({ inline: z.custom((payload) => payload !== undefined) }),
  z.strictObject({ key: z.string().min(1).max(512) }),
]);
export type Payload = z.infer<typeof payload>;

/**
 * What a state may put inline when it hands on one payload, in bytes: so little that a state with several of them stays
 * far from the 262,144 that Step Functions allows.
 */
export const INLINE_BYTES = 8 * 1024;

export interface Payloads {
  /**
   * Hands a payload on.
   *
   * @param kind what it is, checked when it is loaded: `observation`
   * @param key where it goes when it is too large
   * @param inlineBytes what may stay inline; less where many payloads meet in one state
   */
  save(kind: string, key: string, body: unknown, inlineBytes?: number): Promise<Payload>;
  /** Stores a payload whatever its size, for people and later steps to find by its key. */
  keep(kind: string, key: string, body: unknown): Promise<Payload>;
  /** @throws PayloadError when the object is gone or of another kind */
  load<T>(kind: string, payload: Payload): Promise<T>;
  /** Undefined where nothing was kept under the key. */
  find<T>(kind: string, key: string): Promise<T | undefined>;
  /** What outlives runs, in the same bucket. */
  readonly lasting: LastingObjects;
}

/** The one way in which payloads cross states. */
export function payloadsIn(objects: Objects): Payloads {
  const put = async (key: string, text: string): Promise<Payload> => {
    await objects.put(key, text);
    return { key };
  };
  const find = async <T>(kind: string, key: string): Promise<T | undefined> => {
    const text = await objects.get(key);
    return text === undefined ? undefined : open<T>(kind, parsed(text, key), `object "${key}"`);
  };
  return {
    keep: (kind, key, body) => put(key, JSON.stringify({ kind, body })),
    find,
    lasting: lastingObjects(objects),
    async save(kind, key, body, inlineBytes = INLINE_BYTES) {
      const text = JSON.stringify({ kind, body });
      return Buffer.byteLength(text) <= inlineBytes ? { inline: { kind, body } } : put(key, text);
    },
    async load<T>(kind: string, claimed: Payload): Promise<T> {
      if ('inline' in claimed) return open<T>(kind, claimed.inline, 'inline payload');
      const found = await find<T>(kind, claimed.key);
      if (found !== undefined) return found;
      throw new PayloadError(
        `object "${claimed.key}" is missing from the run bucket, want the ${kind} of this execution; run again`,
      );
    },
  };
}

const envelope = z.object({ kind: z.string(), body: z.unknown() });

function parsed(text: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PayloadError(`object "${key}" is no JSON, want a payload that this deployment has written`, { cause });
  }
}

function open<T>(kind: string, payload: unknown, where: string): T {
  const opened = envelope.safeParse(payload);
  if (!opened.success || opened.data.kind !== kind) {
    const given = opened.success ? `kind "${opened.data.kind}"` : 'no envelope';
    throw new PayloadError(`${where} has ${given}, want a payload of kind "${kind}"`);
  }
  return opened.data.body as T;
}
