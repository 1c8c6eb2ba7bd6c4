import { createHash } from 'node:crypto';
import { uuid } from '../uuid.ts';
import { StateFault } from './faults.ts';
import { isArray, isObject, type Json, sameJson } from './json.ts';

type Expression =
  | { readonly kind: 'value'; readonly value: Json }
  /** `raw` keeps the escapes, which `States.Format` needs to tell `\{` from `{`. */
  | { readonly kind: 'text'; readonly value: string; readonly raw: string }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

const parsed = new Map<string, Expression>();

/**
 * Reads a call once; later calls with the same text give the same object.
 *
 * @throws StateFault `States.IntrinsicFailure`
 */
export function readIntrinsic(text: string): Expression {
  const known = parsed.get(text);
  if (known) return known;
  const expression = new Reader(text).read();
  parsed.set(text, expression);
  return expression;
}

/**
 * Evaluates an intrinsic function of the JSONPath query language, e.g. `States.Format('{}/{}', $.a, $.b)`.
 *
 * @param resolve gives the value at a path, or throws
 * @param random stands in for the service's own source in `States.MathRandom` and `States.UUID`
 * @throws StateFault `States.IntrinsicFailure` for a function that is not known or not given what it takes
 */
export function callIntrinsic(text: string, resolve: (path: string) => Json, random: () => number): Json {
  return evaluate(readIntrinsic(text));

  function evaluate(node: Expression): Json {
    if (node.kind === 'path') return resolve(node.path);
    if (node.kind !== 'call') return node.value;
    if (node.name === 'States.Format') return format(node.args, evaluate);
    const run = FUNCTIONS[node.name];
    if (!run) throw failure(text, `${node.name} is not an intrinsic function`);
    return run(new Arguments(node.name, node.args.map(evaluate)), random);
  }
}

function failure(what: string, why: string): StateFault {
  return new StateFault('States.IntrinsicFailure', `The intrinsic function '${what}' failed: ${why}`);
}

/** Reads `Name(argument, …)`: nested calls, paths, 'text' with backslash escapes, numbers, true, false, null. */
class Reader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Expression {
    const expression = this.#expression();
    if (expression.kind !== 'call' || this.#position !== this.#text.length) throw this.#unexpected();
    return expression;
  }

