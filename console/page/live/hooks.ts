import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { addressOf, type Route, routeOf } from '../pure/routes.ts';
import { type Api, apiOf } from './api.ts';

export const ApiContext = createContext<Api>(apiOf(undefined));
export const useApi = (): Api => useContext(ApiContext);

/** The route of the address, followed. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const moved = () => setRoute(routeOf(location.hash));
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return route;
}

export const go = (route: Route): void => {
  location.hash = addressOf(route);
};

/** Milliseconds since the epoch, anew each second while the page is looked at. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** False in the first drawing, true from the next frame on: what is not needed at once does not make the first task long. */
export function useLater(): boolean {
  const [later, setLater] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLater(true));
    return () => clearTimeout(timer);
  }, []);
  return later;
}

/** Where two things do not stand beside each other, as the style has it. */
export const NARROW = '(max-width: 60rem)';

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const changed = () => setMatches(list.matches);
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  }, [query]);
  return matches;
}

export type Asked<T> = { readonly value?: T; readonly error?: string };

/**
 * What the server says to a question; while it is asked again, what it said before to the same question.
 *
 * @param key what is asked, with what makes it new
 */
export function useAsked<T>(ask: () => Promise<T>, [key, version]: readonly [string, number]): Asked<T> {
  const [asked, setAsked] = useState<Asked<T> & { key: string }>({ key });
  useEffect(() => {
    let over = false;
    ask().then(
      (value) => over || setAsked({ key, value }),
      (reason: unknown) => {
        const error = reason instanceof Error ? reason.message : String(reason);
        // What is there stays: it was true a moment ago.
        if (!over) setAsked((before) => ({ ...(before.key === key ? before : { key }), error }));
      },
    );
    return () => {
      over = true;
    };
  }, [key, version]);
  return asked.key === key ? asked : {};
}
