import { ServiceFault } from '../service.ts';
import { decodedBody } from './aws-chunked.ts';
import { verifyChecksums } from './checksum.ts';
import { type Route, routeOf } from './rest-uri.ts';
import { restXml } from './rest-xml.ts';
import type { ServiceSchemas } from './schemas.ts';
import type { Wire } from './wire.ts';
import { xmlText } from './xml.ts';

const REQUEST_ID_HEADER = 'x-amz-request-id';

/** S3 in path style: `/{Bucket}/{Key}`; chunked uploads, checksums in headers and trailers, its own error document. */
export function s3Wire({ operations }: ServiceSchemas): Wire {
  return restXml({
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    routes: [...operations.values()].flatMap((operation): Route[] => {
      // The SDK's schemas leave the bucket to the endpoint rules.
      const named = operation.input.isStructSchema() && 'Bucket' in operation.input.getMemberSchemas();
      const route = routeOf(operation, named ? '/{Bucket}' : '');
      return route ? [route] : [];
    }),
    requestIdHeader: REQUEST_ID_HEADER,
    prepare: (call) => {
      const decoded = decodedBody(call);
      verifyChecksums(decoded);
      return decoded;
    },
    unknownOperation: () =>
      new ServiceFault('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
        statusCode: 405,
      }),
    malformedBody: () =>
      new ServiceFault(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      ),
    fault: (fault, requestId, method) => ({
      status: fault.statusCode,
      headers: { 'content-type': 'application/xml', [REQUEST_ID_HEADER]: requestId },
      body: method === 'HEAD' || fault.statusCode === 304 ? '' : errorDocument(fault, requestId),
    }),
  });
}

function errorDocument(fault: ServiceFault, requestId: string): string {
  const fields = Object.entries(fault.fields).map(([name, value]) => `<${name}>${xmlText(String(value))}</${name}>`);
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<Error><Code>${xmlText(fault.name)}</Code><Message>${xmlText(fault.message)}</Message>${fields.join('')}` +
    `<RequestId>${xmlText(requestId)}</RequestId><HostId>${xmlText(requestId)}</HostId></Error>`
  );
}
