import { numberText } from './numbers.ts';

/** Characters of an input or output that are shown. */
const MOST = 100_000;

/** JSON with a member a line; what is no JSON as it is; both cut where they are very long, with a word on it. */
export function readable(text: string): string {
  const laidOut = indented(text);
  if (laidOut.length <= MOST) return laidOut;
  return `${laidOut.slice(0, MOST)}\n… (${numberText(laidOut.length - MOST)} more characters)`;
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
