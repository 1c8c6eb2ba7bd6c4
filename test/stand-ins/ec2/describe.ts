import type { Filter } from '@aws-sdk/client-ec2';
import { ServiceFault } from '../service.ts';

/** EC2 User Guide, Using_Filtering: values of one call; filters of one call. */
const mostFilterValues = 200;
const mostFilters = 50;

/** What of a resource a filter looks at: its values under each filter's name. */
export type FilterFields<T> = Readonly<Record<string, (resource: T) => readonly (string | undefined)[]>>;

/**
 * A test that all filters agree on; of a filter's values any may match, with `*` and `?` as wildcards.
 *
 * @throws ServiceFault FilterLimitExceeded or InvalidParameterValue
 */
export function matcher<T>(filters: readonly Filter[], fields: FilterFields<T>): (resource: T) => boolean {
  const values = filters.reduce((sum, { Values = [] }) => sum + Values.length, 0);
  if (values > mostFilterValues) {
    throw limitExceeded(`The maximum number of filter values specified on a single call is ${mostFilterValues}`);
  }
  if (filters.length > mostFilters) {
    throw limitExceeded(`The maximum number of filters specified on a single call is ${mostFilters}`);
  }
  const tests = filters.map(({ Name = '', Values = [] }) => {
    const look = Object.hasOwn(fields, Name) ? fields[Name] : undefined;
    if (!look) throw new ServiceFault('InvalidParameterValue', `The filter '${Name}' is invalid`);
    const plain = new Set(Values.filter((value) => !/[*?\\]/.test(value)));
    const patterns = Values.filter((value) => !plain.has(value)).map(patternOf);
    return (resource: T) =>
      look(resource).some(
        (value) => value !== undefined && (plain.has(value) || patterns.some((pattern) => pattern.test(value))),
      );
  });
  return (resource) => tests.every((test) => test(resource));
}

function patternOf(value: string): RegExp {
  const source = value.replace(/\\?./gs, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return (part.length > 1 ? part.slice(1) : part).replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

/** How a describe call picks: by ids, or by pages. */
export interface Selection {
  readonly ids: readonly string[];
  /** The name of the ids' parameter in error texts, e.g. `instancesSet`. */
  readonly idsName: string;
  readonly maxResults: number | undefined;
  readonly nextToken: string | undefined;
}

/** Largest page; also what one answer holds where no size is asked for. */
const largestPage = 1000;

/**
 * One page of what matches, and the token of the next. Nothing is looked up before the parameters agree.
 *
 * @throws ServiceFault InvalidParameterCombination for ids with pages, InvalidParameterValue for a wrong size or token
 */
export function pageOf<T>(find: () => readonly T[], { ids, idsName, maxResults, nextToken }: Selection) {
  for (const [name, value] of [['maxResults', maxResults] as const, ['nextToken', nextToken] as const]) {
    if (ids.length > 0 && value !== undefined) {
      const message = `The parameter ${idsName} cannot be used with the parameter ${name}`;
      throw new ServiceFault('InvalidParameterCombination', message);
    }
  }
  if (maxResults !== undefined && (maxResults < 5 || maxResults > largestPage)) {
    const bound = maxResults < 5 ? 'greater than 5' : `less than ${largestPage}`;
    const message = `Value ( ${maxResults} ) for parameter maxResults is invalid. Expecting a value ${bound}.`;
    throw new ServiceFault('InvalidParameterValue', message);
  }
  const matching = find();
  const start = nextToken === undefined ? 0 : readToken(nextToken);
  const end = start + (ids.length > 0 ? matching.length : (maxResults ?? largestPage));
  return { page: matching.slice(start, end), ...(end < matching.length ? { NextToken: writeToken(end) } : {}) };
}

function writeToken(start: number): string {
  return Buffer.from(`from ${start}`).toString('base64');
}

function readToken(token: string): number {
  const start = /^from (\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  if (start === undefined) throw new ServiceFault('InvalidParameterValue', 'Unable to parse pagination token');
  return Number(start);
}

const limitExceeded = (message: string): ServiceFault => new ServiceFault('FilterLimitExceeded', message);
