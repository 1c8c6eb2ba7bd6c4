import { ServiceFault } from '../service.ts';

/** Anything that is listed in the order in which it came to be. */
export interface Listed {
  /** Grows with each thing made; a token points behind one. */
  readonly sequence: number;
}

export interface PageRequest<T> {
  /** Most items of the page, 1 to 100. */
  readonly limit: number;
  readonly nextToken: string | undefined;
  /** The call and its filters: a token is good for the same question only. */
  readonly question: string;
  readonly select: (item: T) => boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/**
 * One page of what is selected, continuing behind the token's item, so that what comes and goes between two pages moves
 * nothing else.
 *
 * A token is given when anything at all is left to look at: the last page may be empty, as the service allows.
 *
 * @throws ServiceFault InvalidParameterException for a token of another question or of nobody
 */
export function pageOf<T extends Listed>(all: readonly T[], request: PageRequest<T>): Page<T> {
  const items: T[] = [];
  let index = request.nextToken === undefined ? 0 : firstBehind(all, readToken(request.nextToken, request.question));
  while (index < all.length && items.length < request.limit) {
    const item = all[index];
    if (item && request.select(item)) items.push(item);
    index += 1;
  }
  const last = all[index - 1];
  return index < all.length && last ? { items, nextToken: writeToken(last.sequence, request.question) } : { items };
}

/** @throws ServiceFault InvalidParameterException outside 1 to `most` */
export function pageLimit(maxResults: number | undefined, most: number, usual: number = most): number {
  if (maxResults === undefined) return usual;
  if (Number.isInteger(maxResults) && maxResults >= 1 && maxResults <= most) return maxResults;
  throw new ServiceFault(
    'InvalidParameterException',
    `maxResults must be between 1 and ${most}, but was ${maxResults}`,
  );
}

function firstBehind(all: readonly Listed[], sequence: number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((all[middle]?.sequence ?? 0) > sequence) high = middle;
    else low = middle + 1;
  }
  return low;
}

function writeToken(sequence: number, question: string): string {
  return Buffer.from(JSON.stringify([sequence, question])).toString('base64url');
}

function readToken(token: string, question: string): number {
  const [sequence, asked] = contentOf(token);
  if (typeof sequence === 'number' && asked === question) return sequence;
  throw new ServiceFault('InvalidParameterException', 'Invalid token.');
}

function contentOf(token: string): readonly unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(content) ? content : [];
  } catch {
    return [];
  }
}
