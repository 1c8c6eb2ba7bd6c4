import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { definition } from '../../infra/definition.ts';
import { asBefore } from '../digests/renamings.ts';

interface State {
  readonly ItemProcessor?: Machine;
}
interface Machine {
  readonly States: Readonly<Record<string, State>>;
}

/** What was deployed before the house was rebuilt, and what is deployed now, in the words of before. */
const before: Machine = JSON.parse(readFileSync('test/fixtures/definition-before.asl.json', 'utf8'));
const now = asBefore(JSON.parse(definition())) as Machine;

/** Each state by its path (`ObserveClusters/CollectTasks`), and each machine by its path and a slash; of the states in it a machine has the names. */
function parts({ States, ...whole }: Machine, at = ''): readonly (readonly [string, unknown])[] {
  return [
    [`${at}/`, { ...whole, States: Object.keys(States).sort() }],
    ...Object.entries(States).flatMap(([name, { ItemProcessor, ...state }]) => [
      [`${at}/${name}`, state] as const,
      ...(ItemProcessor ? parts(ItemProcessor, `${at}/${name}`) : []),
    ]),
  ];
}

describe('the definition is the one of before, but for the order of keys and the renamings of test/digests', () => {
  const deployed = new Map(parts(now));

  it.each(parts(before))('%s', (path, part) => {
    expect(deployed.get(path)).toStrictEqual(part);
  });

  it('has no state besides', () => {
    expect([...deployed.keys()].sort()).toEqual(
      parts(before)
        .map(([path]) => path)
        .sort(),
    );
  });
});
