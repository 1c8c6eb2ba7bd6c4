import { request } from 'node:http';
import type { Command } from '../../cli/command.ts';
import { consoleSource } from '../../cli/console/source.ts';
import type { Context } from '../../cli/context.ts';
import { type ConsoleOptions, startConsole } from '../../console/server.ts';
import type { Source } from '../../console/source.ts';
import { command } from '../cli/command-world.ts';
import type { StillWorld } from '../support/world.ts';

export const PAGE = { html: '<!doctype html><title>page</title>', js: '', css: '' };
const QUICK = { runs: 20, whole: 0, linger: 50 };

/** What the command asks of a world in memory; its clock runs while something is asked. */
export async function sourceOf(world: StillWorld, around?: (context: Context) => Context): Promise<Source> {
  const { promise, resolve } = Promise.withResolvers<Context>();
  const probe = {
    run: async (_: unknown, { connect }: { connect: () => Promise<Context> }) => {
      resolve(await connect());
      return 0;
    },
  };
  await command(world, probe as unknown as Command, around ? { around } : {});
  const source = consoleSource(await promise);
  return new Proxy(source, {
    get: (real, key: keyof Source) => {
      const part = real[key];
      if (typeof part !== 'function' || key === 'now' || key === 'says') return part;
      return (...given: unknown[]) => world.clock.run((part as (...all: unknown[]) => Promise<unknown>)(...given));
    },
  });
}

/** A console on a free port, and how it is asked; closed at the end of the block. */
export async function opened(source: Source, options: Partial<ConsoleOptions> = {}) {
  const running = await startConsole({ source, port: 0, page: PAGE, pace: QUICK, ...options });
  const ask = (path: string, asked: Asked = {}) =>
    send(running.port, path, { ...asked, headers: { 'x-console-token': running.token, ...asked.headers } });
  return {
    ...running,
    ask,
    json: async <T>(path: string): Promise<T> => JSON.parse((await ask(path)).text) as T,
    act: async (id: string, fields: object = {}) => {
      const headers = { 'content-type': 'application/json' };
      return JSON.parse(
        (await ask(`/api/actions/${id}`, { method: 'POST', headers, body: JSON.stringify(fields) })).text,
      );
    },
    [Symbol.asyncDispose]: running.close,
  };
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** By node:http and not by fetch, which lets nobody choose Host and Origin. */
export function send(port: number, path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  type Answer = { status: number; text: string; headers: Readonly<Record<string, unknown>> };
  return new Promise<Answer>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).toString('utf8'),
          headers: response.headers,
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
