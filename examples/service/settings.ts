/** Where a service listens and how it ends. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** How long to serve on after SIGTERM. */
  readonly drainSeconds: number;
}

export interface Defaults {
  readonly port: number;
  readonly drainSeconds: number;
}

/** ECS lets a task live 120 s at most after SIGTERM on Fargate. */
const MAX_DRAIN_SECONDS = 3_600;

/**
 * Reads HOST, PORT and DRAIN_SECONDS.
 *
 * @throws Error that says which variable is wrong, what it holds and what is allowed
 */
export function readSettings(environment: NodeJS.ProcessEnv, defaults: Defaults): Settings {
  return {
    host: environment.HOST || '0.0.0.0',
    port: readNumber(environment, 'PORT', { default: defaults.port, most: 65_535 }),
    drainSeconds: readNumber(environment, 'DRAIN_SECONDS', { default: defaults.drainSeconds, most: MAX_DRAIN_SECONDS }),
  };
}

function readNumber(
  environment: NodeJS.ProcessEnv,
  variable: string,
  range: { readonly default: number; readonly most: number },
): number {
  const text = environment[variable];
  if (text === undefined || text === '') return range.default;
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const whole = variable !== 'PORT' || Number.isInteger(number);
  if (number <= range.most && whole) return number;
  throw new Error(`${variable} is ${JSON.stringify(text)}: a number from 0 to ${range.most} is allowed`);
}
