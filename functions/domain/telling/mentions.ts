import { digestOf } from '../words/digest.ts';
import type { Disposition } from '../words/reason.ts';
import { printable } from '../words/text.ts';
import { isChange } from './summary.ts';

/**
 * Names and tasks that an outcome speaks of, by digest; `all` where they are too many to be listed, so that only the outcome
 * itself can tell.
 */
export type Mentioned = ReadonlySet<string> | 'all';

export interface Mentions {
  /** Names at which something came, left, was held or refused, and tasks whose values came or left. */
  readonly changed: Mentioned;
  /** Tasks of declarations that are not published. */
  readonly leftOut: Mentioned;
}

/** What is asked for: the digest of a name, of a task, or of what may be either. */
export type Digests = readonly string[];

/**
 * Most digests of one key: 6 digits each, so that a key stays below the 1,024 bytes of S3 (Object key naming) with an
 * execution of 80 characters of four bytes.
 */
const MOST = 96;
/** Digests of one part of the key, which some file systems allow 255 bytes. */
const PART = 32;
/** First digits of a task's id: the fewest that people may give (cli/fleet.ts). */
const TASK_DIGITS = 6;

/** What the index says of a run: digests of 24 bits, never a text of a workload (L14). Two alike cost one read in vain. */
export const nameDigest = (name: string): string => digest(`name ${printable(name)}`);

/** @param id the id of a task or its ARN, or the first six digits of the id or more */
export const taskDigest = (id: string): string => {
  const last = id.slice(id.lastIndexOf('/') + 1);
  return digest(`task ${last.slice(0, TASK_DIGITS)}`);
};

/** The upper byte folded into the others, as the authors of FNV advise for fewer bits. */
function digest(text: string): string {
  const whole = digestOf(text);
  return ((whole & 0xffffff) ^ (whole >>> 24)).toString(16).padStart(6, '0');
}

interface Told {
  readonly dryRun?: boolean;
  readonly dispositions: readonly Disposition[];
  readonly held: readonly { readonly name: string }[];
  readonly refused: readonly { readonly name: string }[];
}

/** What the outcome of a run mentions. Of a dry run nothing has happened. */
export function mentionsOf({ dryRun, dispositions, held, refused }: Told): Mentions {
  if (dryRun) return { changed: new Set(), leftOut: new Set() };
  const changes = dispositions.filter(isChange);
  const tasks = (some: readonly Disposition[]) =>
    some.flatMap(({ task }) => (task === undefined ? [] : [taskDigest(task)]));
  const changed = new Set([
    ...[...changes, ...held, ...refused].map(({ name }) => nameDigest(name)),
    ...tasks(changes),
  ]);
  const leftOut = new Set(tasks(dispositions.filter(({ outcome }) => outcome === 'left-out')));
  return {
    changed: changed.size > MOST ? 'all' : changed,
    leftOut: leftOut.size > MOST - Math.min(MOST, changed.size) ? 'all' : leftOut,
  };
}

/** As part of a key: `nothing`, `changed/01ab23…`, `changed/all/left-out/01ab23`; whatever the order of what it is made of. */
export function mentionsText({ changed, leftOut }: Mentions): string {
  const of = (word: string, some: Mentioned) => {
    if (some === 'all') return [word, 'all'];
    const sorted = [...some].sort();
    const parts = sorted.flatMap((_, at) => (at % PART === 0 ? [sorted.slice(at, at + PART).join('')] : []));
    return parts.length === 0 ? [] : [word, ...parts];
  };
  return [...of('changed', changed), ...of('left-out', leftOut)].join('/') || 'nothing';
}

/** What a key says; where another version has made it, or it was cut, everything may be mentioned. */
export function readMentions(text: string): Mentions {
  const found = new Map<string, string[]>();
  let under: string[] | undefined;
  for (const part of text === 'nothing' ? [] : text.split('/')) {
    if (part === 'changed' || part === 'left-out') {
      under = [];
      found.set(part, under);
    } else if (under === undefined || !/^(all|([0-9a-f]{6})+)$/.test(part)) return ALL;
    else under.push(...(part.match(/all|.{6}/g) ?? []));
  }
  const of = (word: string): Mentioned => {
    const digests = found.get(word);
    return digests?.length === 0 || digests?.includes('all') ? 'all' : new Set(digests);
  };
  return { changed: of('changed'), leftOut: of('left-out') };
}

const ALL: Mentions = { changed: 'all', leftOut: 'all' };

export const isMentioned = (among: Mentioned, asked: Digests): boolean =>
  among === 'all' || asked.some((one) => among.has(one));
