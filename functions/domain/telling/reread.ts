import type { Naming } from '../dns/ownership.ts';
import type { Claim } from '../ecs/claim.ts';
import { declarationsOf } from '../ecs/declared.ts';
import type { TaskDefinition } from '../ecs/task.ts';
import type { Reading } from '../reading/reading.ts';
import { MAX_DETAIL, printable, quoted } from '../words/text.ts';

/** A declaration that was left out as ignored then, and is read otherwise now. */
export interface Reread {
  readonly name: string;
  readonly task: string;
  readonly container: string;
  readonly port: number;
  /** Which definition says so, and what it says: `shop:7 has SERVICE_8080_IGNORE "false"`. */
  readonly because: string;
}

type Ignored = Claim & { readonly containerPort: number };

/**
 * Claims that a version has left out which took any text in `SERVICE_<port>_IGNORE` for yes. A later one says in the detail
 * what it has read.
 */
export const ignoredByAnyText = ({ judged }: Pick<Reading, 'judged'>): readonly Ignored[] =>
  judged.flatMap(({ claim }) => {
    const { leftOut, containerPort } = claim;
    const isSuch = leftOut?.reason === 'ignored' && leftOut.detail === undefined;
    return isSuch && containerPort !== undefined ? [{ ...claim, containerPort }] : [];
  });

/**
 * Those of them that this version would not leave out: a definition declares the same name at the same port of the same
 * container, with a text that means no. Which revision a task has run is not kept, nor its overrides; so each is shown
 * with the definition that speaks for it.
 */
export function rereadIgnored(
  ignored: readonly Ignored[],
  definitions: readonly TaskDefinition[],
  naming: Naming,
): readonly Reread[] {
  const said = definitions.flatMap((definition) =>
    declarationsOf(definition, [], { naming }).flatMap(({ container, name, declaration, fault }) => {
      if (!declaration || fault || declaration.ignored) return [];
      const variable = `SERVICE_${declaration.containerPort}_IGNORE`;
      const text = { ...container.labels, ...container.environment }[variable]?.trim() ?? '';
      if (text === '') return [];
      const revision = definition.arn.slice(definition.arn.lastIndexOf('/') + 1);
      const because = printable(`${revision} has ${variable} ${quoted(text)}`, MAX_DETAIL);
      return [[placeOf(container.name, declaration.containerPort, name), because] as const];
    }),
  );
  // The last definitions are those that were used last.
  const because = new Map(said);
  return ignored.flatMap(({ name, task, container, containerPort: port }) => {
    const found = because.get(placeOf(container, port, name));
    return found === undefined ? [] : [{ name, task, container, port, because: found }];
  });
}

const placeOf = (container: string, port: number, name: string) => `${container} ${port} ${name}`;
