import type { Source } from './source.ts';
import type { Action, ActionResult, State } from './views.ts';

/** Milliseconds after which a run that was started is in the list of runs, which is not so at once (Step Functions API). */
const LISTED = 60_000;

/** Which approvals have been given here: the list that is held stays as it is until the run of the first has removed it. */
export function approvals(source: Pick<Source, 'now'>) {
  const known = new Map<string, { readonly execution?: string; readonly at: number } | 'being given'>();
  return {
    /** Why it is not to be given again, in a sentence. */
    again({ typed: hash = '' }: Action, runs: State['runs']): string | undefined {
      const before = known.get(hash);
      if (before === 'being given') {
        return `${hash} is being approved already, by an order that was given just now: nothing was done`;
      }
      const run = runs.find(({ execution }) => execution === before?.execution);
      const goesOn = before && (run ? run.status === 'running' : source.now() - before.at < LISTED);
      if (!goesOn) return undefined;
      const { execution = 'a run' } = before;
      return `${hash} is approved already: ${execution} is under way, and removes what is still held of it: nothing was done`;
    },
    async give({ typed: hash = '' }: Action, order: () => Promise<ActionResult>): Promise<ActionResult> {
      known.set(hash, 'being given');
      try {
        const result = await order();
        const { done, execution } = result;
        if (done) known.set(hash, { at: source.now(), ...(execution !== undefined && { execution }) });
        else known.delete(hash);
        return result;
      } catch (fault) {
        known.delete(hash);
        throw fault;
      }
    },
  };
}
