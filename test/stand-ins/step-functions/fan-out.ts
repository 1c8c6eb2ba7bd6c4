import type { Payload } from './faults.ts';
import type { History } from './history.ts';
import type { Json } from './json.ts';
import { Stopped, together } from './stopping.ts';
import type { Branch, Visit } from './visit.ts';

/**
 * Runs iterations or branches side by side; one that fails fails the state and stops the rest.
 *
 * Which event follows which is as AWS has it in recorded histories (LocalStack's snapshots of Map states): what tells
 * the end of an iteration or of the state stands aside of the line, so the next iteration follows the last event
 * before it, as does the exit of the state or its next attempt. `MapStateSucceeded` alone follows the iteration's end.
 */
export async function fanOut(
  { name, branch }: Pick<Visit, 'name' | 'branch'>,
  { kind, count, limit }: { readonly kind: 'Map' | 'Parallel'; readonly count: number; readonly limit: number },
  history: History,
  run: (index: number, branch: Branch) => Promise<Payload>,
): Promise<Json> {
  const length = kind === 'Map' ? { mapStateStartedEventDetails: { length: count } } : {};
  history.record(branch.cursor, `${kind}StateStarted`, length);
  const start = branch.cursor.last;
  let previous = start;
  const outputs = await together({ count, limit, signal: branch.signal }, async (index, signal) => {
    const inner = { cursor: { last: limit === 1 ? previous : start }, signal };
    try {
      if (kind === 'Parallel') return (await run(index, inner)).value;
      const { output, end } = await iteration({ name, index }, inner, () => run(index, inner), history);
      previous = inner.cursor.last;
      inner.cursor.last = end;
      return output.value;
    } finally {
      if (!signal.aborted) branch.cursor.last = inner.cursor.last;
    }
  });
  history.recordAside(branch.cursor, `${kind}StateSucceeded`);
  return outputs;
}

async function iteration(
  details: { readonly name: string; readonly index: number },
  { cursor }: Branch,
  run: () => Promise<Payload>,
  history: History,
): Promise<{ readonly output: Payload; readonly end: number }> {
  history.record(cursor, 'MapIterationStarted', { mapIterationStartedEventDetails: details });
  try {
    const output = await run();
    const aside = { last: cursor.last };
    history.record(aside, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: details });
    return { output, end: aside.last };
  } catch (fault) {
    const aside = { last: cursor.last };
    if (fault instanceof Stopped) {
      history.recordStopped(aside, 'MapIterationAborted', { mapIterationAbortedEventDetails: details });
    } else {
      history.recordStopped(aside, 'MapIterationFailed', { mapIterationFailedEventDetails: details });
    }
    throw fault;
  }
}
