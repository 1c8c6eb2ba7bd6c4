import { lowerCase } from '../dns/name.ts';
import { MAX_SRV_FIELD } from '../dns/srv.ts';
import type { DeclarationFaultReason } from '../words/reason.ts';
import { MAX_DECLARATION, MAX_DETAIL, printable, quoted } from '../words/text.ts';
import { type Check, readCheck, readGrace } from './check.ts';
import { type FieldOf, Refused, readFlag, readWhole } from './declared-value.ts';

/** What one container declares for one of its ports. */
export interface Declaration {
  readonly containerPort: number;
  /** Lower case, with the zone or without, not yet checked against it: `_calc._tcp`. */
  readonly name: string;
  /** The name is one of addresses alone, for clients that know no SRV. */
  readonly byAddress?: true;
  readonly protocol: 'tcp' | 'udp';
  readonly priority: number;
  readonly weight: number;
  /** Seconds that an answer with it may be cached; the deployment's unless given. */
  readonly ttl?: number;
  readonly check?: Check;
  /** How long a new instance may take to pass, in milliseconds; as its container says unless given. */
  readonly grace?: number;
  /** Its public IPv4 address is published, for clients elsewhere, and not the private one. */
  readonly atPublic?: true;
  readonly ignored: boolean;
}

/** A declaration that cannot be used; the container's other ports are not affected. */
export interface DeclarationFault {
  /** Printable and bounded, like the detail. */
  readonly name: string;
  readonly byAddress?: true;
  readonly reason: DeclarationFaultReason;
  readonly detail: string;
}

/** Every `<key>` of `SERVICE_<port>_<key>`. */
export const DECLARED_KEYS = [
  'NAME',
  'ADDRESS_NAME',
  'CHECK_HTTP',
  'CHECK_HTTPS',
  'CHECK_GRPC',
  'CHECK_TCP',
  'CHECK_HOST',
  'CHECK_STATUS',
  'CHECK_TIMEOUT',
  'CHECK_ATTEMPTS',
  'CHECK_GRACE',
  'PRIORITY',
  'WEIGHT',
  'TTL',
  'PUBLIC',
  'IGNORE',
] as const;

export const DEFAULT_PRIORITY = 1;
export const DEFAULT_WEIGHT = 1;
/** One day, in seconds. */
export const MAX_TTL = 86_400;

export type Variables = Readonly<Record<string, string>>;

/**
 * What the `<port>` of a variable `SERVICE_<port>_NAME` or `SERVICE_<port>_ADDRESS_NAME` says, where its value is more than blanks. Applications have
 * variables of that form for themselves, which are no business of ours.
 *
 * | `<port>`                                                                | is                                  |
 * | ----------------------------------------------------------------------- | ----------------------------------- |
 * | `1` to `65535`                                                          | a port                              |
 * | begins with a digit, signs aside: `0`, `70000`, `80/tcp`, ` 80`, `-1`, `8.0`, `8000-8010`, `8000_8010` | meant as one |
 * | a protocol in any case, digits behind it: `http`, `HTTPS`, `grpc`, `tcp`, `h2c`, `http2`, `tcp-80` | meant as one |
 * | a placeholder that nobody has filled in: `${PORT}`, `<port>`, `{{port}}`, `%PORT%` | meant as one             |
 * | anything else: `ACCOUNT`, `DISCOVERY`, `V2`, `DB_1`, nothing            | no declaration of ours              |
 */
export function portIn(text: string): 'port' | 'meant' | 'none' {
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_SRV_FIELD) return 'port';
  if (/^[^\p{L}\p{N}]*\p{Nd}/u.test(text) && /^[^_]*$|^\d+_\d+$/.test(text)) return 'meant';
  if (/^(https?|h2c|grpcs?|tcp|udp)[^\p{L}\p{N}_]*\d*$/iu.test(text.trim())) return 'meant';
  return /[$<{%]/.test(text) && !text.includes('_') ? 'meant' : 'none';
}

/** The ports for which a container declares a name, or plainly means to, as they are spelled there; in order. */
export function declaredPorts(variables: Variables): readonly string[] {
  const ports = Object.entries(variables).flatMap(([key, text]) => {
    const port = text.trim() === '' ? undefined : portOfName(key);
    return port === undefined || portIn(port) === 'none' ? [] : [port];
  });
  return [...new Set(ports)].sort();
}

/** The `<port>` of `SERVICE_<port>_NAME` and of `SERVICE_<port>_ADDRESS_NAME`; undefined for another key. */
export const portOfName = (key: string): string | undefined => /^SERVICE_(.*?)(?:_ADDRESS)?_NAME$/s.exec(key)?.[1];

const KEYS: ReadonlySet<string> = new Set(DECLARED_KEYS);
export const isDeclaredKey = (key: string): boolean => KEYS.has(key);

/** A variable taken apart; without `port` where that is none. */
export function partsOf(variable: string): { readonly port?: string; readonly key: string } {
  const [, port, key = ''] = /^SERVICE_([^_]*)_(.+)$/s.exec(variable) ?? [];
  return port === undefined || portIn(port) !== 'port' ? { key } : { port, key };
}

