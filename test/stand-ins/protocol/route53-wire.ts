import { ServiceFault } from '../service.ts';
import { routeOf } from './rest-uri.ts';
import { restXml } from './rest-xml.ts';
import type { ServiceSchemas } from './schemas.ts';
import type { HttpAnswer, Wire } from './wire.ts';
import { writeFaultFields, xmlCodec, xmlText } from './xml.ts';

const NAMESPACE = 'https://route53.amazonaws.com/doc/2013-04-01/';
const REQUEST_ID_HEADER = 'x-amzn-requestid';

/** Route 53: restXml below `/2013-04-01/`, errors in an ErrorResponse as in live logs (boto issue 2887). */
export function route53Wire({ operations, errors }: ServiceSchemas): Wire {
  const codec = xmlCodec(NAMESPACE);
  return restXml({
    xmlNamespace: NAMESPACE,
    routes: [...operations.values()].flatMap((operation) => routeOf(operation) ?? []),
    requestIdHeader: REQUEST_ID_HEADER,
    unknownOperation: ({ method, path }) =>
      new ServiceFault('UnknownOperationException', `no operation answers ${method} ${path}`, { statusCode: 404 }),
    malformedBody: (root) =>
      new ServiceFault('MalformedInput', `${bodyMember(root)} is not valid, expected ${root}`, { statusCode: 400 }),
    fault: (fault, requestId) =>
      errorResponse(fault, requestId, writeFaultFields(codec, errors.get(fault.name), fault.fields)),
  });
}

// Seen in public logs for ChangeResourceRecordSets: `ChangeBatch is not valid, expected ChangeResourceRecordSetsRequest`.
function bodyMember(root: string): string {
  return root === 'ChangeResourceRecordSetsRequest' ? 'ChangeBatch' : 'Request body';
}

function errorResponse(fault: ServiceFault, requestId: string, fields: string): HttpAnswer {
  const type = fault.statusCode < 500 ? 'Sender' : 'Receiver';
  return {
    status: fault.statusCode,
    headers: { 'content-type': 'text/xml', [REQUEST_ID_HEADER]: requestId },
    body:
      `<?xml version="1.0"?>\n<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>${type}</Type>` +
      `<Code>${xmlText(fault.name)}</Code><Message>${xmlText(fault.message)}</Message>${fields}</Error>` +
      `<RequestId>${xmlText(requestId)}</RequestId></ErrorResponse>`,
  };
}
