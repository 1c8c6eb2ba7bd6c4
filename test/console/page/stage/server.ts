import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { PAGE_POLICY, type Page, readPage } from '../../../../console/page/read.ts';
import type { ActionRequest } from '../../../../console/views.ts';
import type { Scene } from './scene.ts';

export interface Served {
  /** With the token in its fragment. */
  readonly address: string;
  /** Everything that the page has asked for, in its order: `GET /api/state`. */
  readonly asked: string[];
  /** What has been ordered. */
  readonly ordered: { readonly id: string; readonly request: ActionRequest }[];
  /** Puts another scene there, and says so to whoever listens. */
  show(scene: Scene): void;
  /** From now on it has an answer to nothing, and says why; until `heal`. */
  fail(says: string): void;
  /** Ends the streams, and what comes next is refused: until `heal`. */
  break(): void;
  heal(): void;
  /** From now on another token is the right one, as after a new start of the command. */
  forget(): void;
  close(): Promise<void>;
}

let page: Promise<Page> | undefined;

/** The page on a free port, answered by a script. */
export async function serve(first: Scene): Promise<Served> {
  page ??= readPage();
  const { html, js, css } = await page;
  let [scene, version, token, broken, fault] = [first, 1, 'the-token_of-this-run', false, ''];
  const streams = new Set<ServerResponse>();
  const [asked, ordered]: [string[], { id: string; request: ActionRequest }[]] = [[], []];
  const fixed: Readonly<Record<string, readonly [string, string]>> = {
    '/': ['text/html; charset=utf-8', html],
    '/page.js': ['text/javascript; charset=utf-8', js],
    '/page.css': ['text/css; charset=utf-8', css],
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    asked.push(`${request.method} ${pathname}`);
    const file = fixed[pathname];
    if (file) {
      response.writeHead(200, { 'content-type': file[0], 'content-security-policy': PAGE_POLICY }).end(file[1]);
      return;
    }
    if (broken) return void request.socket.destroy();
    if (fault) return json(response, 502, { says: fault });
    if (request.headers['x-console-token'] !== token) return json(response, 401, { says: 'no such token' });
    const [, , kind = '', one = '', sub = '', two = ''] = pathname.split('/').map(decodeURIComponent);
    if (kind === 'state') return json(response, 200, { ...scene.state, version });
    if (kind === 'names' && sub === 'past') return json(response, 200, scene.pastOf?.(one) ?? []);
    if (kind === 'names') return json(response, 200, scene.nameOf(one));
    if (kind === 'runs') return json(response, 200, two ? scene.entriesOf(one, two) : scene.runOf(one));
    if (kind === 'changes-stream') return listen(response);
    if (kind !== 'actions' || request.method !== 'POST') return json(response, 404, { says: `no ${pathname}` });
    const order = { id: one, request: JSON.parse(await text(request)) as ActionRequest };
    ordered.push(order);
    json(response, 200, scene.act(order.id, order.request));
  };
  const listen = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': begins\n\n');
    streams.add(response);
    response.once('close', () => streams.delete(response));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    address: `http://127.0.0.1:${port}/#token=${token}`,
    asked,
    ordered,
    show: (next) => {
      scene = next;
      version += 1;
      for (const stream of streams)
        stream.write(`event: state\ndata: ${JSON.stringify({ version, at: Date.now() })}\n\n`);
    },
    fail: (says) => {
      fault = says;
      for (const stream of streams) stream.destroy();
    },
    break: () => {
      broken = true;
      for (const stream of streams) stream.destroy();
    },
    heal: () => {
      broken = false;
      fault = '';
    },
    forget: () => {
      token = 'of-another-run';
      for (const stream of streams) stream.destroy();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  const found = body === undefined ? { status: 404, body: { says: 'there is no such thing' } } : { status, body };
  response.writeHead(found.status, { 'content-type': 'application/json' }).end(JSON.stringify(found.body));
}
