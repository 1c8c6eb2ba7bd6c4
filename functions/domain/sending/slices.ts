import { READING_LIFETIME } from '../reading/run.ts';
import { CHANGE_TOKENS, MAX_BATCHES_PER_PASS } from '../words/quotas.ts';
import { type BatchLimits, type ChangeBatch, ROUTE53_LIMITS } from './batch.ts';

/** How fast change batches are sent; times in milliseconds. */
export interface Tempo {
  /** From the begin of one batch to that of the next, while nothing is throttled. */
  readonly batch: number;
  /** Change tokens: so many at once, and so many a second after that. */
  readonly tokens: { readonly capacity: number; readonly refill: number };
  /** In which the batches of one slice begin, from the end of its reading on. */
  readonly lifetime: number;
}

/** What bounds how a plan is sent. */
export interface SendingLimits {
  readonly batch: BatchLimits;
  readonly tempo: Tempo;
}

/** Milliseconds for what comes between planning and sending, and for a batch that is sent a second time. */
const RESERVE = 20_000;

/** @param share of the account's change tokens that are counted upon: others use the same account */
export const sendingOf = (share: number): SendingLimits => ({
  batch: ROUTE53_LIMITS,
  tempo: {
    // Transitions, a Lambda and a change call of 0.2 to 0.5 s.
    batch: 1_000,
    tokens: { capacity: share * CHANGE_TOKENS.capacity, refill: share * CHANGE_TOKENS.refill },
    lifetime: READING_LIFETIME - RESERVE,
  },
});

/** A plan, cut into what is sent in this pass and what later ones read and plan again. */
export interface Slices {
  /** At least one batch, where there is any. */
  readonly now: readonly ChangeBatch[];
  /** Names of each further slice, in the order of the plan. */
  readonly later: readonly (readonly string[])[];
}

/**
 * Cuts a plan into slices, each of as many batches as are sent while a reading may be acted upon.
 *
 * | a batch                                                     | goes into                        |
 * | ----------------------------------------------------------- | -------------------------------- |
 * | the first of all, and the first of a slice                  | this slice, whatever it takes    |
 * | that begins within the lifetime, and there is room for it   | this slice                       |
 * | that begins later: batches and tokens before it take longer | the next slice                   |
 * | beyond the room that the history leaves to the pass         | the next slice                   |
 * | of the zone's SOA, which no slice reads                     | the first                        |
 *
 * What stands beside the names is left to whoever plans them again: addresses come with the names that need them, and those
 * that nothing needs wait for the next full run.
 *
 * @param room batches that the pass may send
 * @param age of the reading when it was planned from, in milliseconds
 */
export function slicesOf(
  batches: readonly ChangeBatch[],
  { room, age }: { readonly room: number; readonly age: number },
  { lifetime, ...tempo }: Tempo,
): Slices {
  const [soa, rest] = [batches.filter(isSoa), batches.filter((batch) => !isSoa(batch))];
  const now = rest.slice(0, fitting(rest, { ...tempo, most: room - soa.length, lifetime: lifetime - age }));
  const later: string[][] = [];
  for (let open = rest.slice(now.length); open.length > 0; ) {
    const count = fitting(open, { ...tempo, most: MAX_BATCHES_PER_PASS, lifetime });
    const names = open.slice(0, count).flatMap(({ units }) => units.filter(({ kind }) => kind === 'name'));
    if (names.length > 0) later.push([...new Set(names.map(({ name }) => name))]);
    open = open.slice(count);
  }
  return { now: [...now, ...soa], later };
}

const isSoa = ({ units }: ChangeBatch): boolean => units.some(({ kind }) => kind === 'soa');

/** How many of the first batches one slice takes. */
function fitting(
  batches: readonly ChangeBatch[],
  { batch, tokens, most, lifetime }: Tempo & { readonly most: number },
): number {
  let [free, spent] = [0, 0];
  const beyond = batches.slice(0, Math.max(1, most)).findIndex(({ units }, index) => {
    spent += units.reduce((sum, { changes }) => sum + changes.length, 0);
    const begins = Math.max(free, (1_000 * (spent - tokens.capacity)) / tokens.refill);
    free = begins + batch;
    return index > 0 && begins > lifetime;
  });
  return beyond >= 0 ? beyond : Math.min(batches.length, Math.max(1, most));
}
