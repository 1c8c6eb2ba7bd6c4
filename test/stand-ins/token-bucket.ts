/** The size of a token bucket, as AWS documents its throttles. */
export interface BucketSize {
  /** Tokens that fit in: the burst. */
  readonly capacity: number;
  /** Tokens that flow back per second. */
  readonly refillPerSecond: number;
}

/** A token bucket on an injected clock; starts full. */
export interface TokenBucket {
  /** Takes the tokens if there are enough of them, else none; says which. */
  take(tokens?: number): boolean;
  /** Whether so many tokens could be taken now. */
  has(tokens: number): boolean;
}

/** @param now milliseconds, never running backwards */
export function tokenBucket({ capacity, refillPerSecond }: BucketSize, now: () => number): TokenBucket {
  let level = capacity;
  let at = now();
  const refill = () => {
    const time = now();
    level = Math.min(capacity, level + ((time - at) / 1000) * refillPerSecond);
    at = time;
  };
  const has = (tokens: number) => {
    refill();
    return level >= tokens;
  };
  return {
    has,
    take: (tokens = 1) => {
      if (!has(tokens)) return false;
      level -= tokens;
      return true;
    },
  };
}
