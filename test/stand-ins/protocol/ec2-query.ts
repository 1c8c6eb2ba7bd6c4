import type { NormalizedSchema } from '@smithy/core/schema';
import { formReader } from './query-form.ts';
import { members, type ServiceSchemas } from './schemas.ts';
import type { Wire } from './wire.ts';
import { restructured, STRING, writeXml, xmlCodec, xmlText } from './xml.ts';

/** The ec2Query protocol: a form with flattened names in, XML out. */
export function ec2Query(schemas: ServiceSchemas): Wire {
  const codec = xmlCodec('http://ec2.amazonaws.com/doc/2016-11-15/');
  return {
    read: formReader(schemas, { member: queryName, item: (list, index) => `${list}.${index}` }),
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

// The SDK's own writer is the model: lists are flat, names are the member's query name or capitalized.
function queryName(name: string, member: NormalizedSchema): string {
  const { ec2QueryName, xmlName } = member.getMergedTraits();
  if (typeof ec2QueryName === 'string') return ec2QueryName;
  const key = xmlName ?? name;
  return key.charAt(0).toUpperCase() + key.slice(1);
}