  #expression(): Expression {
    this.#take(/\s*/y);
    const expression = this.#text[this.#position] === '$' ? this.#path() : (this.#literal() ?? this.#call());
    this.#take(/\s*/y);
    return expression;
  }

  #path(): Expression {
    const path = this.#take(/\$\$?(?:\['(?:[^'\\]|\\.)*'\]|\["(?:[^"\\]|\\.)*"\]|\[[^\]'"]*\]|[^\s,)[])*/y);
    if (!path) throw this.#unexpected();
    return { kind: 'path', path };
  }

  #literal(): Expression | undefined {
    const quoted = this.#take(/'(?:[^'\\]|\\.)*'/y);
    if (quoted !== undefined) {
      const raw = quoted.slice(1, -1);
      return { kind: 'text', raw, value: raw.replaceAll(/\\(.)/g, '$1') };
    }
    const word = this.#take(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true\b|false\b|null\b/y);
    return word === undefined ? undefined : { kind: 'value', value: JSON.parse(word) };
  }

  #call(): Expression {
    const name = this.#take(/States\.\w+(?=\s*\()/y);
    if (!name) throw this.#unexpected();
    this.#take(/\s*\(\s*/y);
    const args: Expression[] = [];
    if (this.#take(/\)/y)) return { kind: 'call', name, args };
    do args.push(this.#expression());
    while (this.#take(/,/y));
    if (!this.#take(/\)/y)) throw this.#unexpected();
    return { kind: 'call', name, args };
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text)?.[0];
    if (match === undefined) return undefined;
    this.#position += match.length;
    return match;
  }

  #unexpected(): StateFault {
    return failure(this.#text, `it cannot be read at character ${this.#position}`);
  }
}

function format(args: readonly Expression[], evaluate: (node: Expression) => Json): string {
  const [template, ...rest] = args;
  if (!template) throw failure('States.Format', 'no template given');
  const text = template.kind === 'text' ? template.raw : evaluate(template);
  if (typeof text !== 'string') throw failure('States.Format', `the template is ${JSON.stringify(text)}, not a string`);
  const values = rest.map(evaluate);
  let used = 0;
  const filled = text.replaceAll(/\\(.)|\{\}/g, (_match, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    const value = values[used++];
    if (isArray(value) || isObject(value)) throw failure('States.Format', 'an argument is an array or an object');
    return typeof value === 'string' ? value : String(value);
  });
  if (used !== values.length) throw failure('States.Format', `${used} placeholders, ${values.length} arguments`);
  return filled;
}

/** The arguments of one call, checked as they are taken. */
class Arguments {
  readonly #name: string;
  readonly all: readonly Json[];

  constructor(name: string, all: readonly Json[]) {
    this.#name = name;
    this.all = all;
  }

  any(index: number): Json {
    const value = this.all[index];
    if (value === undefined) throw failure(this.#name, `argument ${index + 1} is missing`);
    return value;
  }

  text(index: number): string {
    const value = this.any(index);
    return typeof value === 'string' ? value : this.#not(index, 'a string');
  }

  integer(index: number): number {
    const value = this.any(index);
    return typeof value === 'number' ? Math.round(value) : this.#not(index, 'a number');
  }

  list(index: number): readonly Json[] {
    const value = this.any(index);
    return isArray(value) ? value : this.#not(index, 'an array');
  }

  fail(why: string): never {
    throw failure(this.#name, why);
  }

  #not(index: number, wanted: string): never {
    return this.fail(`argument ${index + 1} is ${JSON.stringify(this.all[index])}, not ${wanted}`);
  }
}

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** The developer guide's list ("Intrinsics for JSONPath states"), without `States.Format`, which needs its raw text. */
const FUNCTIONS: Readonly<Record<string, (args: Arguments, random: () => number) => Json>> = {
  'States.StringToJson': (args) => {
    try {
      return JSON.parse(args.text(0));
    } catch {
      return args.fail('the text is not JSON');
    }
  },
  'States.JsonToString': (args) => JSON.stringify(args.any(0)),
  'States.Array': (args) => args.all,
  'States.ArrayPartition': (args) => {
    const [list, size] = [args.list(0), args.integer(1)];
    if (size < 1) args.fail(`the chunk size is ${size}, not positive`);
    return Array.from({ length: Math.ceil(list.length / size) }, (_, part) =>
      list.slice(part * size, (part + 1) * size),
    );
  },
  'States.ArrayContains': (args) => args.list(0).some((item) => sameJson(item, args.any(1))),
  'States.ArrayRange': (args) => {
    const [first, last, by] = [args.integer(0), args.integer(1), args.integer(2)];
    if (by === 0) args.fail('the increment is 0');
    const length = Math.max(0, Math.floor((last - first) / by) + 1);
    if (length > 1_000) args.fail(`the range has ${length} items, allowed are 1000`);
    return Array.from({ length }, (_, index) => first + index * by);
  },
  'States.ArrayGetItem': (args) => args.list(0)[args.integer(1)] ?? args.fail(`no item ${args.integer(1)}`),
  'States.ArrayLength': (args) => args.list(0).length,
  'States.ArrayUnique': (args) => {
    const list = args.list(0);
    return list.filter((item, index) => list.findIndex((other) => sameJson(item, other)) === index);
  },
  'States.Base64Encode': (args) => Buffer.from(args.text(0)).toString('base64'),
  'States.Base64Decode': (args) => Buffer.from(args.text(0), 'base64').toString(),
  'States.Hash': (args) => {
    const data = args.any(0);
    const algorithm =
      HASHES[args.text(1)] ?? args.fail(`algorithm ${args.text(1)}, allowed are ${Object.keys(HASHES)}`);
    return createHash(algorithm)
      .update(typeof data === 'string' ? data : JSON.stringify(data))
      .digest('hex');
  },
  'States.JsonMerge': (args) => {
    const [one, other, deep] = [args.any(0), args.any(1), args.any(2)];
    if (!isObject(one) || !isObject(other)) return args.fail('both arguments must be objects');
    if (deep !== false) args.fail('only the shallow mode is supported: the third argument must be false');
    return { ...one, ...other };
  },
  'States.MathRandom': (args, random) => {
    const [from, to] = [args.integer(0), args.integer(1)];
    return from + Math.floor(random() * (to - from));
  },
  'States.MathAdd': (args) => args.integer(0) + args.integer(1),
  'States.StringSplit': (args) => {
    const separators = new Set(args.text(1));
    const parts = [''];
    for (const character of args.text(0)) {
      if (separators.has(character)) parts.push('');
      else parts.push(`${parts.pop()}${character}`);
    }
    return parts;
  },
  'States.UUID': (_args, random) => uuid(random),
};
