import { formReader } from './query-form.ts';
import { members, type ServiceSchemas } from './schemas.ts';
import type { Wire } from './wire.ts';
import { restructured, STRING, writeXml, xmlCodec, xmlText } from './xml.ts';

/**
 * The awsQuery protocol: a form in, XML out, the answer within `<…Response><…Result>`.
 *
 * @param namespace of the service's documents
 */
export function awsQuery(schemas: ServiceSchemas, namespace: string): Wire {
  const codec = xmlCodec(namespace);
  const metadata = restructured('ResponseMetadata', [['RequestId', STRING]]);
  return {
    read: formReader(schemas, {
      member: (name, schema) => schema.getMergedTraits().xmlName ?? name,
      item: (list, index) => `${list}.member.${index}`,
    }),
    write: ({ name, output: schema }, output, requestId) => {
      const result = restructured(`${name}Result`, members(schema));
      const response = restructured(`${name}Response`, [
        [`${name}Result`, result],
        ['ResponseMetadata', metadata],
      ]);
      const value = { [`${name}Result`]: output, ResponseMetadata: { RequestId: requestId } };
      return { status: 200, headers: headersOf(requestId), body: writeXml(codec, response, value) };
    },
    fault: (fault, requestId) => ({
      status: fault.statusCode,
      headers: headersOf(requestId),
      body:
        `<ErrorResponse xmlns="${namespace}"><Error><Type>${fault.statusCode < 500 ? 'Sender' : 'Receiver'}</Type>` +
        `<Code>${xmlText(fault.name)}</Code><Message>${xmlText(fault.message)}</Message></Error>` +
        `<RequestId>${xmlText(requestId)}</RequestId></ErrorResponse>`,
    }),
  };
}

const headersOf = (requestId: string) => ({ 'content-type': 'text/xml', 'x-amzn-requestid': requestId });
