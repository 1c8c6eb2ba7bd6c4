import { html, type Piece } from '../html.ts';
import { useNow } from '../live/hooks.ts';
import { agoText, clockText, momentText } from '../pure/times.ts';

/** How long ago, followed; the moment for whoever points at it. */
export function Ago({ at }: { at: number }): Piece {
  const now = useNow();
  return html`<time datetime=${new Date(at).toISOString()} title=${momentText(at)}>${agoText(now - at)}</time>`;
}

/** The clock, with the day where it is not today's. */
export const Clock = ({ at, now }: { at: number; now: number }): Piece =>
  html`<time class="clock" datetime=${new Date(at).toISOString()} title=${momentText(at)}>${clockText(at, now)}</time>`;
