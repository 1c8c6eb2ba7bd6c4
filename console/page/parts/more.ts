import { useState } from 'preact/hooks';
import { html, type Piece } from '../html.ts';

/** How many are shown at first, and with each push of the button. */
const STEP = 30;

interface Many<T> {
  readonly items: readonly T[];
  readonly children: (items: readonly T[]) => Piece;
  readonly what: string;
}

/** The first of many, and a button for more. */
export function First<T>({ items, children, what }: Many<T>): Piece {
  const [shown, setShown] = useState(STEP);
  const rest = items.length - shown;
  return html`
    ${children(items.slice(0, shown))}
    ${
      rest > 0 &&
      html`<p><button type="button"
        onClick=${() => setShown(shown + STEP)}>Show ${Math.min(STEP, rest)} more of ${rest} ${what}</button></p>`
    }`;
}
