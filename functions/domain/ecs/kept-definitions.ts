import type { TaskDefinition } from './task.ts';

/** Definitions kept of one cluster: more than a cluster has services (ECS quota). */
export const MAX_DEFINITIONS = 5_000;
/** Characters that they may take together, as JSON: so many are read by a run that one event starts. */
export const MAX_DEFINITION_TEXT = 4_000_000;

/** What may be kept of one cluster. */
interface Room {
  readonly count: number;
  readonly text: number;
}
const ROOM: Room = { count: MAX_DEFINITIONS, text: MAX_DEFINITION_TEXT };

/**
 * Adds definitions to those that are kept: those that were used last stand last, and where there is no room for all the
 * first ones go.
 *
 * @returns undefined where all of them are kept already
 */
export function mergeDefinitions(
  kept: readonly TaskDefinition[] = [],
  used: readonly TaskDefinition[] = [],
  room: Room = ROOM,
): readonly TaskDefinition[] | undefined {
  const there = new Set(kept.map(({ arn }) => arn));
  if (used.every(({ arn }) => there.has(arn))) return undefined;
  const now = new Map(used.map((one) => [one.arn, one]));
  const all = [...kept.filter(({ arn }) => !now.has(arn)), ...now.values()].reverse();
  let text = 0;
  const beyond = all.findIndex((one, index) => {
    text += JSON.stringify(one).length;
    return index >= room.count || text > room.text;
  });
  return (beyond === -1 ? all : all.slice(0, beyond)).reverse();
}
