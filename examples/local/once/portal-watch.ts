import { setTimeout as sleep } from 'node:timers/promises';

/** What came of asking over and over. */
export interface Watched {
  readonly answers: number;
  /** What went wrong, one text a time. */
  readonly failures: readonly string[];
}

const PERIOD_MS = 100;

/** Asks the portal for 6*7 ten times a second, until it is told to end or the signal aborts. */
export const watchPortal = (portalUrl: string, signal: AbortSignal): (() => Promise<Watched>) =>
  watch(() => askOnce(portalUrl), signal);

/**
 * Asks ten times a second, until it is told to end or the signal aborts.
 *
 * @param ask gives what was wrong with an answer, or throws it
 */
export function watch(ask: () => Promise<string | undefined>, signal: AbortSignal): () => Promise<Watched> {
  const told = new AbortController();
  const ended = AbortSignal.any([told.signal, signal]);
  const failures: string[] = [];
  let answers = 0;
  const watching = (async () => {
    while (!ended.aborted) {
      const problem = await ask().catch((error: Error) => error.message);
      if (problem === undefined) answers += 1;
      else failures.push(problem);
      await sleep(PERIOD_MS, undefined, { signal: ended }).catch(() => {});
    }
  })();
  return async () => {
    told.abort();
    await watching;
    return { answers, failures };
  };
}

async function askOnce(portalUrl: string): Promise<string | undefined> {
  const { status, body } = await askPortal(portalUrl, 'calc?formula=6*7');
  return status === 200 && body.value === 42 ? undefined : `${status} ${JSON.stringify(body)}`;
}

/** One question to the portal's API. @throws Error when it does not answer, or no JSON object */
export async function askPortal(
  portalUrl: string,
  question: string,
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(`${portalUrl}/api/${question}`, { signal: AbortSignal.timeout(5_000) });
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null) throw new Error(`the portal answers ${JSON.stringify(body)}`);
  return { status: response.status, body: { ...body } };
}
