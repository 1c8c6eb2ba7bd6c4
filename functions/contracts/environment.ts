import { normalizeName } from '../domain/dns/name.ts';
import type { Naming } from '../domain/dns/ownership.ts';
import { InvalidConfigurationError } from '../domain/words/errors.ts';
import type { Kind } from './setting-kinds.ts';
import { type Environment, ROWS, refusal, type VariableName, WIRED } from './settings.ts';

export type { Environment, VariableName } from './settings.ts';

interface Variable {
  readonly kind: Kind<unknown>;
  /** Empty where the setting is left out. */
  readonly orEmpty: boolean;
  /** Not written at all where a deployment has nothing of it. */
  readonly orAbsent?: boolean;
}

const VARIABLES = new Map<string, Variable>([
  ...ROWS.flatMap(([, { variable, kind, inEnvironment, otherwise }]) =>
    variable === undefined
      ? []
      : [[variable, { kind: inEnvironment ?? kind, orEmpty: otherwise !== undefined }] as const],
  ),
  ...Object.entries(WIRED).map(
    ([name, kind]) => [name, { kind, orEmpty: false, orAbsent: name === 'SHIFT_HOOK' }] as const,
  ),
]);

/**
 * Reads and checks the variables that one function needs, once, when it is loaded. None has a default here: the template
 * writes every one.
 *
 * @throws InvalidConfigurationError that names each variable, what was given and what is allowed
 */
export function readEnvironment<N extends VariableName>(
  source: Readonly<Record<string, string | undefined>>,
  ...names: readonly N[]
): Environment<N> {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const given = source[name];
    const variable = VARIABLES.get(name);
    if (!variable || (given === '' && variable.orEmpty) || (given === undefined && variable.orAbsent)) continue;
    const value = given === undefined ? undefined : variable.kind.parse(given);
    if (variable.kind.allows(value)) values[name] = value;
    else faults.push(refusal(name, given, { want: `${variable.kind.want}${variable.orEmpty ? ', or nothing' : ''}` }));
  }
  if (faults.length > 0) throw new InvalidConfigurationError(`invalid environment: ${faults.join(' | ')}`);
  return values as Environment<N>;
}

export const namingOf = (environment: Environment<'ZONE_NAME' | 'OWNER_LABEL'>): Naming => ({
  zone: normalizeName(environment.ZONE_NAME),
  owner: environment.OWNER_LABEL,
});
