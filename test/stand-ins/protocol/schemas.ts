import { NormalizedSchema } from '@smithy/core/schema';

/** What an SDK client knows of one API action. */
export interface OperationShape {
  /** API action name, e.g. `ListTasks`. */
  readonly name: string;
  /** HTTP method, URI pattern with its constant query, status; undefined where the protocol has only one URI. */
  readonly http?: readonly [method: string, uri: string, status: number];
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

/** The operations and errors of one service, by name. */
export interface ServiceSchemas {
  readonly operations: ReadonlyMap<string, OperationShape>;
  readonly errors: ReadonlyMap<string, NormalizedSchema>;
}

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

// The SDK's static schemas are tuples that begin with one of these numbers.
const OPERATION = 9;
const ERROR = -3;

/** Collects the schemas that an SDK client package exports beside its commands (`ListTasks$` and its like). */
export function schemasOf(clientPackage: object): ServiceSchemas {
  const operations = new Map<string, OperationShape>();
  const errors = new Map<string, NormalizedSchema>();
  for (const exported of Object.values(clientPackage)) {
    if (!Array.isArray(exported) || typeof exported[2] !== 'string') continue;
    if (exported[0] === OPERATION) operations.set(exported[2], operationShape(exported));
    if (exported[0] === ERROR) errors.set(exported[2], NormalizedSchema.of(exported as SchemaRef));
  }
  return { operations, errors };
}

function operationShape([, , name, traits, input, output]: readonly unknown[]): OperationShape {
  const http = typeof traits === 'object' && traits !== null && 'http' in traits ? traits.http : undefined;
  return {
    name: String(name),
    ...(isHttpTrait(http) && { http }),
    input: NormalizedSchema.of(input as SchemaRef),
    output: NormalizedSchema.of(output as SchemaRef),
  };
}

function isHttpTrait(trait: unknown): trait is [string, string, number] {
  return Array.isArray(trait) && typeof trait[0] === 'string' && typeof trait[1] === 'string';
}

/** The names of a structure's required members; the SDK's schemas list these first. */
export function requiredMembers(structure: NormalizedSchema): ReadonlySet<string> {
  const schema: unknown = structure.getSchema();
  if (!Array.isArray(schema)) return new Set();
  const [, , , , names, , count] = schema;
  return new Set(Array.isArray(names) ? names.slice(0, typeof count === 'number' ? count : 0) : []);
}

/** The members of a structure as pairs of name and schema; none for a unit. */
export function members(structure: NormalizedSchema): readonly [string, NormalizedSchema][] {
  return structure.isStructSchema() ? [...structure.structIterator()] : [];
}
