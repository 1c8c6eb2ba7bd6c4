import { runtimeFault } from './faults.ts';
import { isArray, isObject, type Json, type JsonObject, type Scope } from './json.ts';
import { lookUp } from './path.ts';

/**
 * Does a choice rule hold? A comparison of values of other types than the operator's is false, as in the service.
 *
 * @throws StateFault `States.Runtime` when the variable (or the path compared with) points nowhere, `IsPresent` excepted
 */
export function holds(rule: JsonObject, scope: Scope): boolean {
  if (isArray(rule.And)) return rule.And.every((part) => isObject(part) && holds(part, scope));
  if (isArray(rule.Or)) return rule.Or.some((part) => isObject(part) && holds(part, scope));
  if (isObject(rule.Not)) return !holds(rule.Not, scope);

  const [operator, operand] = Object.entries(rule).find(([key]) => !NOT_OPERATORS.has(key)) ?? [];
  const variable = rule.Variable;
  if (operator === undefined || operand === undefined || typeof variable !== 'string') {
    throw runtimeFault(`the choice rule ${JSON.stringify(rule)} has no variable or no operator`);
  }
  const looked = lookUp(variable, scope);
  if (operator === 'IsPresent') return looked.found === operand;
  const value = operandAt(variable, looked);

  const test = TYPE_TESTS[operator];
  if (test) return test(value) === operand;
  const byPath = operator.endsWith('Path') && typeof operand === 'string';
  const other = byPath ? operandAt(operand, lookUp(operand, scope)) : operand;
  const compare = COMPARISONS[byPath ? operator.slice(0, -'Path'.length) : operator];
  if (!compare) throw runtimeFault(`the choice operator ${operator} is not known`);
  return compare(value, other);
}

const NOT_OPERATORS = new Set(['Variable', 'Next', 'Comment']);

function operandAt(path: string, looked: ReturnType<typeof lookUp>): Json {
  if (looked.found) return looked.value;
  throw runtimeFault(`Invalid path '${path}': The choice state's condition path references an invalid value.`);
}

const TYPE_TESTS: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsBoolean: (value) => typeof value === 'boolean',
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsTimestamp: (value) => instant(value) !== undefined,
};

type Comparison = (value: Json, other: Json) => boolean;
type Order = (difference: number) => boolean;

const ORDERS: Readonly<Record<string, Order>> = {
  Equals: (difference) => difference === 0,
  LessThan: (difference) => difference < 0,
  LessThanEquals: (difference) => difference <= 0,
  GreaterThan: (difference) => difference > 0,
  GreaterThanEquals: (difference) => difference >= 0,
};

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  BooleanEquals: (value, other) => typeof value === 'boolean' && value === other,
  StringMatches: (value, other) =>
    typeof value === 'string' && typeof other === 'string' && wildcard(other).test(value),
  ...family('String', (value) => (typeof value === 'string' ? value : undefined)),
  ...family('Numeric', (value) => (typeof value === 'number' ? value : undefined)),
  ...family('Timestamp', instant),
};

function family(name: string, read: (value: Json) => string | number | undefined): Record<string, Comparison> {
  return Object.fromEntries(
    Object.entries(ORDERS).map(([order, is]): [string, Comparison] => [
      `${name}${order}`,
      (value, other) => {
        const [one, two] = [read(value), read(other)];
        if (one === undefined || two === undefined) return false;
        return is(one < two ? -1 : one > two ? 1 : 0);
      },
    ]),
  );
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the epoch of an RFC 3339 timestamp, upper-case T and Z as the specification demands. */
export function instant(value: Json): number | undefined {
  if (typeof value !== 'string' || !TIMESTAMP.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/** `*` stands for any characters; `\\*` for a star, `\\\\` for a backslash (ASL specification, StringMatches). */
function wildcard(pattern: string): RegExp {
  const source = pattern.replaceAll(/\\([\\*])|(\*)|([^\\*]+|\\)/g, (_match, escaped, star, text) =>
    star ? '[^]*' : RegExp.escape(String(escaped ?? text)),
  );
  return new RegExp(`^${source}$`);
}
