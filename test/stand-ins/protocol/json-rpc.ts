import { JsonCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceFault } from '../service.ts';
import { members, type ServiceSchemas } from './schemas.ts';
import type { Wire } from './wire.ts';

/** What differs between the services that speak awsJson. */
export interface JsonRpcDialect {
  readonly version: '1.0' | '1.1';
  /** The part of `X-Amz-Target` before the action, e.g. `AmazonEC2ContainerServiceV20141113`. */
  readonly target: string;
  /** Whether the older query error codes travel in a header (SQS). */
  readonly queryCompatible?: boolean;
}

/** The awsJson1.0 and 1.1 protocols: the action in a header, one JSON object each way. */
export function jsonRpc({ operations, errors }: ServiceSchemas, dialect: JsonRpcDialect): Wire {
  // Times as seconds of the epoch (Smithy's pages on AWS JSON 1.0 and 1.1).
  const codec = new JsonCodec({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });
  const contentType = `application/x-amz-json-${dialect.version}`;
  const write = (schema: NormalizedSchema | undefined, value: object) => {
    if (!schema?.isStructSchema()) return JSON.stringify(value);
    const serializer = codec.createSerializer();
    serializer.write(schema, value);
    return serializer.flush();
  };
  return {
    read(call) {
      const [target, action] = String(call.headers['x-amz-target'] ?? '').split('.');
      const operation = target === dialect.target ? operations.get(action ?? '') : undefined;
      if (!operation)
        throw new ServiceFault('UnknownOperationException', `no operation ${call.headers['x-amz-target']}`);
      const body = parseObject(call.body);
      checkShape(operation.input, body, '');
      return { operation, input: codec.createDeserializer().readObject(operation.input, { ...body }) ?? {} };
    },
    write: ({ output: schema }, output, requestId) => ({
      status: 200,
      headers: { 'content-type': contentType, 'x-amzn-requestid': requestId },
      body: schema.isStructSchema() ? write(schema, output) : '{}',
    }),
    fault: (fault, requestId) => {
      const schema = errors.get(fault.name);
      const fields = JSON.parse(write(schema, fault.fields)) as object;
      const { awsQueryError } = schema?.getMergedTraits() ?? {};
      const queryCode = Array.isArray(awsQueryError) ? awsQueryError[0] : fault.name;
      const type = fault.statusCode < 500 ? 'Sender' : 'Receiver';
      return {
        status: fault.statusCode,
        headers: {
          'content-type': contentType,
          'x-amzn-requestid': requestId,
          ...(dialect.queryCompatible && { 'x-amzn-query-error': `${queryCode};${type}` }),
        },
        body: JSON.stringify({ ...fields, __type: fault.name, message: fault.message }),
      };
    },
  };
}

function parseObject(body: Uint8Array): object {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // answered below
  }
  throw new ServiceFault('SerializationException', 'the request body is not a JSON object');
}

/**
 * The codec takes what it is given and drops what it does not know. A service refuses a value of another kind than its model
 * says; a member of a later model is refused too, which a service would know.
 */
function checkShape(schema: NormalizedSchema, value: unknown, path: string): void {
  if (value === undefined || value === null) return;
  if (schema.isStructSchema() || schema.isMapSchema()) {
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongKind(path, 'an object');
    const entries = new Map<string, unknown>(Object.entries(value));
    if (schema.isStructSchema()) {
      const known = new Map(members(schema));
      for (const [name, entry] of entries) {
        const member = known.get(name);
        if (!member) throw new ServiceFault('SerializationException', `${path}/${name} is not served here`);
        checkShape(member, entry, `${path}/${name}`);
      }
    } else for (const [name, entry] of entries) checkShape(schema.getValueSchema(), entry, `${path}/${name}`);
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrongKind(path, 'a list');
    for (const [index, entry] of value.entries()) checkShape(schema.getValueSchema(), entry, `${path}/${index}`);
  } else if (schema.isStringSchema() || schema.isBlobSchema()) {
    if (typeof value !== 'string') throw wrongKind(path, 'a string');
  } else if (schema.isBooleanSchema()) {
    if (typeof value !== 'boolean') throw wrongKind(path, 'a boolean');
  } else if (schema.isNumericSchema()) {
    if (typeof value !== 'number') throw wrongKind(path, 'a number');
  }
}

function wrongKind(path: string, allowed: string): ServiceFault {
  return new ServiceFault('SerializationException', `${path || '/'} must be ${allowed}`);
}
