import type { FailState, State } from './definition.ts';
import { asPayload, type Payload, StateFault } from './faults.ts';
import type { Json, JsonObject, Scope } from './json.ts';
import { putAt } from './path.ts';
import { fillTemplate, valueAt } from './template.ts';
import type { Visit } from './visit.ts';

type Flowing = Visit<Exclude<State, FailState>>;

/** What the fields of a state make of its data: `InputPath`, templates, `ResultPath`, `OutputPath`, the context object. */
export class DataFlow {
  readonly #context: JsonObject;
  readonly #random: () => number;

  /** @param context `Execution` and `StateMachine` of the context object */
  constructor(context: JsonObject, random: () => number) {
    this.#context = context;
    this.#random = random;
  }

  /** What paths see in this visit: `$` is the given input, `$$` the context object. */
  scope({ name, enteredTime, retryCount }: Visit, input: Json): Scope {
    const State = { EnteredTime: enteredTime, Name: name, RetryCount: retryCount };
    return { input, context: { ...this.#context, State } };
  }

  /** The same within the `ItemSelector` of a Map. */
  itemScope(visit: Visit, input: Json, Item: { readonly Index: number; readonly Value: Json }): Scope {
    const { context } = this.scope(visit, input);
    return { input, context: { ...(context as JsonObject), Map: { Item } } };
  }

  fill(template: Json, scope: Scope): Json {
    return fillTemplate(template, scope, this.#random);
  }

  /** The raw input at `InputPath`. */
  effectiveInput(visit: Flowing): Json {
    return at(visit.state.InputPath, 'InputPath', this.scope(visit, visit.input.value));
  }

  /** Of a state that only looks at its input. */
  passedOn(visit: Flowing): Payload {
    return this.output(visit, this.effectiveInput(visit));
  }

  /** The result at `ResultPath` in the raw input, of which `OutputPath` selects. */
  outputWith(visit: Flowing, resultPath: string | null | undefined, result: Json): Payload {
    return this.output(visit, placed(resultPath, visit.input.value, result));
  }

  output(visit: Flowing, value: Json): Payload {
    const output = at(visit.state.OutputPath, 'OutputPath', this.scope(visit, value));
    return asPayload(output, `the output of state '${visit.name}'`);
  }
}

function at(path: string | null | undefined, field: string, scope: Scope): Json {
  if (path === null) return {};
  return path === undefined ? scope.input : valueAt(path, field, scope);
}

/** @throws StateFault `States.ResultPathMatchFailure` */
export function placed(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === null) return input;
  const output = path === undefined ? result : putAt(path, input, result);
  if (output !== undefined) return output;
  throw new StateFault(
    'States.ResultPathMatchFailure',
    `Unable to apply ResultPath '${path}' to input '${JSON.stringify(input)}'`,
  );
}
