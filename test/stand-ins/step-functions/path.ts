import { isArray, isObject, type Json, type JsonObject, type Scope } from './json.ts';

type Segment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'union'; readonly members: readonly (string | number)[] }
  | { readonly kind: 'below' };

interface Path {
  readonly root: 'input' | 'context';
  readonly segments: readonly Segment[];
  /** Names and single indexes only: points at one value or at none (a reference path of the ASL specification). */
  readonly definite: boolean;
}

/** What a definite path found; a path with wildcards always finds a list, perhaps an empty one. */
export type Lookup = { readonly found: true; readonly value: Json } | { readonly found: false };

/** A path that Step Functions would not take, or a filter expression, which this interpreter does not know. */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError';

  constructor(path: string, position: number) {
    super(
      `path '${path}' at character ${position}: allowed are .name, ['name'], [0], [-1], [0:2], [0,1], [*], .* and ..name`,
    );
  }
}

const parsed = new Map<string, Path>();

/** Reads a path once; later calls with the same text give the same object. */
export function parsePath(text: string): Path {
  const known = parsed.get(text);
  if (known) return known;

  const root = text.startsWith('$$') ? 'context' : 'input';
  if (!text.startsWith('$')) throw new PathSyntaxError(text, 0);
  const segments = [...readSegments(text, root === 'context' ? 2 : 1)];
  const definite = segments.every(({ kind }) => kind === 'name' || kind === 'index');
  const path: Path = { root, segments, definite };
  parsed.set(text, path);
  return path;
}

const NAME = /[^.[\]\s'"()?@,:*$]+/y;
const BRACKET =
  /\[\s*(?:(?<all>\*)|(?<from>-?\d+)?\s*:\s*(?<to>-?\d+)?|(?<members>(?:-?\d+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:\s*,\s*(?:-?\d+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))*))\s*\]/y;
const MEMBER = /-?\d+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g;

function* readSegments(text: string, start: number): Generator<Segment> {
  let position = start;
  const take = (pattern: RegExp): RegExpExecArray => {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (!match) throw new PathSyntaxError(text, position);
    position = pattern.lastIndex;
    return match;
  };
  while (position < text.length) {
    if (text.startsWith('..', position)) {
      position += 2;
      yield { kind: 'below' };
      if (text[position] === '[') yield bracketSegment(take(BRACKET));
      else yield text[position] === '*' ? star() : { kind: 'name', name: take(NAME)[0] };
    } else if (text[position] === '.') {
      position += 1;
      yield text[position] === '*' ? star() : { kind: 'name', name: take(NAME)[0] };
    } else {
      yield bracketSegment(take(BRACKET));
    }
  }

  function star(): Segment {
    position += 1;
    return { kind: 'all' };
  }
}

function bracketSegment({ groups = {} }: RegExpExecArray): Segment {
  if (groups.all) return { kind: 'all' };
  if (groups.members === undefined) {
    return { kind: 'slice', from: numberOrNothing(groups.from), to: numberOrNothing(groups.to) };
  }
  const members = [...groups.members.matchAll(MEMBER)].map(([member]) =>
    /^['"]/.test(member) ? member.slice(1, -1).replaceAll(/\\(.)/g, '$1') : Number(member),
  );
  const [only] = members;
  if (members.length > 1 || only === undefined) return { kind: 'union', members };
  return typeof only === 'string' ? { kind: 'name', name: only } : { kind: 'index', index: only };
}

function numberOrNothing(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** Looks a path up in the state's input (`$…`) or in the context object (`$$…`). */
export function lookUp(text: string, scope: Scope): Lookup {
  const path = parsePath(text);
  let found: readonly Json[] = [scope[path.root]];
  for (const segment of path.segments) found = found.flatMap((value) => step(value, segment));
  if (!path.definite) return { found: true, value: found };
  const [value] = found;
  return value === undefined ? { found: false } : { found: true, value };
}

function step(value: Json, segment: Segment): readonly Json[] {
  switch (segment.kind) {
    case 'name':
      return member(value, segment.name);
    case 'index':
      return member(value, segment.index);
    case 'union':
      return segment.members.flatMap((key) => member(value, key));
    case 'all':
      return children(value);
    case 'slice':
      return isArray(value) ? value.slice(segment.from, segment.to) : [];
    case 'below':
      return [value, ...children(value).flatMap((child) => step(child, segment))];
  }
}

function member(value: Json, key: string | number): readonly Json[] {
  if (typeof key === 'number') {
    const item = isArray(value) ? value.at(key) : undefined;
    return item === undefined ? [] : [item];
  }
  const field = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return field === undefined ? [] : [field];
}

function children(value: Json): readonly Json[] {
  if (isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

/**
 * Puts a result into a copy of the input, as `ResultPath` does: missing objects on the way are made.
 *
 * @returns undefined where the input has no such place (a scalar or a missing array element on the way)
 */
export function putAt(text: string, input: Json, result: Json): Json | undefined {
  const path = parsePath(text);
  if (!path.definite || path.root === 'context') throw new PathSyntaxError(text, 0);
  return put(input, path.segments, result);
}

function put(target: Json | undefined, segments: readonly Segment[], result: Json): Json | undefined {
  const [head, ...tail] = segments;
  if (!head) return result;
  if (head.kind === 'index') {
    const item = isArray(target) ? target[head.index] : undefined;
    if (!isArray(target) || item === undefined) return undefined;
    const changed = put(item, tail, result);
    return changed === undefined ? undefined : target.with(head.index, changed);
  }
  if (head.kind !== 'name' || !(target === undefined || isObject(target))) return undefined;
  const held = target && Object.hasOwn(target, head.name) ? target[head.name] : undefined;
  const changed = put(held, tail, result);
  if (changed === undefined) return undefined;
  const copy: JsonObject = { ...target, [head.name]: changed };
  return copy;
}
