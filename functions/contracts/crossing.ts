import * as z from 'zod';
import { PayloadError } from '../domain/words/errors.ts';
import { MAX_MESSAGE, printable } from '../domain/words/text.ts';
import { type Objects, type Opened, opened, openedText, sealed } from './envelope.ts';
import { type LastingObjects, lastingObjects } from './lasting.ts';
import { type At, type Body, type Kind, ROWS } from './payloads.ts';

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

/** The same of a plan, which is kept as an object as well. */
export const KEPT_INLINE_BYTES = 16 * 1024;

export interface Payloads {
  /**
   * Hands a payload on.
   *
   * @param at where it goes when it is too large
   * @param inlineBytes what may stay inline; less where many payloads meet in one state
   */
  save<K extends Kind>(at: At<K>, body: Body<K>, inlineBytes?: number): Promise<Payload>;
  /**
   * Stores a payload whatever its size, for people and later steps to find by its key.
   *
   * @param inlineBytes up to which it is handed on inline all the same, so that the next state need not read it
   */
  keep<K extends Kind>(at: At<K>, body: Body<K>, inlineBytes?: number): Promise<Payload>;
  /** @throws PayloadError when the object is gone or is not what its kind says */
  load<K extends Kind>(kind: K, payload: Payload): Promise<Body<K>>;
  /**
   * Undefined where nothing was kept under the key.
   *
   * @throws PayloadError when what stands there is not what its kind says
   */
  find<K extends Kind>(at: At<K>): Promise<Body<K> | undefined>;
  /** What outlives runs, in the same bucket. */
  readonly lasting: LastingObjects;
}

/** The one way in which payloads cross states. */
export function payloadsIn(objects: Objects): Payloads {
  const put = async (kind: Kind, key: string, text: string): Promise<Payload> => {
    await objects.put(key, text, { plain: ROWS[kind].plain });
    return { key };
  };
  const find = async <K extends Kind>({ kind, key }: At<K>): Promise<Body<K> | undefined> => {
    const text = await objects.get(key);
    return text === undefined ? undefined : bodyOf(openedText(kind, text), kind, `object "${key}"`);
  };
  return {
    async keep({ kind, key }, body, inlineBytes = 0) {
      const inline = sealed(kind, body);
      const text = JSON.stringify(inline);
      const stored = await put(kind, key, text);
      return isWithin(text, inlineBytes) ? { inline } : stored;
    },
    find,
    lasting: lastingObjects(objects),
    async save({ kind, key }, body, inlineBytes = INLINE_BYTES) {
      const inline = sealed(kind, body);
      const text = JSON.stringify(inline);
      return isWithin(text, inlineBytes) ? { inline } : put(kind, key, text);
    },
    async load(kind, given) {
      if ('inline' in given) return bodyOf(opened(kind, given.inline), kind, 'an inline payload');
      const found = await find({ kind, key: given.key });
      if (found !== undefined) return found;
      throw new PayloadError(
        `object "${given.key}" is missing from the run bucket, want the ${kind} of this execution; run again`,
      );
    },
  };
}

/** Most texts are far beyond; a character has a byte at least. */
const isWithin = (text: string, bytes: number) => text.length <= bytes && Buffer.byteLength(text) <= bytes;

function bodyOf<T>(found: Opened<T>, kind: Kind, where: string): T {
  if ('body' in found) return found.body;
  throw new PayloadError(printable(`${where} is no ${kind} of this version: ${found.why}; run again`, MAX_MESSAGE));
}
