import type { ActionRequest, ActionResult, Happening, NameView, RunView, State, StateEntry } from '../../views.ts';

/** The server is there, and says why it does not answer: credentials that have expired, for instance. */
export class AnsweredError extends Error {
  override readonly name = 'AnsweredError';
}

/** The token is not the one of this command: the address has to be opened again. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** What the page asks the server that it came from. Each throws `RefusedError`, or an error whose message can be shown. */
export interface Api {
  state(): Promise<State>;
  name(name: string): Promise<NameView>;
  /** Everything that changed at it in the kept runs, the newest first. */
  past(name: string): Promise<readonly Happening[]>;
  run(execution: string): Promise<RunView>;
  entries(execution: string, state: string): Promise<readonly StateEntry[]>;
  act(id: string, request: ActionRequest): Promise<ActionResult>;
  /** Its parts as they come, until it ends. */
  changes(signal: AbortSignal): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
}

/** Characters of a fault's text that are shown. */
const SHOWN = 300;

/** @param token absent where the page was opened without one: then nothing is asked */
export function apiOf(token: string | undefined): Api {
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    if (token === undefined) throw new RefusedError('no token');
    const headers = { 'x-console-token': token, ...(init.body ? { 'content-type': 'application/json' } : {}) };
    const response = await fetch(path, { ...init, headers, cache: 'no-store' });
    if (response.status === 401) throw new RefusedError('the token is not accepted');
    if (!response.ok) throw new AnsweredError(await saidBy(response));
    return response;
  };
  const get = async <T>(path: string): Promise<T> => (await ask(path)).json() as Promise<T>;
  return {
    state: () => get('/api/state'),
    name: (name) => get(`/api/names/${encodeURIComponent(name)}`),
    past: (name) => get(`/api/names/${encodeURIComponent(name)}/past`),
    run: (execution) => get(`/api/runs/${encodeURIComponent(execution)}`),
    entries: (execution, state) =>
      get(`/api/runs/${encodeURIComponent(execution)}/states/${encodeURIComponent(state)}`),
    act: async (id, request) => {
      const init = { method: 'POST', body: JSON.stringify(request) };
      return (await ask(`/api/actions/${encodeURIComponent(id)}`, init)).json() as Promise<ActionResult>;
    },
    changes: async (signal) => {
      const { body } = await ask('/api/changes-stream', { signal });
      if (!body) throw new Error('the stream of changes has no body');
      return body;
    },
  };
}

/** The sentence of a refusal, where the server has sent one. */
async function saidBy(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  try {
    const { says, error } = JSON.parse(text) as { says?: unknown; error?: unknown };
    if (typeof says === 'string' || typeof error === 'string') return String(says ?? error).slice(0, SHOWN);
  } catch {
    // No JSON: its text is shown.
  }
  return `${response.status} ${text || response.statusText}`.slice(0, SHOWN);
}
