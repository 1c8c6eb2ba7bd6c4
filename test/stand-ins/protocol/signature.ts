import type { HttpCall } from './wire.ts';

/** The credential scope of a signed request. The signature itself is not verified: any secret key will do. */
export interface SignatureScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** E.g. `route53`. */
  readonly service: string;
  /** That came beside it, with the credentials of a session. */
  readonly sessionToken?: string;
}

/** Who signed, and for which Region. */
export const signedBy = ({ service: _, ...signed }: SignatureScope): Omit<SignatureScope, 'service'> => signed;

/**
 * Reads the scope from the `Authorization` header or, for presigned URLs, from the query.
 *
 * @returns the scope; `unsigned` where there is no signature; `incomplete` where there is one that cannot be read
 */
export function signatureScope(call: HttpCall): SignatureScope | 'unsigned' | 'incomplete' {
  const authorization = call.headers.authorization;
  const credential = authorization
    ? /^AWS4-HMAC-SHA256\s.*\bCredential=([^,\s]+)/.exec(authorization)?.[1]
    : call.query.get('X-Amz-Credential');
  if (!authorization && !credential) return 'unsigned';

  const [accessKeyId, , region, service, end] = credential?.split('/') ?? [];
  if (!accessKeyId || !region || !service || end !== 'aws4_request') return 'incomplete';
  const token = call.headers['x-amz-security-token'] ?? call.query.get('X-Amz-Security-Token');
  return { accessKeyId, region, service, ...(typeof token === 'string' && { sessionToken: token }) };
}
