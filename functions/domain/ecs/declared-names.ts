import type { Naming } from '../dns/naming.ts';
import { declarationsOf } from './declared.ts';
import type { EnvironmentOverride, TaskDefinition } from './task.ts';

/**
 * The owner names that a task declares in whatever container, sorted, each once: where to look when something happens to
 * it. Declarations that cannot be used but say a name are among them, so that a run soon tells what is wrong with them.
 */
export function declaredNames(
  definition: TaskDefinition,
  overrides: readonly EnvironmentOverride[],
  naming: Naming,
): readonly string[] {
  const declared = declarationsOf(definition, overrides, { naming });
  return [...new Set(declared.flatMap(({ name, isName }) => (isName ? [name] : [])))].sort();
}

/** How many endpoints a task may have under these names: declarations that can be used, and are not ignored. */
export function declaredEndpoints(
  definition: TaskDefinition,
  overrides: readonly EnvironmentOverride[],
  naming: Naming,
): number {
  const declared = declarationsOf(definition, overrides, { naming });
  return declared.filter(({ isName, fault, declaration }) => isName && !fault && !declaration?.ignored).length;
}
