import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { quoted } from '../functions/domain/words/text.ts';
import { acting, type Breaks } from './acting.ts';
import { following, type Pace } from './follow.ts';
import { checkMethod, checkPlace, checkToken, fieldsIn, Refusal, send, sendJson } from './http.ts';
import { briefOf, happeningsAt } from './model/brief.ts';
import { deploymentView, namesOf } from './model/deployments.ts';
import { nameView } from './model/names.ts';
import { type Page, readPage } from './page/read.ts';
import { runsOf } from './runs.ts';
import type { Source } from './source.ts';
import { streams } from './stream.ts';

export interface ConsoleOptions {
  readonly source: Source;
  /** 0 takes a free one. */
  readonly port: number;
  /** What a local run adds: without it there are no such buttons, and no route to them. */
  readonly breaks?: Breaks;
  /** Absent: that of this package. */
  readonly page?: Page;
  /** In the place of a random one. */
  readonly token?: string;
  readonly pace?: Pace;
}

export interface Console {
  /** With the token behind `#`. */
  readonly address: string;
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

/** Happenings of one name that are shown. */
const MOST_HAPPENINGS = 200;
/** Outcomes that are read for the whole past of one name. */
const MOST_PAST = 100;
const LOOPBACK = '127.0.0.1';
const SECONDS = 1_000;

/**
 * Serves the page, on a loopback address only.
 *
 * @throws the fault of the socket, such as EADDRINUSE
 */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const { source, port, breaks, token = randomBytes(16).toString('hex') } = options;
  const page = options.page ?? (await readPage());
  const follow = following(source, () => breaks?.actions() ?? [], options.pace);
  const open = streams(follow);
  const answer = answering({ source, follow, open, page, token, act: acting({ source, follow, breaks }) });
  const server = createServer({
    maxHeaderSize: 16 * 1_024,
    requestTimeout: 30 * SECONDS,
    headersTimeout: 5 * SECONDS,
    // Half requests may not keep others out for half a minute, which is how often Node looks at them by itself.
    connectionsCheckingInterval: 2 * SECONDS,
  });
  server.maxConnections = 200;
  const answers = new Set<Promise<void>>();
  server.on('request', (request, response) => {
    response.on('error', () => {}); // who has gone needs no answer
    const answered = answer(request, response, (server.address() as AddressInfo | null)?.port ?? 0)
      .catch((fault: unknown) => refuse(response, fault, source))
      .finally(() => answers.delete(answered));
    answers.add(answered);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  const taken = (server.address() as AddressInfo).port;
  return {
    address: `http://${LOOPBACK}:${taken}/#${token}`,
    port: taken,
    token,
    async close() {
      const looked = follow.close();
      open.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      // What was asked for somebody who has gone ends too: an order is not left half way.
      await Promise.all([looked, closed, ...answers]);
    },
  };
}

interface Parts {
  readonly source: Source;
  readonly follow: ReturnType<typeof following>;
  readonly open: ReturnType<typeof streams>;
  readonly page: Page;
  readonly token: string;
  readonly act: ReturnType<typeof acting>;
}

function answering({ source, follow, open, page, token, act }: Parts) {
  const runs = runsOf(source);
  const get: Readonly<Record<string, (response: ServerResponse) => void>> = {
    '/': (response) => send(response, 200, 'text/html; charset=utf-8', page.html),
    '/page.js': (response) => send(response, 200, 'text/javascript; charset=utf-8', page.js),
    '/page.css': (response) => send(response, 200, 'text/css; charset=utf-8', page.css),
  };
  return async (request: IncomingMessage, response: ServerResponse, port: number): Promise<void> => {
    checkPlace(request, port);
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const shown = Object.hasOwn(get, path) ? get[path] : undefined;
    if (shown) {
      checkMethod(request, response, ['GET', 'HEAD']);
      return shown(response);
    }
    const [, api, what = '', ...rest] = path.split('/');
    if (api !== 'api') throw noRoute(path);
    checkToken(request, token);
    const [first, ...more] = rest.map(decoded);
    if (what === 'actions' && first !== undefined && more.length === 0) {
      checkMethod(request, response, ['POST']);
      return sendJson(response, 200, JSON.stringify(await act(first, await fieldsIn(request))));
    }
    const answer = read(what, first, more);
    if (!answer) throw noRoute(path);
    checkMethod(request, response, ['GET']);
    return answer(response);
  };

  function read(what: string, first: string | undefined, more: readonly string[]) {
    const json = (ask: () => Promise<unknown>) => async (response: ServerResponse) =>
      sendJson(response, 200, JSON.stringify(await ask()));
    const [second, third] = more;
    if (first === undefined) {
      if (what === 'state') {
        return async (response: ServerResponse) => sendJson(response, 200, (await follow.picture()).text);
      }
      return what === 'changes-stream' ? async (response: ServerResponse) => open.add(response) : undefined;
    }
    if (what === 'names' && more.length === 0) return json(() => name(first));
    if (what === 'names' && more.length === 1 && second === 'past') return json(() => past(first));
    if (what === 'runs' && more.length === 0) return json(() => runs.view(first));
    const isState = what === 'runs' && second === 'states' && third !== undefined && more.length === 2;
    return isState ? json(() => runs.entries(first, third)) : undefined;
  }

  async function knownAt(asked: string) {
    const picture = await follow.picture();
    const found = picture.names.get(asked);
    if (!found) throw new Refusal(404, `nothing of ours stands or is declared at ${quoted(asked)}`);
    return { ...picture, known: found };
  }

  async function past(asked: string) {
    const { name } = (await knownAt(asked)).known;
    const outcomes = await source.past(name, MOST_PAST);
    const own = outcomes.map((one) =>
      briefOf({ ...one, dispositions: one.dispositions.filter((at) => at.name === name) }),
    );
    return happeningsAt(name, own, MOST_HAPPENINGS);
  }

  async function name(asked: string) {
    const { places, briefs, known, deployments: all } = await knownAt(asked);
    const happenings = happeningsAt(known.name, briefs, MOST_HAPPENINGS);
    const { naming, dnsServer } = source.deployed;
    const counting = { names: [known], places, all };
    const deployments = all
      .filter((one) => namesOf(one).includes(known.name))
      .map((one) => deploymentView(one, counting, known.name));
    return nameView(known, { naming, places, happenings, deployments, ...(dnsServer !== undefined && { dnsServer }) });
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refusal(400, `got ${quoted(part)} in the path, which is no text in UTF-8`);
  }
}

const noRoute = (path: string) => new Refusal(404, `there is no ${quoted(path)} here`);

/** A sentence, whatever went wrong; what only a developer understands stays out of it. */
function refuse(response: ServerResponse, fault: unknown, source: Source): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = fault instanceof Refusal ? fault.status : 502;
  const says = fault instanceof Refusal ? fault.message : source.says(fault);
  // What of a refused body has not been read may not be taken for the next request.
  if (status >= 400) response.setHeader('connection', 'close');
  sendJson(response, status, JSON.stringify({ says }));
}
