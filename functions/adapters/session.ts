import { AsyncLocalStorage } from 'node:async_hooks';
import { sessionName } from '../domain/words/session-name.ts';

/** What the input of a function may say of its run. */
interface OfRun {
  readonly run?: { readonly execution?: string };
}

const sessions = new AsyncLocalStorage<string>();

/** What acts for no run: nobody calls AWS by a role then but a function that is tried out by hand. */
const OF_NO_RUN = 'no-run';

/** The name of the session in which calls are made by a role now. */
export const currentSession = (): string => sessions.getStore() ?? OF_NO_RUN;

/** Work whose calls by a role are made in a session that bears the name of its execution. */
export const inSessionOfRun =
  <I, T, O>(work: (input: I, time: T) => Promise<O>) =>
  (input: I, time: T): Promise<O> =>
    sessions.run(sessionName((input as OfRun).run?.execution ?? OF_NO_RUN), () => work(input, time));
