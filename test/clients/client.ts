import type { ClientDns, ClientStage } from './stage.ts';

/** A real program that finds instances by SRV, with the recipe that is given for it. */
export interface Client {
  /** As the page calls it. */
  readonly name: string;
  /**
   * What it does: `proxy` forwards requests, `watcher` keeps a list, `cache` answers DNS for others, `program` is a library in
   * a small program that looks up anew each time.
   */
  readonly kind: 'proxy' | 'watcher' | 'cache' | 'program';
  /** Seconds after which it asks again, besides the TTL. */
  readonly interval: number;
  /** The recipe's files below `examples/clients`, exactly what is run but for addresses and folders. */
  readonly recipe: readonly string[];
  /** Whether it is the recipe without one of its lines: only what it sees then is measured. */
  readonly trap?: boolean;
  /** What runs here, as it says itself. @throws NotHere where it does not */
  version(): Promise<string>;
  /** @param folder its own, removed by the caller */
  start(stage: ClientStage, folder: string): Promise<Running>;
}

export interface Running {
  readonly dns: ClientDns;
  /** The instances that it would use now, as `<address>:<port>`. */
  sees(): Promise<readonly string[]>;
  /** Whether it says that the name does not exist or has no values: a cache. */
  saysNone?(): Promise<boolean>;
  /** One idempotent request through it; the answer's text. @throws where it failed */
  request?(): Promise<string>;
  /** A number of requests, one after the other. */
  requests?(count: number): Promise<readonly Asked[]>;
  /** What it says on its outputs, shortened. */
  said(): string;
  stop(): Promise<void>;
}

/** One request that was made. */
export interface Asked {
  readonly ok: boolean;
  /** Milliseconds. */
  readonly took: number;
}

/** Thrown where a program is not installed, is too old, or may not run here; the message says why. */
export class NotHere extends Error {
  override readonly name = 'NotHere';
}
