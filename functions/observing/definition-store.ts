import type { DefinitionMemory, Definitions } from '../adapters/ecs-definitions.ts';
import { objectAt } from '../contracts/payloads.ts';
import { mergeDefinitions } from '../domain/ecs/kept-definitions.ts';
import { clusterKey } from './digest.ts';
import type { NotedObjects } from './noted-objects.ts';

export interface DefinitionPorts {
  readonly definitions: DefinitionMemory;
  /** Where definitions outlive functions; absent: nowhere. */
  readonly kept?: NotedObjects | undefined;
}

/**
 * The definitions of some tasks of a cluster: remembered, else kept in the run bucket, else asked of ECS and kept. Where
 * ECS gives out half-way, what it has given is kept first, so that the next try asks only for the rest.
 */
export async function definitionsIn(
  { definitions, kept }: DefinitionPorts,
  cluster: string,
  arns: readonly string[],
): Promise<Definitions> {
  const isOpen = (known: ReadonlyMap<string, unknown>) => arns.some((arn) => !known.has(arn));
  if (!kept || !isOpen(definitions.known(arns))) return definitions.describe(arns);
  const at = objectAt('definitions', clusterKey(cluster));
  const stored = (await kept.read(at)) ?? [];
  definitions.learn(stored);
  const there = new Set(stored.map(({ arn }) => arn));
  try {
    return await definitions.describe(arns);
  } finally {
    const known = [...definitions.known(arns).values()];
    if (known.some(({ arn }) => !there.has(arn))) await kept.revise(at, (before) => mergeDefinitions(before, known));
  }
}
