import type { State } from '../../views.ts';
import { pauseAfter } from '../pure/pauses.ts';
import { eventReader } from '../pure/stream.ts';
import { AnsweredError, type Api, RefusedError } from './api.ts';

/** How the page is connected. `refused`: only opening the address again helps. */
export type Link =
  | { readonly is: 'connecting' }
  | { readonly is: 'live' }
  /** `why`: in the server's own words, where it has answered. */
  | { readonly is: 'lost'; readonly tryAt: number; readonly why?: string }
  | { readonly is: 'refused' };

export interface Heard {
  readonly onState: (state: State) => void;
  readonly onLink: (link: Link) => void;
}

export interface Following {
  /** Does not wait for the rest of a pause. */
  tryNow(): void;
  stop(): void;
}

/** Milliseconds between two readings of the whole state at least, however many changes come. */
const APART = 400;

/** Reads the state, and again with each event of the stream; where that ends, tries again with growing pauses. */
export function follow(api: Api, { onState, onLink }: Heard): Following {
  const stopped = new AbortController();
  let hurry = (): void => {};
  let tries = 0;

  const read = async (): Promise<void> => {
    const state = await api.state();
    // Reading a large state takes as long as drawing it: two short tasks, between which keys and clicks are heard.
    await new Promise((resolve) => setTimeout(resolve));
    if (!stopped.signal.aborted) onState(state);
  };
  const connected = async (): Promise<void> => {
    const end = new AbortController();
    try {
      // The stream first: what changes between the two is not missed.
      const stream = await api.changes(AbortSignal.any([stopped.signal, end.signal]));
      await read();
      tries = 0;
      onLink({ is: 'live' });
      await listen(
        stream,
        atMostEvery(APART, () => read().catch(() => end.abort())),
      );
    } finally {
      end.abort();
    }
  };
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const fault = await connected().catch((reason: unknown) => reason);
      if (stopped.signal.aborted) return;
      if (fault instanceof RefusedError) return onLink({ is: 'refused' });
      tries += 1;
      const pause = pauseAfter(tries, Math.random());
      onLink({ is: 'lost', tryAt: Date.now() + pause, ...(fault instanceof AnsweredError && { why: fault.message }) });
      await new Promise<void>((resolve) => {
        hurry = resolve;
        setTimeout(resolve, pause);
      });
    }
  };

  onLink({ is: 'connecting' });
  void run();
  return {
    tryNow: () => hurry(),
    stop: () => {
      stopped.abort();
      hurry();
    },
  };
}

/** Until the stream ends or breaks; every event says that there is something new. */
async function listen(stream: ReadableStream<Uint8Array<ArrayBuffer>>, onChange: () => void): Promise<void> {
  const eventsOf = eventReader();
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (eventsOf(part.value).some(({ name }) => name === 'state')) onChange();
  }
}

/** The first at once, those that follow soon as one at the end of the time; never two at a time. */
function atMostEvery(ms: number, work: () => Promise<void>): () => void {
  let waiting = false;
  let busy = false;
  const go = async (): Promise<void> => {
    busy = true;
    waiting = false;
    await work();
    await new Promise((resolve) => setTimeout(resolve, ms));
    busy = false;
    if (waiting) await go();
  };
  return () => {
    waiting = true;
    if (!busy) void go();
  };
}
