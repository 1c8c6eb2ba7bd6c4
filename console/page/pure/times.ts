const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @param ms may be negative where clocks differ: that is now */
export function agoText(ms: number): string {
  if (ms < 2 * SECOND) return 'just now';
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`;
  if (ms < 2 * HOUR) return `${Math.floor(ms / MINUTE)} min ago`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h ago`;
  return `${Math.floor(ms / DAY)} days ago`;
}

/** A length of time, to two digits that matter: `640 ms`, `1.2 s`, `3 min 5 s`. */
export function tookText(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return two(ms, { unit: MINUTE, name: 'min', below: SECOND, belowName: 's' });
  return two(ms, { unit: HOUR, name: 'h', below: MINUTE, belowName: 'min' });
}

interface Units {
  readonly unit: number;
  readonly name: string;
  readonly below: number;
  readonly belowName: string;
}

function two(ms: number, { unit, name, below, belowName }: Units): string {
  const rest = Math.floor((ms % unit) / below);
  return `${Math.floor(ms / unit)} ${name}${rest > 0 ? ` ${rest} ${belowName}` : ''}`;
}

/** In UTC, as executions are named: `14:05:09`, and the day before it where that is not today's. */
export function clockText(at: number, now: number): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T');
  const clock = time.slice(0, 8);
  return new Date(now).toISOString().startsWith(day) ? clock : `${day} ${clock}`;
}

/** In full, for whoever points at it. */
export const momentText = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/**
 * Whether what the page shows may be old: the server says so, or the time has come while the page was open.
 *
 * @param now milliseconds since the epoch
 */
export function isOld(
  { isStale, apart, fullRun }: { isStale: boolean; apart?: number; fullRun?: { readonly endedAt: number } },
  now: number,
): boolean {
  return isStale || (apart !== undefined && fullRun !== undefined && now - fullRun.endedAt > 2 * apart);
}
