import { arnMatches, type Keys, many, matches } from './patterns.ts';

/** Whether a value of the call satisfies one of the values that the policy gives. */
type Test = (value: string, wanted: readonly string[]) => boolean;

const equals: Test = (value, wanted) => wanted.includes(value);
const like: Test = (value, wanted) => wanted.some((pattern) => matches(pattern, value));
const arnLike: Test = (value, wanted) => wanted.some((pattern) => arnMatches(pattern, value));

/** The operators that are evaluated, without `IfExists` and `ForAllValues:`; those that negate hold where a key is absent. */
const OPERATORS: Readonly<Record<string, { readonly test: Test; readonly negates?: true }>> = {
  StringEquals: { test: equals },
  StringNotEquals: { test: equals, negates: true },
  StringLike: { test: like },
  StringNotLike: { test: like, negates: true },
  ArnEquals: { test: arnLike },
  ArnLike: { test: arnLike },
  ArnNotEquals: { test: arnLike, negates: true },
  ArnNotLike: { test: arnLike, negates: true },
  Bool: { test: (value, wanted) => wanted.some((one) => one.toLowerCase() === value.toLowerCase()) },
  NumericLessThan: { test: (value, wanted) => wanted.some((one) => Number(value) < Number(one)) },
  NumericEquals: { test: (value, wanted) => wanted.some((one) => Number(value) === Number(one)) },
};

interface Operator {
  readonly name: string;
  readonly forAll: boolean;
  readonly forAny: boolean;
  readonly ifExists: boolean;
}

const read = (text: string): Operator => {
  const [, set = '', name = '', ifExists = ''] = /^(ForAllValues:|ForAnyValue:)?(\w+?)(IfExists)?$/.exec(text) ?? [];
  return { name, forAll: set === 'ForAllValues:', forAny: set === 'ForAnyValue:', ifExists: ifExists !== '' };
};

export const isOperator = (text: string): boolean => Object.hasOwn(OPERATORS, read(text).name);

/**
 * Whether all keys of one operator hold ("IAM JSON policy elements: Condition operators").
 *
 * | the call has | `X` | `XIfExists` | `ForAllValues:X` | `ForAnyValue:X` |
 * | --- | --- | --- | --- | --- |
 * | no such key | no; yes for a negation | yes | yes | no |
 * | a value | whether it satisfies | the same | the same | the same |
 * | several | some | some | each | some |
 */
export function holds(operator: string, wanted: Readonly<Record<string, unknown>>, keys: Keys): boolean {
  const { name, forAll, forAny, ifExists } = read(operator);
  const { test, negates = false } = OPERATORS[name] ?? raise(operator);
  return Object.entries(wanted).every(([key, given]) => {
    const values = valuesOf(key, keys);
    if (values === undefined) return ifExists || forAll || (negates && !forAny);
    const texts = many(given).map(String);
    const satisfied = (value: string): boolean => test(value, texts) !== negates;
    if (forAll) return values.every(satisfied);
    return negates && !forAny ? values.every(satisfied) : values.some(satisfied);
  });
}

function valuesOf(key: string, keys: Keys): readonly string[] | undefined {
  const found = Object.entries(keys).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found && many(found[1]);
}

function raise(operator: string): never {
  throw new Error(`condition operator ${operator} is not evaluated here`);
}
