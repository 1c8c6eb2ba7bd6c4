import { runtimeFault } from './faults.ts';
import { callIntrinsic } from './intrinsics.ts';
import { isArray, isObject, type Json, type Scope } from './json.ts';
import { lookUp } from './path.ts';

/**
 * Fills a payload template (`Parameters`, `ItemSelector`, `ResultSelector`): a field `name.$` becomes `name` with what
 * its path or intrinsic function gives; everything else stays.
 *
 * @throws StateFault `States.Runtime` for a path that points nowhere, `States.IntrinsicFailure` from a function
 */
export function fillTemplate(template: Json, scope: Scope, random: () => number): Json {
  if (isArray(template)) return template.map((item) => fillTemplate(item, scope, random));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$') && typeof value === 'string'
        ? [key.slice(0, -2), evaluate(value, { field: key, scope, random })]
        : [key, fillTemplate(value, scope, random)],
    ),
  );
}

/**
 * A path or an intrinsic function, as it stands in a `.$` field, in `ErrorPath` or `CausePath`.
 *
 * @param field names it in the message
 */
export function evaluate(
  text: string,
  { field, scope, random }: { readonly field: string; readonly scope: Scope; readonly random: () => number },
): Json {
  if (!text.startsWith('$')) return callIntrinsic(text, (path) => valueAt(path, field, scope), random);
  return valueAt(text, field, scope);
}

/** The value at a path that must exist. */
export function valueAt(path: string, field: string, scope: Scope): Json {
  const result = lookUp(path, scope);
  if (result.found) return result.value;
  const where = path.startsWith('$$') ? 'the context object' : `the input '${JSON.stringify(scope.input)}'`;
  throw runtimeFault(`The JSONPath '${path}' specified for the field '${field}' could not be found in ${where}`);
}
