import type { Interceptor } from '../stand-ins/protocol.ts';
import { ServiceFault } from '../stand-ins/service.ts';

/** What the calls of the functions suffer. */
export interface Weather {
  readonly intercept: Interceptor;
  /** Throttled calls so far. */
  readonly throttles: number;
  /** From now on every call is answered. */
  clear(): void;
}

/** How each service throttles (test/adapters/every-call.ts). */
const CODES: Readonly<Record<string, string>> = {
  route53: 'Throttling',
  ecs: 'ThrottlingException',
  ec2: 'RequestLimitExceeded',
};
/** Of single calls, at any time: the SDK tries again. */
const SHARE = 0.03;
/** Spells in which a service throttles nearly everything: longer than the SDK's patience, so that states are retried. */
const SPELL = { everyMs: 20_000, lastsMs: 2_500, share: 0.9 } as const;

/** @param random 0 ≤ x < 1 */
export function startWeather(random: () => number): Weather {
  const services = Object.keys(CODES);
  const begun = Date.now();
  let clear = false;
  let throttles = 0;
  const shareOf = (service: string): number => {
    const since = Date.now() - begun;
    const spell = Math.floor(since / SPELL.everyMs);
    const bad = services[spell % services.length];
    return spell > 0 && service === bad && since % SPELL.everyMs < SPELL.lastsMs ? SPELL.share : SHARE;
  };
  return {
    intercept: ({ service }) => {
      const code = CODES[service];
      if (clear || code === undefined || random() >= shareOf(service)) return undefined;
      throttles += 1;
      return new ServiceFault(code, 'Rate exceeded');
    },
    get throttles() {
      return throttles;
    },
    clear: () => {
      clear = true;
    },
  };
}
