import { BlockList, isIP } from 'node:net';
import { isArray, isObject, type Json, type JsonObject } from './step-functions/json.ts';

/** An event pattern that EventBridge would refuse; `message` says where and why. */
export class EventPatternError extends Error {
  override readonly name = 'EventPatternError';
}

/**
 * Reads an event pattern, once for all events.
 *
 * @param text JSON, as in `EventPattern` of PutRule
 * @returns whether an event matches: each field of the pattern has a value (or, in an array, one of the values) that
 *   one of the field's alternatives takes; fields that the pattern does not name are free
 * @throws EventPatternError
 */
export function readPattern(text: string): (event: Json) => boolean {
  let pattern: Json;
  try {
    pattern = JSON.parse(text);
  } catch (cause) {
    throw new EventPatternError('the pattern is not JSON', { cause });
  }
  if (!isObject(pattern)) throw new EventPatternError('the pattern is not a JSON object');
  return fieldsTest(pattern, '');
}

/** What is asked of a field: all the values found there, none where it is absent. */
type Test = (values: readonly Json[]) => boolean;

/** The test of one object of the pattern, asked of one object of the event (`undefined` where there is none). */
function fieldsTest(pattern: JsonObject, where: string): (event: Json | undefined) => boolean {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new EventPatternError(`${where || 'the pattern'} is an empty object`);
  const tests = entries.map(([name, value]) => {
    if (name === '$or' && isArray(value)) return anyOf(value, where);
    return fieldTest(name, value, where === '' ? name : `${where}.${name}`);
  });
  return (event) => tests.every((test) => test(event));
}

/** `$or` is an operator only with two or more objects; anything else is a field of that name, which nobody has. */
function anyOf(patterns: readonly Json[], where: string): (event: Json | undefined) => boolean {
  const tests = patterns.map((pattern) => {
    if (!isObject(pattern)) throw new EventPatternError(`$or at ${where || 'the top'} wants objects`);
    return fieldsTest(pattern, where);
  });
  if (tests.length < 2)
    throw new EventPatternError(`$or at ${where || 'the top'} has ${tests.length} alternatives, 2 are needed`);
  return (event) => tests.some((test) => test(event));
}

function fieldTest(name: string, value: Json, where: string): (event: Json | undefined) => boolean {
  if (isObject(value)) {
    const inner = fieldsTest(value, where);
    // Of an array of objects, one of them has to match the whole inner pattern; an absent object may still do so (exists: false).
    return (event) => {
      const held = objectsIn(fieldOf(event, name));
      return held.length > 0 ? held.some(inner) : inner(undefined);
    };
  }
  if (!isArray(value)) throw new EventPatternError(`${where} must be an object or an array`);
  if (value.length === 0) throw new EventPatternError(`${where} is an empty array`);
  const tests = value.map((alternative) => leafTest(alternative, where));
  return (event) => {
    const values = leavesIn(fieldOf(event, name));
    return tests.some((test) => test(values));
  };
}

function fieldOf(event: Json | undefined, name: string): Json | undefined {
  return isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
}

function objectsIn(value: Json | undefined): readonly JsonObject[] {
  if (isArray(value)) return value.flatMap(objectsIn);
  return isObject(value) ? [value] : [];
}

function leavesIn(value: Json | undefined): readonly Json[] {
  if (isArray(value)) return value.flatMap(leavesIn);
  return value === undefined || isObject(value) ? [] : [value];
}

function leafTest(alternative: Json, where: string): Test {
  if (isArray(alternative)) throw new EventPatternError(`${where} holds an array`);
  if (!isObject(alternative)) return any((value) => value === alternative);
  const [[operator, operand] = ['', null], ...more] = Object.entries(alternative);
  if (more.length > 0) throw new EventPatternError(`${where} has more than one operator in an object`);
  if (operator === 'exists') {
    if (typeof operand !== 'boolean') throw invalid(where, operator, operand);
    return (values) => values.length > 0 === operand;
  }
  if (operator === 'anything-but') return any(excluding(operand, where));
  return any(valueTest(operator, operand, where));
}

