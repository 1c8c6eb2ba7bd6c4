import { type Payload, StateFault } from './faults.ts';
import type { History } from './history.ts';
import type { Json } from './json.ts';
import { Stopped, together } from './stopping.ts';
import type { Branch, Visit } from './visit.ts';

/** Runs iterations or branches side by side; one that fails fails the state and stops the rest. */
export async function fanOut(
  { name, branch }: Pick<Visit, 'name' | 'branch'>,
  { kind, count, limit }: { readonly kind: 'Map' | 'Parallel'; readonly count: number; readonly limit: number },
  history: History,
  run: (index: number, branch: Branch) => Promise<Payload>,
): Promise<Json> {
  const length = kind === 'Map' ? { mapStateStartedEventDetails: { length: count } } : {};
  history.record(branch.cursor, `${kind}StateStarted`, length);
  const start = branch.cursor.last;
  try {
    const outputs = await together({ count, limit, signal: branch.signal }, async (index, signal) => {
      const inner = { cursor: { last: start }, signal };
      const output =
        kind === 'Map'
          ? await iteration({ name, index }, inner, () => run(index, inner), history)
          : await run(index, inner);
      branch.cursor.last = inner.cursor.last;
      return output.value;
    });
    history.record(branch.cursor, `${kind}StateSucceeded`);
    return outputs;
  } catch (fault) {
    if (fault instanceof StateFault) history.recordStopped(branch.cursor, `${kind}StateFailed`);
    throw fault;
  }
}

async function iteration(
  details: { readonly name: string; readonly index: number },
  branch: Branch,
  run: () => Promise<Payload>,
  history: History,
): Promise<Payload> {
  history.record(branch.cursor, 'MapIterationStarted', { mapIterationStartedEventDetails: details });
  try {
    const output = await run();
    history.record(branch.cursor, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: details });
    return output;
  } catch (fault) {
    if (fault instanceof Stopped) {
      history.recordStopped(branch.cursor, 'MapIterationAborted', { mapIterationAbortedEventDetails: details });
    } else {
      history.recordStopped(branch.cursor, 'MapIterationFailed', { mapIterationFailedEventDetails: details });
    }
    throw fault;
  }
}
