import htm from 'htm';
import { type ComponentChildren, h } from 'preact';

/** Preact's elements as a template: `` html`<p>${text}</p>` ``. What stands in `${}` is text, never markup. */
export const html = htm.bind(h) as (strings: TemplateStringsArray, ...values: unknown[]) => Piece;

/** Something that the page shows. */
export type Piece = ComponentChildren;
