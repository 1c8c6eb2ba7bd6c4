import { ServiceFault } from '../service.ts';
import type { AccessRequest } from './policy.ts';

/** Services whose protocols carry JSON: their common errors have names of their own, and 400. */
const JSON_SERVICES = new Set(['ecs', 'events', 'states', 'sqs']);

/** How each service says no (its API reference; EC2's own code; S3, Route 53 and STS in their error documents). */
export function accessDenied(service: string, by: string, { action, resource }: AccessRequest): ServiceFault {
  const message = `User: ${by} is not authorized to perform: ${action} on resource: ${resource}`;
  if (service === 'ec2') {
    const text = `You are not authorized to perform this operation. ${message}`;
    return new ServiceFault('UnauthorizedOperation', text, { statusCode: 403 });
  }
  if (JSON_SERVICES.has(service)) return new ServiceFault('AccessDeniedException', message);
  return new ServiceFault('AccessDenied', message, { statusCode: 403 });
}

/** A session that has ended ("Common errors" of each service). */
export function expiredToken(service: string): ServiceFault {
  const message = 'The security token included in the request is expired';
  if (JSON_SERVICES.has(service)) return new ServiceFault('ExpiredTokenException', message);
  return new ServiceFault(service === 'ec2' ? 'RequestExpired' : 'ExpiredToken', message, { statusCode: 403 });
}

/** A key, or a token with it, that nobody has given out; and one of a role that is gone. */
export function invalidToken(service: string): ServiceFault {
  const message = 'The security token included in the request is invalid.';
  if (JSON_SERVICES.has(service)) return new ServiceFault('UnrecognizedClientException', message);
  const code = service === 'ec2' ? 'AuthFailure' : service === 's3' ? 'InvalidAccessKeyId' : 'InvalidClientTokenId';
  return new ServiceFault(code, message, { statusCode: service === 'ec2' ? 401 : 403 });
}
