import * as z from 'zod';
import { normalizeName } from '../domain/dns/name.ts';
import type { Naming } from '../domain/dns/naming.ts';
import { InvalidConfigurationError } from '../domain/words/errors.ts';

const number = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'want a plain number')
  .transform(Number);
const share = number.pipe(z.number().min(0).max(1));
const seconds = number.pipe(z.number().int().min(0));
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** Every environment variable of the functions; a function reads only those that it names. */
const VARIABLES = {
  HOSTED_ZONE_ID: z.string().regex(/^[A-Z0-9]{1,32}$/, 'want the id of a hosted zone, like Z0123456789ABCDEFGHIJ'),
  ZONE_NAME: z.string().min(1).max(254).transform(normalizeName),
  OWNER_LABEL: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'want one label of lower-case letters, digits and "-", at most 63'),
  DEPLOYMENT_ID: z.string().regex(/^[\w.:/-]{1,200}$/, 'want <account>/<region>/<deployment id>'),
  RUN_BUCKET: z.string().min(1),
  /** ARNs; empty: every cluster of the account and Region, listed anew on each run. */
  CLUSTERS: list
    .refine(
      (clusters) => clusters.every((cluster) => cluster.startsWith('arn:')),
      'want cluster ARNs, separated by commas',
    )
    .default([]),
  RECORD_TTL: seconds.pipe(z.number().max(86_400)).default(5),
  /** One record set of all instances of a name, or one for each (design, section 7). */
  ROUTING: z.enum(['simple', 'weighted', 'multivalue']).default('simple'),
  /** Seconds to which the zone's SOA is lowered; empty: it is left alone. */
  NEGATIVE_TTL: z
    .string()
    .regex(/^\d{0,5}$/, 'want whole seconds up to 86,400, or nothing')
    .default('')
    .transform((text) => (text === '' ? undefined : Number(text)))
    .pipe(z.number().max(86_400).optional()),
  HEALTH_CHECK: z.enum(['on', 'off']).default('on'),
  /** Path of the HTTP check of ports that declare none; empty: no check for them. */
  HEALTH_CHECK_PATH: z
    .string()
    .regex(/^(\/[\x21-\x7e]*)?$/, 'want a path that begins with "/", or nothing')
    .default(''),
  /** VPC of the health checker; instances in another one are not probed. Empty: everything is. */
  CHECKER_VPC: z.string().default(''),
  MAX_DELETE_SHARE: share.pipe(z.number().gt(0)).default(0.3),
  GUARD_MINIMUM: number.pipe(z.number().int().min(1)).default(10),
  MINIMUM_HEALTHY_SHARE: share.default(0.5),
  /** What becomes of the task of an instance that left as unhealthy. */
  ON_UNHEALTHY: z.enum(['deregister', 'deregister-and-stop']).default('deregister'),
  EVENT_QUEUE_URL: z.string().min(1),
  DEAD_LETTER_QUEUE_URL: z.string().min(1),
  STATE_MACHINE_ARN: z.string().startsWith('arn:'),
  /** Of what is deployed, see `runtime/release.ts`; empty: none. */
  RELEASE: z.string().default(''),
  /** Whole seconds in which events are gathered into one execution. */
  EVENT_WINDOW: seconds.pipe(z.number().min(1).max(60)).default(2),
} as const;

export type VariableName = keyof typeof VARIABLES;
export type Environment<N extends VariableName> = { readonly [K in N]: z.output<(typeof VARIABLES)[K]> };

/**
 * Reads and checks the variables that one function needs, once, when it is loaded.
 *
 * @throws InvalidConfigurationError that names each variable, what was given and what is allowed
 */
export function readEnvironment<N extends VariableName>(
  source: Readonly<Record<string, string | undefined>>,
  ...names: readonly N[]
): Environment<N> {
  const faults: string[] = [];
  const values: Partial<Record<VariableName, unknown>> = {};
  for (const name of names) {
    const parsed = VARIABLES[name].safeParse(source[name]);
    if (parsed.success) values[name] = parsed.data;
    else
      faults.push(
        `${name}: got ${JSON.stringify(source[name])}, ${parsed.error.issues.map(({ message }) => message).join('; ')}`,
      );
  }
  if (faults.length > 0) throw new InvalidConfigurationError(`invalid environment: ${faults.join(' | ')}`);
  return values as Environment<N>;
}

export const namingOf = (environment: Environment<'ZONE_NAME' | 'OWNER_LABEL'>): Naming => ({
  zone: environment.ZONE_NAME,
  owner: environment.OWNER_LABEL,
});
