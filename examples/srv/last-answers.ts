/** How long an answer is waited for where there is a last one, in milliseconds. */
const PATIENCE = 500;
/** How long DNS counts as silent after an answer that was late or did not come, in milliseconds; every answer ends it. */
const SILENCE = 5_000;
/** Answers of one resolver that are kept, of names and of targets each; the oldest go first. */
const MOST_ANSWERS = 2_000;

/** Of one resolver, whatever it is asked for: who waits once need not wait for every name. */
export interface Silence {
  /** On the clock of `performance.now()`. */
  until: number;
  /** Whether somebody asks whether it is over. */
  probing: boolean;
}

export interface LastAnswers<T> {
  /** The answer, or the last one where DNS has none in time. */
  ask(name: string, keep: number): Promise<readonly T[]>;
  /** The last answer, if it held anything and is not older than `keep`. */
  last(name: string, keep: number): readonly T[] | undefined;
  /** Whether the name was answered at all, be it by "there is none". */
  knows(name: string): boolean;
}

/**
 * Asks, and keeps what was answered last for the time in which DNS is silent.
 *
 * | the last answer         | DNS                        | gives                                                |
 * | ----------------------- | -------------------------- | ---------------------------------------------------- |
 * | none, empty, or too old | whatever                   | what DNS says, or its error                          |
 * | there is one            | answers in time            | what DNS says, also that there is none               |
 * | there is one            | fails, or is late          | the last one; late: DNS counts as silent from now on |
 * | there is one            | counts as silent           | the last one at once, while one query asks anew      |
 */
export function lastAnswers<T>(query: (name: string) => Promise<readonly T[]>, silence: Silence): LastAnswers<T> {
  const answers = new Map<string, { readonly answer: readonly T[]; readonly at: number }>();

  const queried = async (name: string): Promise<readonly T[]> => {
    const answer = await query(name);
    putLast(answers, { key: name, value: { answer, at: performance.now() }, most: MOST_ANSWERS });
    silence.until = 0;
    return answer;
  };
  const beSilent = () => {
    silence.until = performance.now() + SILENCE;
  };
  const probe = (name: string) => {
    if (silence.probing) return;
    silence.probing = true;
    queried(name)
      .catch(beSilent)
      .finally(() => {
        silence.probing = false;
      });
  };
  const last = (name: string, keep: number) => {
    const found = answers.get(name);
    return found && found.answer.length > 0 && performance.now() - found.at < keep ? found.answer : undefined;
  };

  const ask = async (name: string, keep: number): Promise<readonly T[]> => {
    const kept = last(name, keep);
    if (!kept) return queried(name);
    if (performance.now() < silence.until) {
      probe(name);
      return kept;
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<readonly T[]>((resolve) => {
      timer = setTimeout(() => {
        beSilent();
        resolve(kept);
      }, PATIENCE);
    });
    return Promise.race([queried(name).catch(() => kept), late]).finally(() => clearTimeout(timer));
  };
  return { ask, last, knows: (name) => answers.has(name) };
}

/** Puts a value last, and takes the first ones away where there are more than `most`. */
export function putLast<V>(map: Map<string, V>, { key, value, most }: { key: string; value: V; most: number }): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}
