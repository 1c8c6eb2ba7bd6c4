import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { UsageError } from '../options.ts';

/** The switches behind HTTP, for a second terminal: a POST whose body is a list of words. */
export interface Control {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param port 0 takes a free one
 * @param act does what the words say and tells in text what came of it
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function startControl(port: number, act: (words: readonly string[]) => Promise<string>): Promise<Control> {
  const answer = async (request: IncomingMessage) => {
    // A page in a browser can send a form, but not JSON, without being asked first.
    if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json')
      return { status: 405, said: 'want a POST of application/json' };
    try {
      return { status: 200, said: await act(wordsOf(await text(request))) };
    } catch (error) {
      const status = error instanceof UsageError ? 400 : 500;
      return { status, said: error instanceof Error ? error.message : String(error) };
    }
  };
  const server = createServer((request, response) => {
    void answer(request).then(({ status, said }) => response.writeHead(status).end(`${said}\n`));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  return {
    url: `http://127.0.0.1:${bound !== null && typeof bound === 'object' ? bound.port : port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function wordsOf(body: string): readonly string[] {
  const words: unknown = JSON.parse(body);
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  throw new UsageError(`got ${body.slice(0, 80)}, want a list of words`);
}
