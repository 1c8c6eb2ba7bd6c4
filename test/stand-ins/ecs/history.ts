interface Version<T> {
  readonly at: number;
  readonly value: T;
  before: Version<T> | undefined;
}

/** No answer is older than this, in ms: earlier versions are forgotten. */
const longestMemory = 3_600_000;

/**
 * A value and its past: what it was at an earlier time, for answers that are older than the truth.
 *
 * Times are milliseconds and never decrease.
 */
export class History<T> {
  #latest: Version<T>;

  constructor(at: number, value: T) {
    this.#latest = { at, value, before: undefined };
  }

  get latest(): T {
    return this.#latest.value;
  }

  change(at: number, value: T): void {
    this.#latest = { at, value, before: this.#latest };
    let version = this.#latest;
    while (version.before && version.at > at - longestMemory) version = version.before;
    version.before = undefined;
  }

  /** The value at that time; undefined when it did not exist yet. */
  at(time: number): T | undefined {
    let version: Version<T> | undefined = this.#latest;
    while (version && version.at > time) version = version.before;
    return version?.value;
  }
}
