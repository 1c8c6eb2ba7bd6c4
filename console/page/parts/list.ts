import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { html, type Piece } from '../html.ts';
import { stepTo, windowOf } from '../pure/window.ts';

interface Listed<T> {
  readonly items: readonly T[];
  /** Pixels: all rows are of one height. */
  readonly rowHeight: number;
  readonly row: (item: T) => Piece;
  readonly keyOf: (item: T) => string;
  /** What the list is, for screen readers. */
  readonly label: string;
  /** Which item is to be seen at first. */
  readonly shown?: number;
}

/** A list of which only what is seen, and a little around it, is in the page. Arrow keys go through its links. */
export function LongList<T>({ items, rowHeight, row, keyOf, label, shown }: Listed<T>): Piece {
  const box = useRef<HTMLDivElement>(null);
  const wanted = useRef<number>(undefined);
  /** Where the keyboard is: its row may be scrolled away, and is then not in the page. */
  const place = useRef<number>(undefined);
  const [scrollTop, setScrollTop] = useState(0);
  const [height, setHeight] = useState(600);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const sized = new ResizeObserver(() => setHeight(element.clientHeight));
    sized.observe(element);
    if (shown !== undefined && shown > 0) element.scrollTop = shown * rowHeight - element.clientHeight / 3;
    return () => sized.disconnect();
  }, []);
  const linkAt = (at: number) => box.current?.querySelector<HTMLElement>(`[aria-posinset="${at + 1}"] a`);
  useEffect(() => {
    if (wanted.current === undefined) return;
    linkAt(wanted.current)?.focus({ preventScroll: true });
    wanted.current = undefined;
  });
  useEffect(() => {
    if (place.current === undefined || !box.current) return;
    const row = linkAt(place.current);
    const active = document.activeElement;
    // The browser forgets the focus together with the row that had it; the list keeps it until the row is there again.
    if (!row && active === document.body) box.current.focus({ preventScroll: true });
    if (row && active === box.current) row.focus({ preventScroll: true });
  });

  const { from, to, above, below } = windowOf({ count: items.length, rowHeight, scrollTop, height });
  const onKeyDown = (event: KeyboardEvent) => {
    const at = rowOf(event) ?? place.current ?? -1;
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const next = at < 0 ? undefined : stepTo(event.key, at, { count: items.length, page });
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey || !box.current) return;
    event.preventDefault();
    wanted.current = next;
    const top = next * rowHeight;
    const least = top + rowHeight - box.current.clientHeight;
    box.current.scrollTop = Math.max(least, Math.min(top, box.current.scrollTop));
    setScrollTop(box.current.scrollTop);
    // Where nothing had to scroll, nothing is drawn anew.
    linkAt(next)?.focus({ preventScroll: true });
  };
  const onFocusIn = (event: FocusEvent) => {
    place.current = rowOf(event) ?? place.current;
  };
  const onFocusOut = (event: FocusEvent) => {
    // Without a next one the row was taken out of the page, or the whole page was left.
    if (event.relatedTarget && !box.current?.contains(event.relatedTarget as Node)) place.current = undefined;
  };
  return html`
    <div class="long" ref=${box} tabindex="-1" onFocusIn=${onFocusIn} onFocusOut=${onFocusOut}
      onScroll=${() => setScrollTop(box.current?.scrollTop ?? 0)} onKeyDown=${onKeyDown}
      style=${{ maxHeight: `${items.length * rowHeight + 2}px` }}>
      <ol aria-label=${label} style=${{ paddingTop: `${above}px`, paddingBottom: `${below}px` }}>
        ${items.slice(from, to).map(
          (item, at) => html`
            <li key=${keyOf(item)} aria-setsize=${items.length} aria-posinset=${from + at + 1}
              style=${{ height: `${rowHeight}px` }}>${row(item)}</li>`,
        )}
      </ol>
    </div>`;
}

const rowOf = ({ target }: Event): number | undefined => {
  const text = (target as Element).closest('[aria-posinset]')?.getAttribute('aria-posinset');
  return text ? Number(text) - 1 : undefined;
};
