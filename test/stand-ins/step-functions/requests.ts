import { ServiceFault } from '../service.ts';

/** Where the resources of a stand-in live. */
export interface Place {
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** What CreateStateMachine and StartExecution forbid in a name: blanks, brackets, wildcards, specials, control characters. */
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\u{ffff}]/u;

/** Characters of the name of a state machine or an execution. */
const LONGEST_NAME = 80;

/** @throws ServiceFault ValidationException for its length, InvalidName for its characters */
export function checkName(name: string | undefined): string {
  if (!name || name.length > LONGEST_NAME) {
    const bound = name ? `less than or equal to ${LONGEST_NAME}` : 'greater than or equal to 1';
    throw new ServiceFault(
      'ValidationException',
      `1 validation error detected: Value '${name ?? ''}' at 'name' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  if (!FORBIDDEN.test(name)) return name;
  throw new ServiceFault('InvalidName', `Invalid Name: '${name}'`);
}

/** @throws ServiceFault InvalidArn for what is not an ARN of Step Functions of that kind */
export function checkArn(arn: string | undefined, kind: 'stateMachine' | 'execution'): string {
  if (arn?.match(/^arn:[^:]+:states:[^:]+:\d{12}:(?<kind>\w+):.+$/)?.groups?.kind === kind) return arn;
  throw new ServiceFault('InvalidArn', `Invalid Arn: '${arn}'`);
}

/** Anything that is listed, by the order in which it came to be. */
export interface Listed {
  readonly sequence: number;
}

export interface PageRequest {
  /** 1 to 1,000, by default (and with 0) 100. */
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/**
 * One page, newest first or oldest first, continuing behind the last item of the page before: what is added between
 * two pages moves nothing.
 *
 * @param question the call with its filters; a token of another question is refused
 * @throws ServiceFault InvalidToken, ValidationException
 */
export function page<T extends Listed>(
  all: readonly T[],
  { maxResults, nextToken }: PageRequest,
  { question, newestFirst }: { readonly question: string; readonly newestFirst: boolean },
): { readonly items: readonly T[]; readonly nextToken?: string } {
  const limit = maxResults || 100;
  if (!Number.isInteger(limit) || limit < 0 || limit > 1_000) {
    throw new ServiceFault('ValidationException', `maxResults is ${maxResults}, allowed are 0 to 1000`);
  }
  const after = nextToken === undefined ? undefined : readToken(nextToken, question);
  const ordered = newestFirst ? all.toReversed() : all;
  const rest =
    after === undefined
      ? ordered
      : ordered.filter(({ sequence }) => (newestFirst ? sequence < after : sequence > after));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return rest.length > limit && last ? { items, nextToken: writeToken(last.sequence, question) } : { items };
}

function writeToken(sequence: number, question: string): string {
  return Buffer.from(JSON.stringify([sequence, question])).toString('base64url');
}

function readToken(token: string, question: string): number {
  const invalid = `Invalid Token: '${token}'`;
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch (cause) {
    throw new ServiceFault('InvalidToken', invalid, { cause });
  }
  if (Array.isArray(content) && typeof content[0] === 'number' && content[1] === question) return content[0];
  throw new ServiceFault('InvalidToken', invalid);
}
