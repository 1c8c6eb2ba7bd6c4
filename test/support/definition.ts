import { definition } from '../../infra/definition.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import {
  type Definition,
  readDefinition,
  type State,
  type States,
  type TaskState,
} from '../stand-ins/step-functions/definition.ts';

const FILE = definition().replace(/\$\{(\w+)FunctionArn\}/g, `arn:aws:lambda:${REGION}:${ACCOUNT}:function:$1`);

/** The deployed definition, with an ARN for each function and the release that its tasks hand on; by default none. */
export const definitionOf = (release = ''): Definition => readDefinition(FILE.replaceAll('${Release}', release));

/** Every state, those inside of Maps too, by its name; no name stands twice. */
export function everyState({ States }: States): ReadonlyMap<string, State> {
  return new Map(
    Object.entries(States).flatMap(([name, state]): (readonly [string, State])[] => [
      [name, state],
      ...(state.Type === 'Map' ? everyState(state.ItemProcessor) : []),
    ]),
  );
}

export function everyTask(definition: States): ReadonlyMap<string, TaskState> {
  return new Map(
    [...everyState(definition)].flatMap(([name, state]) => (state.Type === 'Task' ? [[name, state]] : [])),
  );
}

/** The definition with one state changed, wherever it stands. */
export function changedIn(definition: Definition, name: string, change: (state: State) => object): Definition {
  const within = ({ States, ...machine }: States): States => ({
    ...machine,
    States: Object.fromEntries(
      Object.entries(States).map(([key, state]) => [
        key,
        key === name
          ? (change(state) as State)
          : state.Type === 'Map'
            ? { ...state, ItemProcessor: within(state.ItemProcessor) }
            : state,
      ]),
    ),
  });
  return within(definition) as Definition;
}
