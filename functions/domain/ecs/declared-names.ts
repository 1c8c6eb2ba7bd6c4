import { nameFault } from '../dns/name.ts';
import { isReserved, type Naming, ownerNameOf } from '../dns/naming.ts';
import { effectiveVariables, readDeclarations } from './declaration.ts';
import type { EnvironmentOverride, TaskDefinition } from './task.ts';

/** The owner names that a task declares in whatever container, those that cannot be used left out; sorted, each once. */
export function declaredNames(
  { containers }: TaskDefinition,
  overrides: readonly EnvironmentOverride[],
  naming: Naming,
): readonly string[] {
  const names = containers.flatMap(({ name, labels, environment }) => {
    const own = overrides.find(({ container }) => container === name)?.environment ?? {};
    return readDeclarations(effectiveVariables(labels, environment, own), undefined).flatMap((declaration) =>
      nameFault(declaration.name, naming.zone) === undefined ? [ownerNameOf(declaration.name, naming)] : [],
    );
  });
  return [...new Set(names)].filter((name) => !isReserved(name, naming)).sort();
}
