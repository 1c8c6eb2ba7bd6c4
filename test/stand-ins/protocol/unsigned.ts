import { ServiceFault } from '../service.ts';

/** What a service answers to a request without a signature, or with one that cannot be read. */
export function unsignedFault(signingName: string, scope: 'unsigned' | 'incomplete'): ServiceFault {
  if (signingName === 's3') return new ServiceFault('AccessDenied', 'Access Denied', { statusCode: 403 });
  if (scope === 'incomplete') {
    const code = isJson(signingName) ? 'IncompleteSignatureException' : 'IncompleteSignature';
    return new ServiceFault(code, "Authorization header requires 'Credential' parameter.", {
      statusCode: isJson(signingName) ? 400 : 403,
    });
  }
  if (signingName === 'ec2') {
    return new ServiceFault('MissingParameter', 'The request must contain the parameter AWSAccessKeyId');
  }
  const code = isJson(signingName) ? 'MissingAuthenticationTokenException' : 'MissingAuthenticationToken';
  const statusCode = isJson(signingName) ? 400 : 403;
  return new ServiceFault(code, 'Missing Authentication Token', { statusCode });
}

function isJson(signingName: string): boolean {
  return !['route53', 's3', 'ec2', 'sts'].includes(signingName);
}
