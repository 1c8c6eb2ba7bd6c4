import type { ServerResponse } from 'node:http';
import type { Following, Picture } from './follow.ts';
import { head, Refusal } from './http.ts';

/** Pages that are told of changes at a time. */
const MOST_STREAMS = 20;
/** Milliseconds between two signs of life. */
const ALIVE = 15_000;
/** Octets that a page may be behind: one that does not read any more is let go, and comes again. */
const MOST_BEHIND = 256 * 1_024;

/** Tells pages of changes as server-sent events: `state` with version and time, and what else is small. */
export function streams(follow: Following) {
  const open = new Set<ServerResponse>();
  return {
    /** @throws Refusal where there are too many already */
    add(response: ServerResponse): void {
      if (open.size >= MOST_STREAMS) {
        throw new Refusal(503, `${MOST_STREAMS} pages are open at this console already: close one`);
      }
      open.add(response);
      head(response, 200, 'text/event-stream; charset=utf-8');
      const write = (text: string): void => {
        if (response.writableLength > MOST_BEHIND) response.destroy();
        else response.write(text);
      };
      write('retry: 2000\n\n');
      const silence = follow.listen((picture) => write(eventOf(picture)));
      const alive = setInterval(() => write(': still here\n\n'), ALIVE);
      response.on('close', () => {
        clearInterval(alive);
        silence();
        open.delete(response);
      });
    },
    close(): void {
      for (const response of open) response.destroy();
    },
  };
}

function eventOf({ state }: Picture): string {
  const { version, at, glance, notKnown } = state;
  const data = {
    version,
    at,
    verdict: glance.verdicts[0],
    instances: glance.instances,
    runs: state.runs.slice(0, 5),
    notKnown,
  };
  return `event: state\nid: ${version}\ndata: ${JSON.stringify(data)}\n\n`;
}
