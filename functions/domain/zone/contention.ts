import { normalValue, type RecordSet, type Value } from '../dns/record-set.ts';
import { digestOf } from '../words/digest.ts';
import { type Intervals, waitAfter } from '../words/intervals.ts';

/** What we wrote at a name last; kept in the inventory. Times in milliseconds since the epoch. */
export interface Written {
  /** Stands for our values as we left them. */
  readonly print: string;
  readonly at: number;
  /** How often in a row we have written just this again, because somebody else had changed it. */
  readonly corrections: number;
  /** When the first of these corrections was. */
  readonly since: number;
}

/** A name that somebody else keeps rewriting. */
export interface Contention {
  readonly corrections: number;
  readonly since: number;
  readonly nextTry: number;
}

const MINUTE = 60_000;

/** Corrections in a row, after which we stop: whoever writes against us will not stop either. */
export const MAX_CORRECTIONS = 3;
/** A correction later than this after the one before begins a new row. */
export const CORRECTION_WINDOW = 60 * MINUTE;
/** Between corrections of a name that is contended. */
export const CONTENDED: Intervals = { first: 15 * MINUTE, longest: 6 * 60 * MINUTE };

/**
 * Judges a change that we are about to make at a name, against what we wrote there last.
 *
 * | what we want now | written last | corrections in a row | then                                     |
 * | ---------------- | ------------ | -------------------- | ---------------------------------------- |
 * | anything         | nothing      |                      | write                                    |
 * | something else   | something    | any                  | write: our own fleet has changed         |
 * | the same         | long ago     | any                  | write; the first correction of a row     |
 * | the same         | lately       | fewer than 3         | write; one correction more               |
 * | the same         | lately       | 3 or more            | contended, until the wait is over        |
 *
 * Every run of ours remembers what it wrote, so that only what somebody else has changed is a correction.
 *
 * @param print of our values as they are to stand
 * @param retry whether a person asks to write in any case
 */
export function judgeWriting(
  print: string,
  last: Written | undefined,
  { now, retry }: { readonly now: number; readonly retry: boolean },
): { readonly written: Written } | { readonly contention: Contention } {
  if (last?.print !== print) return { written: { print, at: now, corrections: 0, since: now } };
  const { at, corrections, since } = last;
  const nextTry = corrections < MAX_CORRECTIONS ? at : at + waitAfter(corrections - MAX_CORRECTIONS + 1, CONTENDED);
  if (now > nextTry + CORRECTION_WINDOW) return { written: { print, at: now, corrections: 1, since: now } };
  if (now < nextTry && !retry) return { contention: { corrections, since, nextTry } };
  return { written: { print, at: now, corrections: corrections + 1, since: corrections === 0 ? now : since } };
}

/**
 * Stands for our values at a name and for how they are spread over record sets. Not for the TTL: it is that of others as
 * soon as they share the set, which must not look like another wish of ours.
 */
export function printOf(sets: readonly RecordSet[], isOurs: (value: Value) => boolean): string {
  const lines = sets.flatMap(({ values, policy, setIdentifier = '', weight = '' }) => {
    const ours = values.filter(isOurs).map(normalValue);
    return ours.length > 0 ? [`${policy} ${setIdentifier} ${weight} ${ours.sort().join(',')}`] : [];
  });
  // Two that are alike by chance cost one correction's count.
  return digestOf(lines.sort().join('\n')).toString(16).padStart(8, '0');
}
