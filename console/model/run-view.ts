import { printable } from '../../functions/domain/words/text.ts';
import type { GraphEdge, GraphState, RunStatus, StateEntry, StateStatus } from '../views.ts';
import { type Entry, entriesOf, type HistoryEvent } from './history.ts';
import { laidOut } from './layout.ts';
import type { Machine } from './machine.ts';

export interface RunGraph {
  readonly width: number;
  readonly height: number;
  readonly states: readonly GraphState[];
  readonly edges: readonly GraphEdge[];
}

/** The graph of a machine with what an execution has done in it so far. @param now milliseconds since the epoch */
export function runGraph(
  machine: Machine,
  events: readonly HistoryEvent[],
  { status, endedAt, now }: { readonly status: RunStatus; readonly endedAt?: number; readonly now: number },
): RunGraph {
  const { boxes, lines, width, height } = layoutOf(machine);
  const entries = entriesOf(events);
  const entered = Map.groupBy(entries, ({ state }) => state);
  const taken = new Set(entries.flatMap(({ from, state }) => (from === undefined ? [] : [wayKey(from, state)])));
  const end = endedAt ?? now;
  return {
    width,
    height,
    states: machine.states.map((state): GraphState => {
      const all = entered.get(state.id) ?? [];
      const box = boxes.get(state.id) ?? { x: 0, y: 0, width: 0, height: 0 };
      const fans = state.kind === 'Map';
      return {
        ...box,
        id: printable(state.id, MOST_NAME),
        kind: printable(state.kind, MOST_NAME),
        status: statusOf(all, status),
        ...(all.length > 0 && {
          took: all.reduce((sum, one) => sum + Math.max(0, (one.endedAt ?? end) - one.enteredAt), 0),
        }),
        entered: all.length,
        retries: all.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0),
        ...(fans && all.length > 0 && { iterations: sumOf(all, 'iterations') }),
        ...(fans && all.length > 0 && { failedIterations: sumOf(all, 'failedIterations') }),
        ...(state.inside !== undefined && { inside: printable(state.inside, MOST_NAME) }),
      };
    }),
    edges: machine.ways.map(
      ({ from, to, label, caught }, at): GraphEdge => ({
        from: printable(from, MOST_NAME),
        to: printable(to, MOST_NAME),
        ...(label !== undefined && { label }),
        ...(caught && { caught }),
        taken: taken.has(wayKey(from, to)),
        points: lines[at] ?? [],
      }),
    ),
  };
}

/** Names of states may have 80 characters (Amazon States Language). */
const MOST_NAME = 80;
/** Entries of one state that are shown, the last ones, and characters of each text of them. */
const MOST_ENTRIES = 100;
const MOST_DATA = 10_000;
const MOST_RETRIES = 20;

const layouts = new WeakMap<Machine, ReturnType<typeof laidOut>>();

function layoutOf(machine: Machine): ReturnType<typeof laidOut> {
  const known = layouts.get(machine) ?? laidOut(machine);
  layouts.set(machine, known);
  return known;
}

const wayKey = (from: string, to: string): string => JSON.stringify([from, to]);

const sumOf = (entries: readonly Entry[], what: 'iterations' | 'failedIterations'): number =>
  entries.reduce((sum, one) => sum + one[what], 0);

/** Of a state, whatever of its entries there are: one that failed counts more than one that runs, and that more than the others. */
function statusOf(entries: readonly Entry[], run: RunStatus): StateStatus {
  if (entries.length === 0) return 'waiting';
  const open = entries.filter(({ endedAt }) => endedAt === undefined);
  if (open.length > 0 && run !== 'running') return 'failed';
  if (open.length > 0) return 'running';
  return entries.some(({ failing }) => failing) ? 'caught' : 'succeeded';
}

/** Every entry of one state, the oldest first; of very many the last ones. */
export function stateEntries(events: readonly HistoryEvent[], state: string): readonly StateEntry[] {
  const all = entriesOf(events).filter((one) => one.state === state);
  return all.slice(-MOST_ENTRIES).map((one): StateEntry => {
    const ended = one.failing || one.endedAt === undefined ? one.faults.at(-1) : undefined;
    const retries = ended ? one.faults.slice(0, -1) : one.faults;
    return {
      enteredAt: one.enteredAt,
      ...(one.endedAt !== undefined && { endedAt: one.endedAt }),
      ...(one.input !== undefined && { input: printable(one.input, MOST_DATA) }),
      ...(one.output !== undefined && { output: printable(one.output, MOST_DATA) }),
      ...(ended && { error: printable(ended.error, MOST_NAME * 2), cause: printable(ended.cause, MOST_DATA) }),
      retries: retries.slice(-MOST_RETRIES).map(({ at, error, cause }) => ({
        at,
        error: printable(error, MOST_NAME * 2),
        cause: printable(cause, MOST_DATA),
      })),
    };
  });
}
