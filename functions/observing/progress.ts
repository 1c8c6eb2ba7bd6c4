import { messageOf } from '../adapters/aws/faults.ts';
import type { ListMemory } from '../adapters/aws/pages.ts';
import type { Payloads } from '../contracts/crossing.ts';
import type { At } from '../contracts/payloads.ts';
import type { KeptProgress } from '../contracts/progress-shapes.ts';
import { ThrottledError } from '../domain/words/errors.ts';
import { isPassing } from '../domain/words/passing.ts';
import type { Clock } from '../runtime/clock.ts';
import { logger } from '../runtime/powertools.ts';

/** What is older is asked for again, in milliseconds: about as long as a state is tried. A redrive finds older answers. */
const LIFETIME = 600_000;

interface Asked {
  readonly payloads: Payloads;
  readonly clock: Clock;
  readonly at: At<'progress'>;
  /** How often the state has been tried already. */
  readonly retries: number;
}

/** What one try of a state reads, and what the tries before it have read. */
export interface Progress {
  /** When the first answer was asked for, in milliseconds since the epoch. */
  readonly since: number;
  readonly lists: Answers<KeptProgress['lists'][number]>;
  readonly sets: Answers<KeptProgress['sets'][number]>;
  readonly tasks: Answers<KeptProgress['tasks'][number]>;
  readonly instances: Answers<KeptProgress['instances'][number]>;
  /**
   * Does the reading. Where it gives out for a fault that passes, what was read is kept for the next try; after another
   * fault nothing is, since what was read may be the reason.
   */
  during<T>(reading: () => Promise<T>): Promise<T>;
}

/** What tries of the same state before this one have kept; nothing in a first try, and what cannot be read is nothing. */
export async function progressOf({ payloads, clock, at, retries }: Asked): Promise<Progress> {
  const found = retries > 0 ? await keptAt(payloads, at) : undefined;
  const known = found && clock.now() - found.since <= LIFETIME ? found : undefined;
  const since = known?.since ?? clock.now();
  const kinds = {
    lists: new Answers(known?.lists),
    sets: new Answers(known?.sets),
    tasks: new Answers(known?.tasks),
    instances: new Answers(known?.instances),
  };
  const keep = async (body: KeptProgress) => {
    await payloads.keep(at, body).catch((fault: unknown) => {
      logger.warn('what was read is not kept for the next try', { cause: messageOf(fault) });
    });
  };
  return {
    since,
    ...kinds,
    async during(reading) {
      try {
        return await reading();
      } catch (fault) {
        if (isPassing(fault)) {
          const [lists, sets, tasks, instances] = await Promise.all([
            kinds.lists.all(),
            kinds.sets.all(),
            kinds.tasks.all(),
            kinds.instances.all(),
          ]);
          await keep({ since, lists, sets, tasks, instances });
        } else if (known) await keep({ since, lists: [], sets: [], tasks: [], instances: [] });
        throw fault;
      }
    },
  };
}

/** Half-written, of another shape or not to be had: then there is none. */
async function keptAt(payloads: Payloads, at: At<'progress'>): Promise<KeptProgress | undefined> {
  return payloads.find(at).catch((fault: unknown) => {
    logger.warn('what earlier tries have read is lost, all of it is asked for again', { cause: messageOf(fault) });
    return undefined;
  });
}

/** Answers of one kind by what was asked. Only those of earlier tries are given again: what is asked twice is asked twice. */
export class Answers<A extends { readonly question: string }> {
  readonly #known: ReadonlyMap<string, A>;
  readonly #given: Map<string, A>;
  readonly #pending = new Set<Promise<unknown>>();
  #closed = false;

  constructor(known: readonly A[] = []) {
    this.#known = new Map(known.map((answer) => [answer.question, answer]));
    this.#given = new Map(this.#known);
  }

  before(question: string): A | undefined {
    return this.#known.get(question);
  }

  /** @throws ThrottledError once all were wanted: what goes on by itself ends here */
  note(answer: A): void {
    this.#given.set(answer.question, answer);
    if (this.#closed) throw new ThrottledError('what was asked beside it has given out');
  }

  /** The answer of an earlier try, else what is asked now. */
  async once(question: string, asking: () => Promise<Omit<A, 'question'>>): Promise<Omit<A, 'question'>> {
    const known = this.before(question);
    if (known) return known;
    return this.ask(async () => {
      const answer = await asking();
      this.note({ ...answer, question } as A);
      return answer;
    });
  }

  /** Asks, and waits for the answer when all are wanted. */
  async ask<T>(asking: () => Promise<T>): Promise<T> {
    const answer = asking();
    this.#pending.add(answer);
    return answer.finally(() => this.#pending.delete(answer));
  }

  /** What is under way counts too; a list goes no further. */
  async all(): Promise<readonly A[]> {
    this.#closed = true;
    await Promise.allSettled(this.#pending);
    return [...this.#given.values()];
  }
}

interface ListAnswer<Item> {
  readonly question: string;
  readonly items: readonly Item[];
  readonly next?: string;
}

/** A list, on from where an earlier try has left it. */
export async function listOn<Item, Token>(
  answers: Answers<ListAnswer<Item>>,
  question: string,
  read: (memory: ListMemory<Item, Token>) => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  const before = answers.before(question);
  if (before && before.next === undefined) return before.items;
  const memory: ListMemory<Item, Token> = {
    before: before?.next === undefined ? undefined : { items: before.items, next: JSON.parse(before.next) },
    note: ({ items, next }) =>
      answers.note({ question, items, ...(next !== undefined && { next: JSON.stringify(next) }) }),
  };
  return answers.ask(() => read(memory));
}
