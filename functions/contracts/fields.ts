import * as z from 'zod';

/** A schema that takes and gives a type of the domain. */
export type Shape<T> = z.ZodType<T, T>;

/** The schemas of the fields of a type: of all of them, and of no others. */
export type Fields<T> = { readonly [K in keyof T]-?: Shape<T[K]> };

/** Fields of one shape. */
export const all = <S extends z.ZodType, N extends string>(shape: S, ...names: readonly N[]) =>
  Object.fromEntries(names.map((name) => [name, shape])) as { readonly [K in N]: S };

/** The same of fields that may be absent. */
export const maybe = <S extends z.ZodType, N extends string>(shape: S, ...names: readonly N[]) =>
  all(z.exactOptional(shape), ...names);

export const text = z.string();
export const number = z.number();
export const whole = z.number().int();
export const count = whole.nonnegative();
/** Milliseconds since the epoch, as far as a date can say them (ECMAScript, time values). */
export const time = z.number().nonnegative().max(8.64e15);
export const yes = z.literal(true);
export const yesOrNo = z.boolean();

/** One of the words of a type, all of which are to be given. */
export const wordOf =
  <W extends string>() =>
  <const L extends readonly W[]>(words: [W] extends [L[number]] ? L : never) =>
    z.enum<L>(words);

/** A list, part by part: a copy of 100,000 claims would double the heap. */
export const listOf = <T>(part: Shape<T>): Shape<readonly T[]> =>
  z.custom<readonly T[]>(Array.isArray, 'want a list').check(each(part));

/** By texts of others, of which any may be a key: the records of zod lose `__proto__`. */
export const recordOf = <T>(part: Shape<T>): Shape<Readonly<Record<string, T>>> =>
  z.custom<Readonly<Record<string, T>>>(isRecord, 'want an object').check(each(part));

const isRecord = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first fault is enough: it says where. */
const each =
  (part: z.ZodType) =>
  ({ value, issues }: { readonly value: object; readonly issues: z.core.$ZodRawIssue[] }) => {
    for (const [key, input] of Object.entries(value)) {
      const [fault] = part.safeParse(input).error?.issues ?? [];
      if (!fault) continue;
      issues.push({ ...fault, input, path: [key, ...fault.path] });
      return;
    }
  };

export const texts = listOf(text);
