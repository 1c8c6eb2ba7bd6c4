/**
 * What a setting may be. No package checks it: the published construct reads these rules too, and has no dependency but
 * its user's CDK (DECISIONS, 94).
 */
export interface Kind<T> {
  /** What is allowed, the end of every error. */
  readonly want: string;
  /** What a text says, in the environment and in the context; whatever `allows` refuses where it says nothing. */
  readonly parse: (text: string) => unknown;
  readonly allows: (value: unknown) => value is T;
  /** Of text that CloudFormation can check too, and that may be a token until then. */
  readonly pattern?: RegExp;
}

export const text = (pattern: RegExp, want: string): Kind<string> => ({
  want,
  pattern,
  parse: (given) => given,
  allows: (value): value is string => typeof value === 'string' && pattern.test(value),
});

/** Separated by commas where it is a text. */
export const list = (pattern: RegExp, want: string): Kind<readonly string[]> => ({
  want: `${want}, separated by commas`,
  parse: (given) => given.split(',').map((item) => item.trim()),
  allows: (value): value is readonly string[] =>
    Array.isArray(value) && value.every((item) => typeof item === 'string' && pattern.test(item)),
});

export const oneOf = <const T extends string | number>(choices: readonly T[]): Kind<T> => ({
  want: choices.join(' or '),
  parse: (given) => choices.find((choice) => String(choice) === given),
  allows: (value): value is T => choices.some((choice) => choice === value),
});

export const decision: Kind<boolean> = {
  want: 'true or false',
  parse: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
  allows: (value): value is boolean => typeof value === 'boolean',
};

const number = (want: string, isIn: (value: number) => boolean): Kind<number> => ({
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

/** Text that fits no form is shown as it was given; what else a program may hand in, as it prints. */
const shown = (got: unknown) => (typeof got === 'string' ? JSON.stringify(got) : String(got));

/** The one form of every error about a setting: where it stands, what was given, what is allowed. */
export const refusal = (
  where: string,
  got: unknown,
  { want, unit }: { readonly want: string; readonly unit?: string | false },
): string => `${where}: got ${shown(got)}${unit ? ` ${unit}` : ''}, want ${want}`;
