import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of its own that answers each message with one. */
export interface Child {
  /** @throws Error when the process ends instead, or does not answer within a minute */
  ask<Answer>(message: object): Promise<Answer>;
  end(): Promise<void>;
}

const PATIENCE = 60_000;

/** Starts a script beside this one; it must end when it is disconnected. */
export function startChild(script: string, env: Readonly<Record<string, string>> = {}): Child {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), { env: { ...process.env, ...env } });
  return {
    ask: async <Answer>(message: object) => {
      child.send(message);
      return (await answerOf(child, script)) as Answer;
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function answerOf(child: ChildProcess, script: string): Promise<unknown> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(PATIENCE)]);
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${script} ended with ${code} before it answered`);
  });
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal }), ended]);
    return answer;
  } finally {
    over.abort();
    ended.catch(() => undefined);
  }
}
