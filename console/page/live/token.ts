import { tokenOf } from '../pure/routes.ts';

const KEY = 'console-token';

/** Takes the token out of the address, so that nobody copies it with a link; it is kept while the tab is open. */
export function takeToken(): string | undefined {
  const token = tokenOf(location.hash);
  if (token === undefined) return sessionStorage.getItem(KEY) ?? undefined;
  sessionStorage.setItem(KEY, token);
  history.replaceState(null, '', `${location.pathname}#/`);
  return token;
}
