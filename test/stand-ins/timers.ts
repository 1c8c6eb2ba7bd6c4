/** The longest that a timer of Node waits: of anything beyond it makes a millisecond (Node.js, `TIMEOUT_MAX`). */
const LONGEST = 2 ** 31 - 1;

/**
 * Acts once after so many milliseconds, however many: settings may ask for months.
 *
 * @returns what cancels it
 */
export function delay(ms: number, act: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    timer = setTimeout(() => (left > LONGEST ? wait(left - LONGEST) : act()), Math.min(left, LONGEST));
  };
  wait(ms);
  return () => clearTimeout(timer);
}

/** Acts each time that so many milliseconds are over. @returns what cancels it */
export function repeat(ms: number, act: () => void): () => void {
  let cancel: () => void;
  const next = (): void => {
    cancel = delay(ms, () => {
      next();
      act();
    });
  };
  next();
  return () => cancel();
}
