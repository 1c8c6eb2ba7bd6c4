import type { NormalizedSchema } from '@smithy/core/schema';
import { members, type OperationShape, requiredMembers } from './schemas.ts';
import type { HttpCall } from './wire.ts';

/** Where a REST operation is found: its method, path pattern and constant query. */
export interface Route {
  readonly operation: OperationShape;
  readonly method: string;
  readonly path: RegExp;
  readonly labels: readonly string[];
  /** Constant query parameters; the empty string means that only the presence counts. */
  readonly query: readonly (readonly [string, string])[];
  /** Required members that travel in a header or in the query, as a test on the call. */
  readonly required: readonly ((call: HttpCall) => boolean)[];
}

/** A route that a call matched, with the path's labels decoded. */
export interface RouteMatch {
  readonly route: Route;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The route of an operation by its `http` trait.
 *
 * @param prefix put before the trait's path, e.g. `/{Bucket}` for the path style of S3
 */
export function routeOf(operation: OperationShape, prefix = ''): Route | undefined {
  if (!operation.http) return undefined;
  const [method, uri] = operation.http;
  const [path = '', search = ''] = `${prefix}${uri}`.split('?');
  const labels: string[] = [];
  const pattern = path
    .replace(/\/+$/, '')
    .replace(/\{([^}+]+)(\+?)\}|([.*$()[\]^|\\])/g, (_, label, greedy, special) => {
      if (special) return `\\${special}`;
      labels.push(label);
      return greedy ? '(.+)' : '([^/]+)';
    });
  return {
    operation,
    method,
    path: new RegExp(`^${pattern}/?$`),
    labels,
    // The SDK tells operations of one URI apart by x-id, other clients do not send it.
    query: [...new URLSearchParams(search)].filter(([name]) => name !== 'x-id'),
    required: requiredTests(operation.input),
  };
}

function requiredTests(input: NormalizedSchema): ((call: HttpCall) => boolean)[] {
  const required = requiredMembers(input);
  return members(input)
    .filter(([name]) => required.has(name))
    .flatMap(([, member]) => {
      const { httpHeader, httpQuery } = member.getMergedTraits();
      if (httpHeader) return [(call: HttpCall) => httpHeader.toLowerCase() in call.headers];
      if (httpQuery) return [(call: HttpCall) => call.query.has(httpQuery)];
      return [];
    });
}

/** The most specific route that a call matches: the one that asks for most of its query and headers. */
export function findRoute(routes: readonly Route[], call: HttpCall): RouteMatch | undefined {
  let best: RouteMatch | undefined;
  for (const route of routes) {
    if (route.method !== call.method) continue;
    const path = route.path.exec(call.path);
    if (!path || !route.query.every(([name, value]) => matchesQuery(call.query, name, value))) continue;
    if (!route.required.every((test) => test(call))) continue;
    if (best && specificity(best.route) >= specificity(route)) continue;
    const labels = Object.fromEntries(route.labels.map((label, index) => [label, decodeLabel(path[index + 1] ?? '')]));
    best = { route, labels };
  }
  return best;
}

function matchesQuery(query: URLSearchParams, name: string, value: string): boolean {
  return value === '' ? query.has(name) : query.get(name) === value;
}

function specificity({ query, required }: Route): number {
  return query.length + required.length;
}

function decodeLabel(label: string): string {
  try {
    return decodeURIComponent(label);
  } catch {
    return label; // a lone percent sign: taken as it is
  }
}
