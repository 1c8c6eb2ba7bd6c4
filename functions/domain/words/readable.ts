import type { Disposition } from './reason.ts';
import { MAX_DECLARATION, MAX_DETAIL, printable, printableTexts } from './text.ts';

/** A disposition as it may be shown, whatever version has kept it: printable, its texts bounded. */
export function readable(disposition: Disposition): Disposition {
  const { name, detail } = disposition;
  return {
    ...printableTexts(disposition, MAX_DECLARATION),
    name: printable(name, MAX_DECLARATION),
    ...(detail !== undefined && { detail: printable(detail, MAX_DETAIL) }),
  };
}
