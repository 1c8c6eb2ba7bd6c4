import { XmlCodec } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { ServiceFault } from '../service.ts';
import { members } from './schemas.ts';

// How restXml and ec2Query write times: RFC 3339 unless a trait says otherwise (Smithy's protocol pages).
const TIMESTAMPS = { useTrait: true, default: 5 as const };

/** What the string (de)serializers of HTTP bindings want to know. */
export const BINDING_SETTINGS = { timestampFormat: TIMESTAMPS, httpBindings: true };

/** The XML codec of a service whose documents live in the given namespace. */
export function xmlCodec(xmlNamespace: string): XmlCodec {
  return new XmlCodec({ ...BINDING_SETTINGS, xmlNamespace, serviceNamespace: '' });
}

/** A whole XML document of the given structure. */
export function writeXml(codec: XmlCodec, structure: NormalizedSchema, value: object): string {
  const serializer = codec.createSerializer();
  serializer.write(structure, value);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${serializer.flush()}`;
}

/** The schema of a plain string. */
export const STRING = 0;

/** A structure of the given members, e.g. those of another structure that travel in the body. */
export function restructured(
  name: string,
  structure: readonly (readonly [string, NormalizedSchema | typeof STRING])[],
): NormalizedSchema {
  return NormalizedSchema.of([3, '', name, 0, structure.map(([member]) => member), structure.map(([, of]) => of)]);
}

/** The name of a document's root element; undefined where the text is not XML. */
export function rootElement(xml: string): string | undefined {
  return /^\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--.*?-->\s*)*<([A-Za-z_][\w.-]*)[\s/>]/s.exec(xml)?.[1];
}

/** The modelled members of an error as XML elements, ready to stand beside its code and message. */
export function writeFaultFields(
  codec: XmlCodec,
  error: NormalizedSchema | undefined,
  fields: Readonly<Record<string, unknown>>,
): string {
  const modelled = error ? members(error).filter(([name]) => fields[name] !== undefined) : [];
  if (modelled.length === 0) return '';
  const serializer = codec.createSerializer();
  serializer.write(restructured('Error', modelled), fields);
  return String(serializer.flush()).replace(/^<Error[^>]*>|<\/Error>$/g, '');
}

/** Escapes text for an XML element. */
export function xmlText(text: string): string {
  return text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character);
}

/**
 * Reads an XML document by its schema.
 *
 * @throws ServiceFault whatever `malformed` makes of it, when the text is not well-formed or has another root
 */
export function readXml(
  codec: XmlCodec,
  structure: NormalizedSchema,
  root: string,
  xml: string,
  malformed: () => ServiceFault,
): object {
  if (rootElement(xml) !== root) throw malformed();
  try {
    return codec.createDeserializer().read(structure, xml);
  } catch (cause) {
    if (cause instanceof ServiceFault) throw cause;
    throw malformed();
  }
}
