import { orWhich } from '../domain/words/near.ts';
import { quoted } from '../domain/words/text.ts';

/**
 * What a setting may be. No package checks it: the published construct reads these rules too, and has no dependency but
 * its user's CDK (DECISIONS, 94).
 */
export interface Kind<T> {
  /** What the context takes, and in TypeScript a prop. */
  readonly type: 'text' | 'list' | 'choice' | 'true or false' | 'number';
  /** Of a choice. */
  readonly choices?: readonly (string | number)[];
  /** What is allowed, the end of every error. */
  readonly want: string;
  /** What a text says, in the environment and in the context; whatever `allows` refuses where it says nothing. */
  readonly parse: (text: string) => unknown;
  readonly allows: (value: unknown) => value is T;
  /** Of text that CloudFormation can check too, and that may be a token until then. */
  readonly pattern?: RegExp;
}

export const text = (pattern: RegExp, want: string): Kind<string> => ({
  type: 'text',
  want,
  pattern,
  parse: (given) => given,
  allows: (value): value is string => typeof value === 'string' && pattern.test(value),
});

/** Separated by commas where it is a text. */
export const list = (pattern: RegExp, want: string): Kind<readonly string[]> => ({
  type: 'list',
  want: `${want}, separated by commas`,
  parse: (given) => given.split(',').map((item) => item.trim()),
  allows: (value): value is readonly string[] =>
    Array.isArray(value) && value.every((item) => typeof item === 'string' && pattern.test(item)),
});

export const oneOf = <const T extends string | number>(choices: readonly T[]): Kind<T> => ({
  type: 'choice',
  choices,
  want: choices.join(' or '),
  parse: (given) => choices.find((choice) => String(choice) === given),
  allows: (value): value is T => choices.some((choice) => choice === value),
});

export const decision: Kind<boolean> = {
  type: 'true or false',
  want: 'true or false',
  parse: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
  allows: (value): value is boolean => typeof value === 'boolean',
};

const number = (want: string, isIn: (value: number) => boolean): Kind<number> => ({
  type: 'number',
  want,
  parse: (given) => (/^\d+(\.\d+)?$/.test(given) ? Number(given) : undefined),
  allows: (value): value is number => typeof value === 'number' && isIn(value),
});

/** @param what as the error says it, like `whole seconds` */
export const whole = (what: string, from: number, to = Number.MAX_SAFE_INTEGER): Kind<number> =>
  number(
    to === Number.MAX_SAFE_INTEGER ? `${what}, at least ${from}` : `${what} from ${from} to ${to}`,
    (value) => Number.isSafeInteger(value) && value >= from && value <= to,
  );

export const share = ({ orZero }: { readonly orZero: boolean }): Kind<number> =>
  number(
    `a share ${orZero ? 'from 0' : 'above 0'} to 1, like 0.3 for 30 %`,
    (value) => value <= 1 && (orZero ? value >= 0 : value > 0),
  );

/** Items of a list that an error shows. */
const SHOWN = 3;

/** What was given, for a sentence about it: text in quotation marks, what else a program may hand in by its kind. */
export function shown(got: unknown): string {
  if (typeof got === 'string') return quoted(got);
  if (typeof got === 'function') return 'a function';
  if (typeof got !== 'object' || got === null) return String(got);
  if (Array.isArray(got)) {
    const more = got.length > SHOWN ? ', …' : '';
    return `[${got.slice(0, SHOWN).map(shown).join(', ')}${more}]`;
  }
  const { name = '' } = (Object.getPrototypeOf(got)?.constructor ?? {}) as { readonly name?: string };
  return name === '' || name === 'Object' ? 'an object' : `an object of ${name}`;
}

/** The one form of every error about a setting: where it stands, what was given, what is allowed. */
export const refusal = (
  where: string,
  got: unknown,
  { want, unit }: { readonly want: string; readonly unit?: string | false },
): string => refused(where, `${shown(got)}${unit ? ` ${unit}` : ''}`, want);

/** The same where what was given has been put into words. */
export const refused = (where: string, got: string, want: string): string => `${where}: got ${got}, want ${want}`;

/** Nobody reads it: a slip of the pen would leave a default where somebody wanted something else. */
export const unknownName = (what: string, given: string, known: readonly string[]): string =>
  `${what} ${quoted(given)} is none of ours, ${orWhich(given, known)}`;
