import type { Operation, ServiceFault } from './service.ts';

/**
 * What a stand-in serves of each operation's input, by operation: the names of its members.
 *
 * | written | served |
 * | --- | --- |
 * | `Name` | the member, whatever it holds |
 * | `Name{One Two}` | of the structure, or of each in the list, these members only |
 * | `Name*{One Two}` | the same of each value of a map |
 * | `Name=a,b` | these values only, of the member or of each in its list |
 */
export type Served = Readonly<Record<string, string>>;

/** One member of a written list, read. */
export interface ServedMember {
  /** Members of the structure; undefined where everything below is served. */
  readonly members: ServedMembers | undefined;
  readonly isMap: boolean;
  /** As text; undefined where every value is served. */
  readonly values: readonly string[] | undefined;
}

export type ServedMembers = ReadonlyMap<string, ServedMember>;

/** Makes the service's own fault of a sentence that names the member. */
export type Refusal = (message: string, member: string) => ServiceFault;

/**
 * Operations that refuse, before anything else, whatever they would have to ignore.
 *
 * @throws Error for an operation that is missing in one of the two
 */
export function servedOnly(
  operations: Readonly<Record<string, Operation>>,
  served: Served,
  refusal: Refusal,
): Readonly<Record<string, Operation>> {
  const untold = [...Object.keys(operations), ...Object.keys(served)].find(
    (name) => !(Object.hasOwn(operations, name) && Object.hasOwn(served, name)),
  );
  if (untold !== undefined) throw new Error(`${untold} must be among the operations and among what is served`);
  return Object.fromEntries(
    Object.entries(operations).map(([name, run]): [string, Operation] => {
      const members = readServed(served[name] ?? '');
      return [
        name,
        (input: object, context) => {
          const found = unserved(input, members, '');
          if (!found) return run(input as never, context);
          throw refusal(`${name}: ${found.what}`, found.member);
        },
      ];
    }),
  );
}

/** @throws Error for a text that is not written as `Served` says */
export function readServed(text: string): ServedMembers {
  const tokens = text.match(/[^\s{}]+|[{}]/g) ?? [];
  const members = readMembers(tokens);
  if (tokens.length > 0) throw new Error(`"${text}" closes more than it opens`);
  return members;
}

function readMembers(tokens: string[]): ServedMembers {
  const members = new Map<string, ServedMember>();
  for (let token = tokens.shift(); token !== undefined && token !== '}'; token = tokens.shift()) {
    const [written = '', values] = token.split('=');
    const isMap = written.endsWith('*');
    const below = tokens[0] === '{';
    if (below) tokens.shift();
    members.set(isMap ? written.slice(0, -1) : written, {
      members: below ? readMembers(tokens) : undefined,
      isMap,
      values: values?.split(','),
    });
  }
  return members;
}

interface Unserved {
  /** With those that it stands in, `Entries.MessageSystemAttributes`. */
  readonly member: string;
  readonly what: string;
}

function unserved(input: object, members: ServedMembers, path: string): Unserved | undefined {
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue;
    const member = path === '' ? name : `${path}.${name}`;
    const known = members.get(name);
    if (!known) {
      const all = [...members.keys()].join(', ') || 'nothing';
      return { member, what: `${member} is not served here; served ${path && `of ${path} `}is ${all}` };
    }
    const found = refusedValue(value, known, member) ?? refusedBelow(value, known, member);
    if (found) return found;
  }
  return undefined;
}

function refusedValue(value: unknown, { values }: ServedMember, member: string): Unserved | undefined {
  const wrong = (Array.isArray(value) ? value : [value]).find((one) => values && !values.includes(String(one)));
  if (wrong === undefined) return undefined;
  return { member, what: `${member} ${String(wrong)} is not served here; served is ${values?.join(', ')}` };
}

function refusedBelow(value: unknown, { members, isMap }: ServedMember, member: string): Unserved | undefined {
  if (!members || typeof value !== 'object' || value === null) return undefined;
  const all: unknown[] = Array.isArray(value) ? value : isMap ? Object.values(value) : [value];
  for (const one of all) {
    const found = typeof one === 'object' && one !== null ? unserved(one, members, member) : undefined;
    if (found) return found;
  }
  return undefined;
}
