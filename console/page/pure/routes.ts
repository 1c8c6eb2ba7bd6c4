/** Where the page stands, as the fragment of its address says it. */
export type Route =
  | { readonly view: 'glance' | 'hosts' | 'changes' }
  | { readonly view: 'names'; readonly name?: string }
  | { readonly view: 'runs'; readonly execution?: string; readonly state?: string };

export type View = Route['view'];

/** @param hash as the browser has it, with `#`; what is no route is the glance */
export function routeOf(hash: string): Route {
  const [view = '', one, two] = hash
    .replace(/^#\/?/, '')
    .split('/')
    .map((part) => decoded(part));
  if (view === 'hosts' || view === 'changes') return { view };
  if (view === 'names') return { view, ...(one && { name: one }) };
  if (view === 'runs') return { view, ...(one && { execution: one }), ...(one && two && { state: two }) };
  return { view: 'glance' };
}

/** The fragment of a route, with `#`. */
export function addressOf(route: Route): string {
  const { view } = route;
  if (view === 'glance') return '#/';
  if (view === 'names') return fragment(view, route.name);
  if (view === 'runs') return fragment(view, route.execution, route.state);
  return fragment(view);
}

const fragment = (...parts: readonly (string | undefined)[]): string =>
  `#/${parts.flatMap((part) => (part ? [encodeURIComponent(part)] : [])).join('/')}`;

/** A person may type an address: what is not encoded is taken as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * The token that the command has put into the fragment, `#<token>` or `#token=<token>`, where there is one.
 *
 * @param hash as the browser has it, with `#`
 */
export function tokenOf(hash: string): string | undefined {
  const [, token] = /^#(?:token=)?([\w-]+)$/.exec(hash) ?? [];
  return token;
}
