import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceFault } from '../service.ts';
import { members, type OperationShape, type ServiceSchemas } from './schemas.ts';
import type { HttpCall, ReadCall } from './wire.ts';
import { BINDING_SETTINGS } from './xml.ts';

/** How a query protocol names what a form carries. */
export interface FormNames {
  /** Of a member of a structure. */
  readonly member: (name: string, schema: NormalizedSchema) => string;
  /** Of an item of a list, counted from 1. */
  readonly item: (list: string, index: number) => string;
}

/**
 * Reads the form of the query protocols: `Action`, `Version`, and the members of the input by flattened names.
 *
 * @throws ServiceFault for an unknown action, and for a parameter that the action does not have
 */
export function formReader({ operations }: ServiceSchemas, names: FormNames): (call: HttpCall) => ReadCall {
  const strings = new FromStringShapeDeserializer({ ...BINDING_SETTINGS, httpBindings: false });
  return (call) => {
    const form = new URLSearchParams(new TextDecoder().decode(call.body));
    for (const [name, value] of call.query) form.append(name, value);
    const operation = operationOf(form, operations);
    const taken = new Set(['Action', 'Version']);
    const take = (name: string) => form.get(taken.add(name) && name);
    const input = readValue(operation.input, '', { take, strings, names }) ?? {};
    const unknown = [...form.keys()].find((name) => !taken.has(name));
    if (unknown === undefined) return { operation, input };
    throw new ServiceFault('UnknownParameter', `The parameter ${unknown} is not recognized`);
  };
}

function operationOf(form: URLSearchParams, operations: ServiceSchemas['operations']): OperationShape {
  const action = form.get('Action');
  if (!action) throw new ServiceFault('MissingAction', 'The request is missing an action or a required parameter.');
  const operation = operations.get(action);
  if (operation) return operation;
  throw new ServiceFault('InvalidAction', `The action ${action} is not valid for this web service.`);
}

interface Form {
  readonly take: (name: string) => string | null;
  readonly strings: FromStringShapeDeserializer;
  readonly names: FormNames;
}

function readValue(schema: NormalizedSchema, path: string, form: Form): unknown {
  if (schema.isStructSchema()) {
    const entries = members(schema).flatMap(([name, member]) => {
      const value = readValue(member, joined(path, form.names.member(name, member)), form);
      return value === undefined ? [] : [[name, value] as const];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }
  if (schema.isListSchema()) {
    const list: unknown[] = [];
    for (let index = 1; ; index += 1) {
      const value = readValue(schema.getValueSchema(), form.names.item(path, index), form);
      if (value === undefined) return list.length > 0 ? list : undefined;
      list.push(value);
    }
  }
  const text = form.take(path);
  return text === null ? undefined : form.strings.read(schema, text);
}

const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
