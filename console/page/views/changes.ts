import { useEffect, useRef, useState } from 'preact/hooks';
import type { Happening, State } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { useNow } from '../live/hooks.ts';
import { Happened } from '../parts/happening.ts';
import { First } from '../parts/more.ts';
import { newOf, spokenChanges } from '../pure/happenings.ts';
import { counted } from '../pure/numbers.ts';

/** What changed, as it comes; what has just come is said to screen readers, in few words however much it is. */
export function Changes({ state: { changes } }: { state: State }): Piece {
  const now = useNow();
  const before = useRef<readonly Happening[]>(changes);
  const [spoken, setSpoken] = useState('');
  useEffect(() => {
    const come = newOf(before.current, changes);
    before.current = changes;
    if (come.length > 0) setSpoken(spokenChanges(come));
  }, [changes]);
  const said =
    changes.length === 0
      ? 'None in the runs that are kept.'
      : `The last ${counted(changes.length, 'change')} of the runs that are kept, the newest first.`;
  return html`
    <p class="quiet">${said}</p>
    <div class="unseen" aria-live="polite">${spoken}</div>
    <${First} items=${changes} what="changes">${(some: readonly Happening[]) => html`
      <ol class="happenings panel">${some.map(
        (one) => html`<li
        key="${one.execution} ${one.outcome} ${one.name} ${one.endpoint} ${one.task}"><${Happened} happening=${one}
        now=${now} /></li>`,
      )}</ol>`}<//>`;
}