/**
 * Of the variables of a container those that anything here reads, for what is remembered and kept: others may hold secrets.
 *
 * | variable                                              | is kept                                        |
 * | ----------------------------------------------------- | ---------------------------------------------- |
 * | `SERVICE_<port>_NAME` and `_ADDRESS_NAME`, whatever is plainly meant as a port | whole                  |
 * | `SERVICE_<port>_<key>` with a key of ours             | whole                                          |
 * | `SERVICE_<port>_<key>` with another key               | without its value: remarks say that nothing reads it |
 * | any other                                             | not at all                                     |
 */
export function declaringPart(variables: Variables): Variables {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([variable, value]) => {
      const named = portOfName(variable);
      if (named !== undefined && portIn(named) !== 'none') return [[variable, value]];
      const { port, key } = partsOf(variable);
      if (port === undefined) return [];
      return [[variable, isDeclaredKey(key) ? value : '']];
    }),
  );
}

/**
 * Reads the `SERVICE_<port>_*` variables of one container (design, section 3). Any text whatever may stand there.
 *
 * @param variables environment of the definition overlaid by the task's overrides; docker labels below both
 * @param defaultPath path of the HTTP check of ports that say nothing of checks; undefined: no check
 */
export function readDeclarations(
  variables: Variables,
  defaultPath: string | undefined,
): readonly (Declaration | DeclarationFault)[] {
  return declaredPorts(variables).flatMap((port) => readPort(port, variables, defaultPath));
}

/**
 * The names of a list, separated by commas, in lower case, each as often as it stands there. Empty places (`calc,`) say
 * nothing; where there are only such, the text itself stands for a name, which it is not.
 */
export function namesIn(text: string): readonly string[] {
  const names = text.split(',').flatMap((one) => (one.trim() === '' ? [] : [lowerCase(one.trim())]));
  return names.length > 0 ? names : [text.trim()];
}

/** The variables of a list as ECS writes them. */
export function toVariables(
  pairs: readonly { readonly name?: string | undefined; readonly value?: string | undefined }[],
): Variables {
  return Object.fromEntries(pairs.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value ?? '']])));
}

/** The variables that count for a container: labels, then its definition's environment, then the task's overrides. */
export function effectiveVariables(labels: Variables, environment: Variables, overrides: Variables): Variables {
  return { ...labels, ...environment, ...overrides };
}

/** What one port declares, once for each of its names; what stands beside them counts for all. */
export function readPort(
  port: string,
  variables: Variables,
  defaultPath: string | undefined,
): readonly (Declaration | DeclarationFault)[] {
  const prefix = `SERVICE_${port}_`;
  const names: readonly SaidName[] = [
    ...saidNames(variables[`${prefix}NAME`]).map((name) => ({ name })),
    ...saidNames(variables[`${prefix}ADDRESS_NAME`]).map((name) => ({ name, byAddress: true })),
  ];
  const fault = (
    { name, ...form }: SaidName,
    reason: DeclarationFault['reason'],
    detail: string,
  ): DeclarationFault => ({
    name: printable(name, MAX_DECLARATION),
    ...form,
    reason,
    detail: printable(detail, MAX_DETAIL),
  });
  if (portIn(port) !== 'port') {
    return names.map((said) => {
      const key = `SERVICE_${printable(port, 60)}_${said.byAddress ? 'ADDRESS_' : ''}NAME`;
      return fault(said, 'invalid-port', `${key}: got port ${quoted(port, 60)}, want 1–${MAX_SRV_FIELD}`);
    });
  }
  const field = (suffix: string) => ({ key: `${prefix}${suffix}`, text: variables[`${prefix}${suffix}`]?.trim() });
  return names.map((said) => {
    try {
      return { containerPort: Number(port), ...said, ...readFields(said.name, field, defaultPath) };
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      return fault(said, 'invalid-value', refused.message);
    }
  });
}

/** One name of a list, and of which list. */
type SaidName = Pick<Declaration, 'name' | 'byAddress'>;

const saidNames = (text = ''): readonly string[] => (text.trim() === '' ? [] : namesIn(text));

function readFields(
  name: string,
  field: FieldOf,
  defaultPath: string | undefined,
): Omit<Declaration, 'containerPort' | keyof SaidName> {
  const protocol = name.split('.').includes('_udp') ? 'udp' : 'tcp';
  const check = protocol === 'udp' ? undefined : readCheck(field, defaultPath);
  const grace = readGrace(field);
  const ttl = readWhole(field('TTL'), 0, MAX_TTL);
  return {
    protocol,
    priority: readWhole(field('PRIORITY'), 0, MAX_SRV_FIELD) ?? DEFAULT_PRIORITY,
    weight: readWhole(field('WEIGHT'), 0, MAX_SRV_FIELD) ?? DEFAULT_WEIGHT,
    ...(ttl !== undefined && { ttl }),
    ...(check && { check }),
    ...(grace !== undefined && { grace }),
    ...(readFlag(field('PUBLIC')) && { atPublic: true as const }),
    ignored: !NOT_IGNORED.has((field('IGNORE').text ?? '').toLowerCase()),
  };
}

/** What `SERVICE_<port>_IGNORE` says of a port that is published, in any case; whatever else it says leaves it out. */
const NOT_IGNORED: ReadonlySet<string> = new Set(['', 'false', '0']);
