import { objectAt } from '../functions/contracts/payloads.ts';
import {
  isMentioned,
  type Mentioned,
  type Mentions,
  nameDigest,
  readMentions,
  taskDigest,
} from '../functions/domain/telling/mentions.ts';
import type { Context } from './context.ts';
import { isTaskId } from './fleet.ts';
import { fullName, meantNames } from './names.ts';
import type { Look } from './outcomes.ts';
import { idOf, plural } from './view/style.ts';

/** What a person asks about: a name, or a task by the beginning of its id; both where the text may be either. */
export interface Subject {
  /** Fully qualified, as a person has given it. */
  readonly name: string;
  /** That, and what it may stand for as well. */
  readonly names: readonly string[];
  /** An id or its first digits. */
  readonly task?: string;
}

/** @param given a name, with the zone or without, or the id, the first six digits of the id or the ARN of a task */
export function subjectOf(given: string, { deployment }: Pick<Context, 'deployment'>): Subject {
  const id = idOf(given);
  const { naming } = deployment;
  return { name: fullName(given, naming), names: meantNames(given, naming), ...(isTaskId(id) && { task: id }) };
}

/** What an index key says of one outcome, by the key of the outcome. */
export type Index = ReadonlyMap<string, readonly Mentions[]>;

/** The index of one day, by listing its keys: none of its objects is read. */
export async function indexOf({ listing }: Pick<Context, 'listing'>, day: string): Promise<Index> {
  const prefix = `index/${day}/`;
  const found = new Map<string, Mentions[]>();
  for (const { key } of await listing.list(prefix)) {
    const [execution = '', ...rest] = key
      .slice(prefix.length)
      .replace(/\.json$/, '')
      .split('/');
    const outcome = objectAt('outcome', day, execution).key;
    const mentions = readMentions(rest.join('/'));
    // A step that was tried again may have written two.
    found.set(outcome, [...(found.get(outcome) ?? []), mentions]);
  }
  return found;
}

/**
 * The outcomes that may speak of something, without reading the others. One that is not in the index is read: a version
 * before the index has kept it, or the index could not be written, or is lost.
 */
export function lookFor(
  context: Context,
  { names, task }: Subject,
  wants: (mentions: Mentions, isAsked: (among: Mentioned) => boolean) => boolean,
): Look & { readonly tellUnindexed: () => void } {
  const digests = [...names.map(nameDigest), ...(task === undefined ? [] : [taskDigest(task)])];
  const isAsked = (among: Mentioned) => isMentioned(among, digests);
  let unindexed = 0;
  return {
    async ofDay(day) {
      const index = await indexOf(context, day);
      return ({ key }) => {
        const mentions = index.get(key);
        if (!mentions) unindexed += 1;
        return mentions?.some((one) => wants(one, isAsked)) ?? true;
      };
    },
    tellUnindexed() {
      if (unindexed === 0) return;
      const runs = `${plural(unindexed, 'run is', 'runs are')} not in the index and had to be read`;
      context.io.tell(`${runs}: an earlier version has kept them, or their index could not be written, or is lost`);
    },
  };
}
