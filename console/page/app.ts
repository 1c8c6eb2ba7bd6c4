import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { State } from '../views.ts';
import { Frame } from './frame.ts';
import { html, type Piece } from './html.ts';
import { apiOf } from './live/api.ts';
import { type Following, follow, type Link } from './live/follow.ts';
import { ApiContext } from './live/hooks.ts';

/** The whole page: the state as it is followed, and how it is connected. */
export function App({ token }: { token?: string }): Piece {
  const api = useMemo(() => apiOf(token), [token]);
  const [state, setState] = useState<State>();
  const [link, setLink] = useState<Link>({ is: 'connecting' });
  const following = useRef<Following>(undefined);
  useEffect(() => {
    const now = follow(api, { onState: setState, onLink: setLink });
    following.current = now;
    return () => now.stop();
  }, [api]);
  const tryNow = () => following.current?.tryNow();
  return html`<${ApiContext.Provider} value=${api}><${Frame} state=${state} link=${link} tryNow=${tryNow} /><//>`;
}
