/** What one starts a local run with. */
export interface Options {
  /** Port of the portal on 127.0.0.1; 0 takes a free one, as with the others. */
  readonly portalPort: number;
  readonly dnsPort: number;
  readonly awsPort: number;
  /** Where `npm run fault` says what is to break. */
  readonly faultPort: number;
  /** Port of the console. */
  readonly consolePort: number;
  /** In place of the deployed schedule, milliseconds. */
  readonly scheduleMs?: number;
  /** The scripted proof that ends by itself. */
  readonly once: boolean;
  /** Folder that is given the run bucket's objects at the end. */
  readonly keep?: string;
  /** Whether functions and services print to standard error. */
  readonly log: boolean;
}

/**
 * What `npm start` deploys besides the template's defaults, by context keys; SETTINGS counts more. A name that comes is waited for
 * as long as resolvers remember that there was nothing: here 5 s, as the zone is made (`createZone`).
 */
export const OWN_SETTINGS: Readonly<Record<string, string>> = { blueGreen: 'true', negativeTtl: '5' };

/** Thrown for an argument or variable that cannot be used; the message is for the person who gave it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The variable that sets each port, and the port without it. */
export const PORTS = {
  portalPort: { variable: 'PORTAL_PORT', usual: 8080, what: 'the portal' },
  dnsPort: { variable: 'DNS_PORT', usual: 5300, what: 'the DNS server' },
  awsPort: { variable: 'AWS_PORT', usual: 4600, what: 'the AWS endpoint' },
  consolePort: { variable: 'CONSOLE_PORT', usual: 8090, what: 'the console' },
  faultPort: { variable: 'FAULT_PORT', usual: 4700, what: 'the fault switches' },
} as const;

export type PortName = keyof typeof PORTS;

const MS_PER_UNIT: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Reads the command line and the environment. With `--once` every port is a free one.
 *
 * @throws UsageError that says what was given and what is allowed
 */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const { once, keep } = readArguments(args);
  const port = (name: PortName): number => (once ? 0 : readPort(PORTS[name], environment));
  const scheduleMs = readSchedule(environment.SCHEDULE);
  readSettings(environment.SETTINGS);
  return {
    portalPort: port('portalPort'),
    dnsPort: port('dnsPort'),
    awsPort: port('awsPort'),
    faultPort: port('faultPort'),
    consolePort: port('consolePort'),
    ...(scheduleMs !== undefined && { scheduleMs }),
    once,
    ...(keep !== undefined && { keep }),
    log: (environment.LOG ?? '') !== '' && environment.LOG !== '0',
  };
}

function readArguments(args: readonly string[]): Pick<Options, 'once' | 'keep'> {
  const at = args.indexOf('--keep');
  const keep = at < 0 ? undefined : args[at + 1];
  if (at >= 0 && (keep === undefined || keep === '' || keep.startsWith('--'))) {
    throw new UsageError(`--keep has ${JSON.stringify(keep ?? 'nothing')} behind it: the folder to write to is wanted`);
  }
  const others = at < 0 ? args : args.toSpliced(at, 2);
  const unknown = others.find((arg) => arg !== '--once');
  if (unknown !== undefined) {
    throw new UsageError(
      `unknown argument ${JSON.stringify(unknown)}: only --once is allowed, and --keep with a folder`,
    );
  }
  return { once: others.includes('--once'), ...(keep !== undefined && { keep }) };
}

/** @throws UsageError that names the variable */
export function readPort(
  { variable, usual }: { readonly variable: string; readonly usual: number },
  environment: Readonly<Record<string, string | undefined>>,
): number {
  const text = environment[variable] ?? '';
  if (text === '') return usual;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`${variable} is ${JSON.stringify(text)}: a port from 0 to 65535 is allowed, 0 takes a free one`);
}

/**
 * Settings of the deployment that runs here, by their context keys; the app says which there are, and what each may be.
 *
 * @throws UsageError
 */
export function readSettings(text = ''): Readonly<Record<string, string>> {
  const pairs = text.split(/\s+/).filter((one) => one !== '');
  const wrong = pairs.find((one) => !/^\w+=./.test(one));
  if (wrong !== undefined) {
    throw new UsageError(
      `SETTINGS has ${JSON.stringify(wrong)} in it: context keys with their values are allowed, with spaces between them, such as "onDraining=deregister recordTtl=10"`,
    );
  }
  return Object.fromEntries(pairs.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]));
}

function readSchedule(text = ''): number | undefined {
  if (text === '') return undefined;
  const [, number = '', unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const period = Number(number) * (MS_PER_UNIT[unit] ?? 0);
  if (period > 0) return period;
  throw new UsageError(`SCHEDULE is ${JSON.stringify(text)}: a time such as 30s, 5m or 1h is allowed`);
}
