import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type BucketName,
  bucketOf,
  drawn,
  exhausted,
  type Level,
  levelAt,
  type Portion,
  shareOf,
} from '../../domain/reading/pace.ts';
import { ThrottledError } from '../../domain/words/errors.ts';
import { API_CALLS, type ApiCall } from './call-log.ts';

export interface PaceClock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

export const systemPace: PaceClock = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** How fast one caller may ask. */
export interface Pace {
  /** Of the account's rates, above 0, at most 1. */
  readonly share: number;
  readonly portion: Portion;
  /** When its time is over, in milliseconds since the epoch. */
  readonly until: number;
  readonly clock: PaceClock;
}

/**
 * Milliseconds before the end of its time in which a caller begins no call any more: one that hangs takes 25 s with all its
 * attempts, and what it has read is to be kept after that.
 */
const LAST_CALL = 30_000;

/** Of one invocation: Lambda decides which sandbox takes it, and a new one's bucket would be full whatever others took. */
class Caller {
  readonly #pace: Pace;
  readonly #levels = new Map<BucketName, Level>();

  readonly #begun: number;

  constructor(pace: Pace) {
    this.#pace = pace;
    this.#begun = pace.clock.now();
  }

  #levelOf(bucket: BucketName): Level {
    const { share, portion } = this.#pace;
    const { reads, ...part } = portion;
    // What flows back before its first call counts too.
    return (
      this.#levels.get(bucket) ??
      levelAt(shareOf(bucket, share), bucket === 'clusterResources' ? portion : part, this.#begun)
    );
  }

  /** @throws ThrottledError where it would come too late */
  async turn(call: string): Promise<void> {
    const bucket = bucketOf(call);
    if (!bucket) return;
    const { clock, until } = this.#pace;
    const now = clock.now();
    const { level, wait } = drawn(this.#levelOf(bucket), now);
    const late = now + wait > until - LAST_CALL;
    if (late) throw new ThrottledError(`${call} waits its turn, ${Math.ceil(wait)} ms, and no time is left for it`);
    this.#levels.set(bucket, level);
    if (wait > 0) await clock.sleep(Math.ceil(wait));
  }

  again(call: string, attempts: number): void {
    const bucket = bucketOf(call);
    if (bucket) this.#levels.set(bucket, exhausted(this.#levelOf(bucket), attempts, this.#pace.clock.now()));
  }
}

const callers = new AsyncLocalStorage<Caller>();

API_CALLS.subscribe((message) => {
  const { service, operation, attempts } = message as ApiCall;
  if (attempts > 1) callers.getStore()?.again(`${service.toLowerCase()}:${operation}`, attempts - 1);
});

/** Runs what makes calls: each of them waits for its turn. */
export const atPace = <T>(pace: Pace, work: () => Promise<T>): Promise<T> => callers.run(new Caller(pace), work);

/** Waits for the turn of a call; without a pace every one has its turn. @param call as errors name it: `ecs:ListTasks` */
export const turnOf = async (call: string): Promise<void> => callers.getStore()?.turn(call);
