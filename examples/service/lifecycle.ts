import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** What the signals have made of a service. */
export interface Lifecycle {
  /** SIGTERM has come: answers say that their connection ends, so that clients look the name up again. */
  readonly draining: boolean;
  /** SIGUSR2 has switched the health check to failing, to see what a failing check leads to. */
  readonly failing: boolean;
}

const EXIT_CODE_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Ends a server as discovery by DNS needs it: after SIGTERM it serves on for the drain time, since names that were
 * looked up before are still in use; then it takes no more connections, finishes the open requests and exits with 0.
 * A second SIGTERM, or SIGINT at any time, ends at once.
 *
 * @param drainSeconds how long to serve on; the task's stopTimeout must be longer
 */
export function followSignals(server: Server, drainSeconds: number, say: (line: string) => void): Lifecycle {
  const state = { draining: false, failing: false };

  const end = async () => {
    state.draining = true;
    say(`SIGTERM: serving on for ${drainSeconds} s`);
    await wait(drainSeconds * 1_000);
    say('taking no more connections');
    server.close(() => process.exit(0));
  };

  process.on('SIGTERM', () => {
    if (state.draining) process.exit(EXIT_CODE_BY_SIGNAL.SIGTERM);
    void end();
  });
  process.on('SIGINT', () => process.exit(EXIT_CODE_BY_SIGNAL.SIGINT));
  process.on('SIGUSR2', () => {
    state.failing = !state.failing;
    say(`SIGUSR2: the health check ${state.failing ? 'fails from now on' : 'passes again'}`);
  });
  return state;
}
