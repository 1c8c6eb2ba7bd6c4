import type { XmlCodec } from '@aws-sdk/core/protocols';
import { FromStringShapeDeserializer, ToStringShapeSerializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceFault } from '../service.ts';
import { findRoute, type Route, type RouteMatch } from './rest-uri.ts';
import { members } from './schemas.ts';
import type { HttpAnswer, HttpCall, Wire } from './wire.ts';
import { BINDING_SETTINGS, readXml, restructured, writeXml, xmlCodec } from './xml.ts';

/** What differs between the services that speak restXml. */
export interface RestXmlDialect {
  readonly xmlNamespace: string;
  readonly routes: readonly Route[];
  /** The call as the routes expect it, e.g. with the bytes behind a chunked encoding. */
  prepare?(call: HttpCall): HttpCall;
  unknownOperation(call: HttpCall): ServiceFault;
  malformedBody(expectedRoot: string): ServiceFault;
  fault: Wire['fault'];
  /** Header that carries the request id, lower case. */
  readonly requestIdHeader: string;
}

/** The restXml protocol (Route 53, S3): URI, query, headers and an XML body by the schema's bindings. */
export function restXml(dialect: RestXmlDialect): Wire {
  const codec = xmlCodec(dialect.xmlNamespace);
  return {
    read(received) {
      const call = dialect.prepare?.(received) ?? received;
      const match = findRoute(dialect.routes, call);
      if (!match) throw dialect.unknownOperation(call);
      const unknown = [...call.query.keys()].find((name) => !isAsked(match.route, name));
      if (unknown !== undefined)
        throw new ServiceFault('InvalidArgument', `${unknown} of the query is not served here`);
      return { operation: match.route.operation, input: readInput(codec, dialect, match, call) };
    },
    write({ output: schema, http }, output, requestId) {
      const answer = writeOutput(codec, schema, output);
      return {
        ...answer,
        status: answer.status || (http?.[2] ?? 200),
        headers: { ...answer.headers, [dialect.requestIdHeader]: requestId },
      };
    },
    fault: dialect.fault,
  };
}

/** `x-id` says again which operation it is; the others of that kind sign a call. */
function isAsked({ query, operation }: Route, name: string): boolean {
  if (/^x-/i.test(name) || query.some(([constant]) => constant === name)) return true;
  return members(operation.input).some(([, member]) => member.getMergedTraits().httpQuery === name);
}

function readInput(codec: XmlCodec, dialect: RestXmlDialect, { route, labels }: RouteMatch, call: HttpCall): object {
  const strings = new FromStringShapeDeserializer(BINDING_SETTINGS);
  const input: Record<string, unknown> = {};
  const inBody: [string, NormalizedSchema][] = [];
  for (const [name, member] of members(route.operation.input)) {
    const { httpLabel, httpQuery, httpHeader, httpPrefixHeaders, httpPayload } = member.getMergedTraits();
    if (httpPayload) input[name] = readPayload(codec, dialect, member, call);
    else if (httpPrefixHeaders !== undefined) input[name] = prefixedHeaders(httpPrefixHeaders, call);
    else if (httpLabel || httpQuery || httpHeader) {
      const text = httpLabel
        ? labels[name]
        : httpQuery
          ? (call.query.get(httpQuery) ?? undefined)
          : singleHeader(call, String(httpHeader));
      if (text !== undefined) input[name] = strings.read(member, text);
    } else inBody.push([name, member]);
  }
  if (inBody.length > 0 && call.body.length > 0) {
    const root = route.operation.input.getMergedTraits().xmlName ?? route.operation.input.getName() ?? '';
    const xml = text(call.body);
    const body = readXml(codec, restructured(root, inBody), root, xml, () => dialect.malformedBody(root));
    refuseStrangers(xml, new Set([root, ...elementsOf(inBody)]));
    Object.assign(input, body);
  }
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

function readPayload(codec: XmlCodec, dialect: RestXmlDialect, member: NormalizedSchema, { body }: HttpCall): unknown {
  if (member.isBlobSchema()) return body;
  if (body.length === 0) return undefined;
  if (!member.isStructSchema()) return text(body);
  const root = member.getMergedTraits().xmlName ?? member.getName() ?? '';
  const value = readXml(codec, member, root, text(body), () => dialect.malformedBody(root));
  refuseStrangers(text(body), new Set([root, ...elementsOf(members(member))]));
  return value;
}

/** What the codec drops, since its model does not know it, would be ignored. */
function refuseStrangers(xml: string, known: ReadonlySet<string>): void {
  const found = [...xml.matchAll(/<([A-Za-z_][\w.-]*)/g)].map(([, name = '']) => name);
  const stranger = found.find((name) => !known.has(name));
  if (stranger !== undefined) throw new ServiceFault('InvalidInput', `element ${stranger} is not served here`);
}

/** Names of the elements that members may have, those below them included. */
function elementsOf(all: readonly (readonly [string, NormalizedSchema])[]): readonly string[] {
  return all.flatMap(([name, member]): readonly string[] => {
    const own = member.getMergedTraits().xmlName ?? name;
    if (member.isListSchema()) return [own, ...elementsOf([['member', member.getValueSchema()]])];
    if (member.isMapSchema()) {
      return [
        own,
        'entry',
        ...elementsOf([
          ['key', member.getKeySchema()],
          ['value', member.getValueSchema()],
        ]),
      ];
    }
    return [own, ...elementsOf(members(member))];
  });
}

function singleHeader({ headers }: HttpCall, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}

function prefixedHeaders(prefix: string, call: HttpCall): Record<string, string> | undefined {
  const start = prefix.toLowerCase();
  const names = Object.keys(call.headers).filter((name) => name.startsWith(start));
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name.slice(start.length), singleHeader(call, name) ?? '']));
}

function writeOutput(codec: XmlCodec, schema: NormalizedSchema, output: object): HttpAnswer {
  const values = new Map<string, unknown>(Object.entries(output));
  const headers: Record<string, string> = {};
  const inBody: [string, NormalizedSchema][] = [];
  let status = 0;
  let payload: string | Uint8Array | undefined;
  for (const [name, member] of members(schema)) {
    const value = values.get(name);
    const { httpHeader, httpPrefixHeaders, httpPayload, httpResponseCode } = member.getMergedTraits();
    if (!httpHeader && httpPrefixHeaders === undefined && !httpPayload && !httpResponseCode)
      inBody.push([name, member]);
    if (value === undefined || value === null) continue;
    if (httpHeader) headers[httpHeader.toLowerCase()] = headerText(member, value);
    else if (httpPrefixHeaders !== undefined) {
      for (const [key, entry] of Object.entries(value))
        headers[`${httpPrefixHeaders}${key}`.toLowerCase()] = String(entry);
    } else if (httpResponseCode) status = Number(value);
    else if (httpPayload) payload = value instanceof Uint8Array ? value : writeXml(codec, member, value);
  }
  if (payload !== undefined) return { status, headers, body: payload };
  if (inBody.length === 0) return { status, headers, body: '' };

  const root = schema.getMergedTraits().xmlName ?? schema.getName() ?? '';
  const body = writeXml(codec, restructured(root, inBody), output);
  return { status, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

function headerText(member: NormalizedSchema, value: unknown): string {
  const serializer = new ToStringShapeSerializer(BINDING_SETTINGS);
  serializer.write(member, value);
  return serializer.flush();
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