function any(test: (value: Json) => boolean): Test {
  return (values) => values.some(test);
}

/** `anything-but` with a value, a list of values, or an operator with one or several texts. */
function excluding(operand: Json, where: string): (value: Json) => boolean {
  if (isObject(operand)) {
    const [[operator, texts] = ['', null], ...more] = Object.entries(operand);
    if (more.length > 0) throw invalid(where, 'anything-but', operand);
    const tests = (isArray(texts) ? texts : [texts]).map((text) => valueTest(operator, text, where));
    return (value) => !tests.some((test) => test(value));
  }
  const excluded: readonly Json[] = isArray(operand) ? operand : [operand];
  if (
    excluded.length === 0 ||
    !excluded.every((value): boolean => typeof value === 'string' || typeof value === 'number')
  ) {
    throw invalid(where, 'anything-but', operand);
  }
  return (value) => !excluded.includes(value);
}

function valueTest(operator: string, operand: Json, where: string): (value: Json) => boolean {
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return endTest(operator, operand, where);
    case 'equals-ignore-case': {
      const text = textOf(operator, operand, where).toLowerCase();
      return (value) => typeof value === 'string' && value.toLowerCase() === text;
    }
    case 'wildcard': {
      const pattern = wildcard(textOf(operator, operand, where), where);
      return (value) => typeof value === 'string' && pattern.test(value);
    }
    case 'cidr':
      return cidr(textOf(operator, operand, where), where);
    case 'numeric':
      return numeric(operand, where);
    default:
      throw new EventPatternError(`${where} has operator '${operator}', which is not known`);
  }
}

function endTest(operator: 'prefix' | 'suffix', operand: Json, where: string): (value: Json) => boolean {
  const ignoring = isObject(operand) && Object.keys(operand).join() === 'equals-ignore-case';
  const fold = (text: string): string => (ignoring ? text.toLowerCase() : text);
  const text = fold(textOf(operator, ignoring ? (operand['equals-ignore-case'] ?? null) : operand, where));
  return (value) =>
    typeof value === 'string' && (operator === 'prefix' ? fold(value).startsWith(text) : fold(value).endsWith(text));
}

function textOf(operator: string, operand: Json, where: string): string {
  if (typeof operand === 'string') return operand;
  throw invalid(where, operator, operand);
}

/** `*` stands for any characters; a backslash before `*` or a backslash takes the meaning away. */
function wildcard(text: string, where: string): RegExp {
  if (/(?<!\\)\*\*/.test(text)) throw new EventPatternError(`${where} has a wildcard with two stars in a row`);
  const source = text.replaceAll(/\\([\\*])|(\*)|([^\\*]+|\\)/g, (_match, escaped, star, plain) =>
    star ? '[^]*' : RegExp.escape(String(escaped ?? plain)),
  );
  return new RegExp(`^${source}$`);
}

function cidr(text: string, where: string): (value: Json) => boolean {
  const [address = '', bits = ''] = text.split('/');
  const family = isIP(address);
  if (family === 0 || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    throw invalid(where, 'cidr', text);
  const range = new BlockList();
  range.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return (value) =>
    typeof value === 'string' && isIP(value) === family && range.check(value, family === 4 ? 'ipv4' : 'ipv6');
}

const ORDERS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", 3]`, `[">", 0]`, `[">", 0, "<=", 5]`. */
function numeric(operand: Json, where: string): (value: Json) => boolean {
  if (!isArray(operand) || (operand.length !== 2 && operand.length !== 4)) throw invalid(where, 'numeric', operand);
  const bounds = Array.from({ length: operand.length / 2 }, (_, index) => {
    const [order, bound] = [ORDERS[String(operand[2 * index])], operand[2 * index + 1]];
    if (!order || typeof bound !== 'number') throw invalid(where, 'numeric', operand);
    return (value: number): boolean => order(value, bound);
  });
  return (value) => typeof value === 'number' && bounds.every((holds) => holds(value));
}

function invalid(where: string, operator: string, operand: Json): EventPatternError {
  return new EventPatternError(`${where} has operator '${operator}' with ${JSON.stringify(operand)}`);
}
