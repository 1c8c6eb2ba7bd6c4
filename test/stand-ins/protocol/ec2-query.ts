import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceFault } from '../service.ts';
import { members, type ServiceSchemas } from './schemas.ts';
import type { Wire } from './wire.ts';
import { BINDING_SETTINGS, restructured, STRING, writeXml, xmlCodec, xmlText } from './xml.ts';

/** The ec2Query protocol: a form with flattened names in, XML out. */
export function ec2Query({ operations }: ServiceSchemas): Wire {
  const strings = new FromStringShapeDeserializer({ ...BINDING_SETTINGS, httpBindings: false });
  const codec = xmlCodec('http://ec2.amazonaws.com/doc/2016-11-15/');
  return {
    read(call) {
      const form = new URLSearchParams(new TextDecoder().decode(call.body));
      for (const [name, value] of call.query) form.append(name, value);
      const action = form.get('Action');
      if (!action) {
        throw new ServiceFault('MissingAction', 'The request is missing an action or a required parameter.');
      }
      const operation = operations.get(action);
      if (!operation) {
        throw new ServiceFault('InvalidAction', `The action ${action} is not valid for this web service.`);
      }
      const taken = new Set(['Action', 'Version']);
      const take = (name: string) => form.get(taken.add(name) && name);
      const input = readValue(operation.input, '', take, strings) ?? {};
      const unknown = [...form.keys()].find((name) => !taken.has(name));
      if (unknown === undefined) return { operation, input };
      throw new ServiceFault('UnknownParameter', `The parameter ${unknown} is not recognized`);
    },
    write: ({ name, output: schema }, output, requestId) => {
      const response = restructured(`${name}Response`, [['requestId', STRING], ...members(schema)]);
      return {
        status: 200,
        headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
        body: writeXml(codec, response, { ...output, requestId }),
      };
    },
    fault: (fault, requestId) => ({
      status: fault.statusCode,
      headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
      body:
        '<?xml version="1.0" encoding="UTF-8"?>\n' +
        `<Response><Errors><Error><Code>${xmlText(fault.name)}</Code><Message>${xmlText(fault.message)}</Message></Error></Errors>` +
        `<RequestID>${xmlText(requestId)}</RequestID></Response>`,
    }),
  };
}

// The SDK's own writer is the model: lists are flat and count from 1, names are the member's query name or capitalized.
function readValue(
  schema: NormalizedSchema,
  path: string,
  take: (name: string) => string | null,
  strings: FromStringShapeDeserializer,
): unknown {
  if (schema.isStructSchema()) {
    const entries = members(schema).flatMap(([name, member]) => {
      const value = readValue(member, joined(path, queryName(name, member)), take, strings);
      return value === undefined ? [] : [[name, value] as const];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }
  if (schema.isListSchema()) {
    const list: unknown[] = [];
    for (let index = 1; ; index += 1) {
      const value = readValue(schema.getValueSchema(), joined(path, String(index)), take, strings);
      if (value === undefined) return list.length > 0 ? list : undefined;
      list.push(value);
    }
  }
  const text = take(path);
  return text === null ? undefined : strings.read(schema, text);
}

function queryName(name: string, member: NormalizedSchema): string {
  const { ec2QueryName, xmlName } = member.getMergedTraits();
  if (typeof ec2QueryName === 'string') return ec2QueryName;
  const key = xmlName ?? name;
  return key.charAt(0).toUpperCase() + key.slice(1);
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
