import { MAX_SRV_FIELD } from '../dns/srv.ts';
import type { LeftOutReason } from '../plan/reason.ts';

/** How one port is probed. */
export interface Check {
  readonly kind: 'http' | 'https' | 'tcp';
  /** Begins with `/`; only for HTTP and HTTPS. */
  readonly path?: string;
  /** Milliseconds one attempt may take. */
  readonly timeout: number;
  readonly attempts: number;
}

/** What one container declares for one of its ports. */
export interface Declaration {
  readonly containerPort: number;
  /** Relative to the zone, lower case, not yet checked against it: `_calc._tcp`. */
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  readonly priority: number;
  readonly weight: number;
  readonly check?: Check;
  readonly ignored: boolean;
}

/** A declaration that cannot be used; the container's other ports are not affected. */
export interface DeclarationFault {
  readonly name: string;
  readonly reason: Extract<LeftOutReason, 'invalid-port' | 'invalid-value'>;
  readonly detail: string;
}

export const DEFAULT_PRIORITY = 1;
export const DEFAULT_WEIGHT = 1;
export const DEFAULT_CHECK_TIMEOUT = 2_000;
export const DEFAULT_CHECK_ATTEMPTS = 3;
export const MAX_CHECK_TIMEOUT = 10_000;
export const MAX_CHECK_ATTEMPTS = 10;

type Variables = Readonly<Record<string, string>>;

/**
 * Reads the `SERVICE_<port>_*` variables of one container (design, section 3).
 *
 * @param variables environment of the definition overlaid by the task's overrides; docker labels below both
 * @param defaultPath path of the HTTP check of ports that say nothing of checks; undefined: no check
 */
export function readDeclarations(
  variables: Variables,
  defaultPath: string | undefined,
): readonly (Declaration | DeclarationFault)[] {
  return Object.keys(variables)
    .map((key) => /^SERVICE_([^_]*)_NAME$/.exec(key)?.[1])
    .filter((port) => port !== undefined)
    .sort()
    .map((port) => readPort(port, variables, defaultPath));
}

/** The variables that count for a container: labels, then its definition's environment, then the task's overrides. */
export function effectiveVariables(labels: Variables, environment: Variables, overrides: Variables): Variables {
  return { ...labels, ...environment, ...overrides };
}

class Refused extends Error {}

function readPort(port: string, variables: Variables, defaultPath: string | undefined): Declaration | DeclarationFault {
  const prefix = `SERVICE_${port}_`;
  const name = variables[`${prefix}NAME`]?.trim().toLowerCase() ?? '';
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > MAX_SRV_FIELD) {
    return { name, reason: 'invalid-port', detail: `${prefix}NAME: got port "${port}", want 1–${MAX_SRV_FIELD}` };
  }
  const field = (suffix: string) => ({ key: `${prefix}${suffix}`, text: variables[`${prefix}${suffix}`]?.trim() });
  const protocol = name.split('.').includes('_udp') ? 'udp' : 'tcp';
  try {
    const check = protocol === 'udp' ? undefined : readCheck(field, defaultPath);
    return {
      containerPort: Number(port),
      name,
      protocol,
      priority: readWhole(field('PRIORITY'), 0, MAX_SRV_FIELD) ?? DEFAULT_PRIORITY,
      weight: readWhole(field('WEIGHT'), 0, MAX_SRV_FIELD) ?? DEFAULT_WEIGHT,
      ...(check && { check }),
      ignored: (field('IGNORE').text ?? '') !== '',
    };
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    return { name, reason: 'invalid-value', detail: fault.message };
  }
}

interface Field {
  readonly key: string;
  readonly text: string | undefined;
}

/** TCP wins over HTTPS over HTTP; an empty path means no check. */
function readCheck(field: (suffix: string) => Field, defaultPath: string | undefined): Check | undefined {
  const timeout = readDuration(field('CHECK_TIMEOUT')) ?? DEFAULT_CHECK_TIMEOUT;
  const attempts = readWhole(field('CHECK_ATTEMPTS'), 1, MAX_CHECK_ATTEMPTS) ?? DEFAULT_CHECK_ATTEMPTS;
  const tcp = readFlag(field('CHECK_TCP'));
  const https = readPath(field('CHECK_HTTPS'));
  const http = readPath(field('CHECK_HTTP'));
  if (tcp) return { kind: 'tcp', timeout, attempts };
  if (https) return { kind: 'https', path: https, timeout, attempts };
  const path = http ?? defaultPath;
  return path ? { kind: 'http', path, timeout, attempts } : undefined;
}

function readFlag({ key, text }: Field): boolean {
  if (text === undefined || text === '' || text.toLowerCase() === 'false') return false;
  if (text.toLowerCase() === 'true') return true;
  throw new Refused(`${key}: got ${quote(text)}, want true or false`);
}

function readPath({ key, text }: Field): string | undefined {
  if (text === undefined || text === '') return text;
  if (/^\/[\x21-\x7e]*$/.test(text) && text.length <= 1_024) return text;
  throw new Refused(`${key}: got ${quote(text)}, want a path that begins with "/", without spaces, like "/health"`);
}

function readDuration({ key, text }: Field): number | undefined {
  if (text === undefined || text === '') return undefined;
  const [, digits, unit] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s)$/.exec(text) ?? [];
  const milliseconds = Math.round(Number(digits) * (unit === 's' ? 1_000 : 1));
  if (milliseconds >= 1 && milliseconds <= MAX_CHECK_TIMEOUT) return milliseconds;
  throw new Refused(
    `${key}: got ${quote(text)}, want more than 0 and at most ${MAX_CHECK_TIMEOUT / 1_000}s, like "2s" or "500ms"`,
  );
}

function readWhole({ key, text }: Field, from: number, to: number): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,6}$/.test(text) && Number(text) >= from && Number(text) <= to) return Number(text);
  throw new Refused(`${key}: got ${quote(text)}, want a whole number ${from}–${to}`);
}

const quote = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
