/** What of a long list is drawn: rows from `from` to before `to`, with the pixels above and below them. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly above: number;
  readonly below: number;
}

interface Seen {
  readonly count: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
  readonly height: number;
}

/** Rows beyond each edge, so that scrolling shows no gap before the next drawing. */
const BEYOND = 8;

/** Begins at a multiple of what is beyond, so that few steps of scrolling draw anew. */
export function windowOf({ count, rowHeight, scrollTop, height }: Seen): Window {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const shown = Math.ceil(height / rowHeight);
  const from = Math.max(0, Math.min(Math.floor(first / BEYOND) * BEYOND - BEYOND, count - shown - BEYOND));
  const to = Math.min(count, from + shown + 3 * BEYOND);
  return { from, to, above: from * rowHeight, below: (count - to) * rowHeight };
}

/** Where a key leads to in a list, `undefined` for keys that mean nothing there. */
export function stepTo(key: string, at: number, { count, page }: { count: number; page: number }): number | undefined {
  const by: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  };
  const to = by[key];
  return to === undefined || count === 0 ? undefined : Math.max(0, Math.min(count - 1, to));
}
