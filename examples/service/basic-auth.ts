import { createHash, timingSafeEqual } from 'node:crypto';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Credentials from `<PREFIX>_USERNAME` and `<PREFIX>_PASSWORD`; `admin` and `password` where they are not set. */
export function readCredentials(prefix: string, environment: NodeJS.ProcessEnv): Credentials {
  return {
    username: environment[`${prefix}_USERNAME`] ?? 'admin',
    password: environment[`${prefix}_PASSWORD`] ?? 'password',
  };
}

/**
 * Credentials from the same variables for a service that is open unless both are set.
 *
 * @throws Error when only one is set: what was meant to be closed must not open by mistake
 */
export function readOwnCredentials(prefix: string, environment: NodeJS.ProcessEnv): Credentials | undefined {
  const variables = [`${prefix}_USERNAME`, `${prefix}_PASSWORD`];
  const [username, password] = variables.map((variable) => environment[variable] || undefined);
  if (username !== undefined && password !== undefined) return { username, password };
  if (username === undefined && password === undefined) return undefined;
  const [missing] = variables.filter((variable) => !environment[variable]);
  throw new Error(`${missing} is empty: set ${variables.join(' and ')}, or none of them`);
}

/** The value of an Authorization header (RFC 7617). */
export const authorization = ({ username, password }: Credentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** Whether an Authorization header carries the credentials; takes the same time wherever the first difference is. */
export function isAuthorized(header: string | undefined, credentials: Credentials): boolean {
  const given = /^basic +([a-z0-9+/]+=*) *$/i.exec(header ?? '')?.[1] ?? '';
  const decoded = Buffer.from(given, 'base64').toString();
  return timingSafeEqual(digest(decoded), digest(`${credentials.username}:${credentials.password}`));
}

/** Equal lengths, which timingSafeEqual asks for, whatever was given. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
