import { BadRequestError, type Reply, type Request } from './http-service.ts';

/** What `GET /<noun>/<argument>` takes. */
export interface ArgumentShape {
  /** The path before the argument, `/time/`. */
  readonly prefix: string;
  /** For messages: what the argument is, with an example. */
  readonly allowed: string;
  /** Characters. */
  readonly maxLength: number;
}

/** The answer for every other path. */
export const notFound = ({ path }: Request, { prefix, allowed }: ArgumentShape): Reply => ({
  status: 404,
  body: { error: 'no such path', got: path, allowed: `${prefix} followed by ${allowed}, or /health` },
});

/**
 * The rest of the path, decoded; undefined when the path does not start with the prefix.
 *
 * The path is taken as it was sent: a URL parser would resolve `.` and `..`, which are fine arguments.
 *
 * @throws BadRequestError when it is empty, too long or no valid percent-encoding
 */
export function pathArgument({ path }: Request, { prefix, allowed, maxLength }: ArgumentShape): string | undefined {
  if (!path.startsWith(prefix)) return undefined;

  const encoded = path.slice(prefix.length);
  let argument: string;
  try {
    argument = decodeURIComponent(encoded);
  } catch {
    throw new BadRequestError('malformed percent-encoding', { got: encoded, allowed: 'UTF-8 as %xx; write % as %25' });
  }
  if (argument.length === 0 || argument.length > maxLength) {
    const got = `${argument.length} characters`;
    throw new BadRequestError('argument of a wrong length', {
      got,
      allowed: `1 to ${maxLength} characters: ${allowed}`,
    });
  }
  return argument;
}
