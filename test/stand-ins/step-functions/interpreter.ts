import { holds, instant } from './choice.ts';
import type {
  ChoiceState,
  FailState,
  MapState,
  ParallelState,
  PassState,
  State,
  States,
  TaskState,
  WaitState,
  WorkingState,
} from './definition.ts';
import { asPayload, matchesError, type Payload, runtimeFault, StateFault } from './faults.ts';
import { type Cursor, type History, WHOLE } from './history.ts';
import { isArray, type Json, type JsonObject, type Scope } from './json.ts';
import { putAt } from './path.ts';
import { Retries } from './retry.ts';
import { Stopped, stopIfAborted, together, unlessStopped } from './stopping.ts';
import { runTask, type TaskRunner } from './task.ts';
import { evaluate, fillTemplate, valueAt } from './template.ts';

/** Concurrent iterations of an inline Map; more are not run at once whatever `MaxConcurrency` says (aws-facts 3.3). */
export const MAX_CONCURRENT_ITERATIONS = 40;

/** One line of the execution: the machine itself, an iteration of a Map or a branch of a Parallel. */
export interface Branch {
  readonly cursor: Cursor;
  readonly signal: AbortSignal;
}

/** One stay in a state, its retries included. */
interface Visit<S extends State = State> {
  readonly name: string;
  readonly state: S;
  /** The raw input, before `InputPath`. */
  readonly input: Payload;
  readonly branch: Branch;
  readonly enteredTime: string;
  readonly retryCount: number;
}

/** What a state hands on: its output, and the next state unless it is the last. */
interface Exit {
  readonly output: Payload;
  readonly next: string | undefined;
}

export interface Surroundings extends TaskRunner {
  readonly random: () => number;
  readonly history: History;
  /** `Execution` and `StateMachine` of the context object. */
  readonly context: JsonObject;
}

/** Walks through states; knows nothing of how an execution starts and ends. */
export class Interpreter {
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /**
   * Runs from `StartAt` to an end.
   *
   * @throws StateFault of the state that failed without being caught
   * @throws Stopped when the branch's signal aborted
   */
  async run(states: States, input: Payload, branch: Branch): Promise<Payload> {
    const { history, clock } = this.#around;
    let [name, payload]: [string, Payload] = [states.StartAt, input];
    for (;;) {
      const state = states.States[name];
      if (!state) throw runtimeFault(`there is no state '${name}'`);
      stopIfAborted(branch.signal);
      history.record(branch.cursor, `${state.Type}StateEntered`, {
        stateEnteredEventDetails: { name, input: payload.text, inputDetails: WHOLE },
      });
      const enteredTime = new Date(clock.now()).toISOString();
      const visit = { name, state, input: payload, branch, enteredTime, retryCount: 0 };
      if (state.Type === 'Fail') throw this.#failure({ ...visit, state });

      const { output, next } = await this.#leave(visit);
      history.record(branch.cursor, `${state.Type}StateExited`, {
        stateExitedEventDetails: { name, output: output.text, outputDetails: WHOLE },
      });
      if (next === undefined) return output;
      [name, payload] = [next, output];
    }
  }

  async #leave(visit: Visit): Promise<Exit> {
    if (isA(visit, 'Choice')) return this.#choose(visit);
    if (isA(visit, 'Pass')) return { output: this.#pass(visit), next: visit.state.Next };
    if (isA(visit, 'Succeed')) return { output: this.#straight(visit), next: undefined };
    try {
      if (isA(visit, 'Wait')) {
        await this.#wait(visit);
        return { output: this.#straight(visit), next: visit.state.Next };
      }
      if (isWorking(visit)) return await this.#work(visit);
    } catch (thrown) {
      const { Type } = visit.state;
      if (thrown instanceof Stopped && (Type === 'Wait' || Type === 'Task' || Type === 'Map' || Type === 'Parallel')) {
        this.#around.history.recordStopped(visit.branch.cursor, `${Type}StateAborted`);
      }
      throw thrown;
    }
    throw runtimeFault(`state '${visit.name}' has type ${visit.state.Type}, which is not known`);
  }

  #failure(visit: Visit<FailState>): StateFault {
    const { Error: error, ErrorPath, Cause, CausePath } = visit.state;
    const scope = this.#scope(visit, visit.input.value);
    const read = (literal: string | undefined, field: string, path: string | undefined): string | undefined => {
      if (path === undefined) return literal;
      const value = evaluate(path, { field, scope, random: this.#around.random });
      return typeof value === 'string' ? value : raise(`The ${field} '${path}' must point to a string.`);
    };
    try {
      return new StateFault(read(error, 'ErrorPath', ErrorPath) ?? '', read(Cause, 'CausePath', CausePath));
    } catch (fault) {
      if (fault instanceof StateFault) return fault;
      throw fault;
    }
  }

  #choose(visit: Visit<ChoiceState>): Exit {
    const scope = this.#scope(visit, this.#effectiveInput(visit));
    const { Choices, Default } = visit.state;
    const next = Choices.find((rule) => holds(rule, scope))?.Next ?? Default;
    if (next === undefined) throw new StateFault('States.NoChoiceMatched', `no rule of state '${visit.name}' holds`);
    return { output: this.#straight(visit), next };
  }

  #pass(visit: Visit<PassState>): Payload {
    const { Parameters, Result, ResultPath } = visit.state;
    const input = this.#effectiveInput(visit);
    const filled = Parameters === undefined ? input : this.#fill(Parameters, this.#scope(visit, input));
    return this.#outputOf(visit, placed(ResultPath, visit.input.value, Result === undefined ? filled : Result));
  }

  async #wait(visit: Visit<WaitState>): Promise<void> {
    const { Seconds, SecondsPath, Timestamp, TimestampPath } = visit.state;
    const scope = this.#scope(visit, this.#effectiveInput(visit));
    const seconds = SecondsPath === undefined ? Seconds : valueAt(SecondsPath, 'SecondsPath', scope);
    if (seconds !== undefined) {
      if (typeof seconds !== 'number' || seconds < 0) raise('The SecondsPath must point to a number of seconds.');
      return this.#pause(Number(seconds) * 1_000, visit.branch.signal);
    }
    const stamp = TimestampPath === undefined ? Timestamp : valueAt(TimestampPath, 'TimestampPath', scope);
    const until = instant(stamp ?? null) ?? raise('The TimestampPath must point to an RFC 3339 timestamp.');
    return this.#pause(until - this.#around.clock.now(), visit.branch.signal);
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (ms > 0) await unlessStopped(this.#around.clock.sleep(ms, signal), signal);
    stopIfAborted(signal);
  }

  /** Attempts, retries, and hands over to a catcher where one names the error. */
  async #work(first: Visit<WorkingState>): Promise<Exit> {
    const { state, branch, input, name } = first;
    const retries = new Retries(state, this.#around.random);
    for (let visit = first; ; visit = { ...visit, retryCount: retries.count }) {
      try {
        return { output: await this.#attempt(visit), next: state.Next };
      } catch (fault) {
        if (!(fault instanceof StateFault)) throw fault;
        const delay = retries.next(fault.error);
        if (delay !== undefined) {
          await this.#pause(delay, branch.signal);
          continue;
        }
        const catcher = state.Catch?.find(({ ErrorEquals }) => matchesError(ErrorEquals, fault.error));
        if (!catcher) throw fault;
        const caught = { Error: fault.error, ...(fault.detail === undefined ? {} : { Cause: fault.detail }) };
        const output = placed(catcher.ResultPath, input.value, caught);
        return { output: asPayload(output, `the output of state '${name}'`), next: catcher.Next };
      }
    }
  }

  async #attempt(visit: Visit<WorkingState>): Promise<Payload> {
    const input = this.#effectiveInput(visit);
    const { ResultSelector, ResultPath } = visit.state;
    const result = await this.#result(visit, input);
    const selected =
      ResultSelector === undefined
        ? result
        : this.#fill(ResultSelector, { ...this.#scope(visit, input), input: result });
    return this.#outputOf(visit, placed(ResultPath, visit.input.value, selected));
  }

  #result(visit: Visit<WorkingState>, input: Json): Promise<Json> {
    if (isA(visit, 'Map')) return this.#map(visit, input);
    const scope = this.#scope(visit, input);
    const { Parameters } = visit.state;
    const filled = Parameters === undefined ? input : this.#fill(Parameters, scope);
    const payload = asPayload(filled, `the input of state '${visit.name}'`);
    if (isA(visit, 'Parallel')) return this.#parallel(visit, payload);
    return this.#task(visit as Visit<TaskState>, payload, scope);
  }

  #task({ name, state, branch }: Visit<TaskState>, payload: Payload, scope: Scope): Promise<Json> {
    const { Resource, TimeoutSeconds, TimeoutSecondsPath } = state;
    const timeout =
      TimeoutSecondsPath === undefined ? TimeoutSeconds : valueAt(TimeoutSecondsPath, 'TimeoutSecondsPath', scope);
    if (timeout !== undefined && (typeof timeout !== 'number' || timeout <= 0)) {
      raise('The TimeoutSecondsPath must point to a positive number of seconds.');
    }
    return runTask(
      {
        stateName: name,
        resource: Resource,
        payload,
        timeoutSeconds: typeof timeout === 'number' ? timeout : undefined,
      },
      branch,
      this.#around,
    );
  }

  async #map(visit: Visit<MapState>, input: Json): Promise<Json> {
    const { ItemsPath = '$', ItemSelector, ItemProcessor, MaxConcurrency, MaxConcurrencyPath } = visit.state;
    const scope = this.#scope(visit, input);
    const items = valueAt(ItemsPath, 'ItemsPath', scope);
    if (!isArray(items)) return raise(`Reference path "${ItemsPath}" must point to array.`);
    const wanted =
      MaxConcurrencyPath === undefined ? MaxConcurrency : valueAt(MaxConcurrencyPath, 'MaxConcurrencyPath', scope);
    const limit = Math.min(Number(wanted) || MAX_CONCURRENT_ITERATIONS, MAX_CONCURRENT_ITERATIONS);

    const iterate = async (index: number, branch: Branch): Promise<Payload> => {
      const Item = { Index: index, Value: items[index] ?? null };
      const context = { ...this.#contextOf(visit), Map: { Item } };
      const selected = ItemSelector === undefined ? Item.Value : this.#fill(ItemSelector, { input, context });
      return this.run(ItemProcessor, asPayload(selected, `the input of an iteration of '${visit.name}'`), branch);
    };
    return this.#fanOut(visit, { kind: 'Map', count: items.length, limit }, iterate);
  }

  #parallel(visit: Visit<ParallelState>, input: Payload): Promise<Json> {
    const { Branches } = visit.state;
    return this.#fanOut(visit, { kind: 'Parallel', count: Branches.length, limit: Branches.length }, (index, branch) =>
      this.run(Branches[index] ?? raise(`there is no branch ${index}`), input, branch),
    );
  }

  /** Runs iterations or branches side by side; one that fails fails the state and stops the rest. */
  async #fanOut(
    { name, branch }: Visit,
    { kind, count, limit }: { readonly kind: 'Map' | 'Parallel'; readonly count: number; readonly limit: number },
    run: (index: number, branch: Branch) => Promise<Payload>,
  ): Promise<Json> {
    const { history } = this.#around;
    const length = kind === 'Map' ? { mapStateStartedEventDetails: { length: count } } : {};
    history.record(branch.cursor, `${kind}StateStarted`, length);
    const start = branch.cursor.last;
    try {
      const outputs = await together({ count, limit, signal: branch.signal }, async (index, signal) => {
        const inner = { cursor: { last: start }, signal };
        const output = kind === 'Map' ? await this.#iteration({ name, index }, inner, run) : await run(index, inner);
        branch.cursor.last = inner.cursor.last;
        return output.value;
      });
      history.record(branch.cursor, `${kind}StateSucceeded`);
      return outputs;
    } catch (fault) {
      if (fault instanceof StateFault) history.recordStopped(branch.cursor, `${kind}StateFailed`);
      throw fault;
    }
  }

  async #iteration(
    details: { readonly name: string; readonly index: number },
    branch: Branch,
    run: (index: number, branch: Branch) => Promise<Payload>,
  ): Promise<Payload> {
    const { history } = this.#around;
    history.record(branch.cursor, 'MapIterationStarted', { mapIterationStartedEventDetails: details });
    try {
      const output = await run(details.index, branch);
      history.record(branch.cursor, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: details });
      return output;
    } catch (fault) {
      if (fault instanceof Stopped) {
        history.recordStopped(branch.cursor, 'MapIterationAborted', { mapIterationAbortedEventDetails: details });
      } else {
        history.recordStopped(branch.cursor, 'MapIterationFailed', { mapIterationFailedEventDetails: details });
      }
      throw fault;
    }
  }

  #contextOf({ name, enteredTime, retryCount }: Visit): JsonObject {
    return { ...this.#around.context, State: { EnteredTime: enteredTime, Name: name, RetryCount: retryCount } };
  }

  #scope(visit: Visit, input: Json): Scope {
    return { input, context: this.#contextOf(visit) };
  }

  #fill(template: Json, scope: Scope): Json {
    return fillTemplate(template, scope, this.#around.random);
  }

  #effectiveInput(visit: Visit<Exclude<State, FailState>>): Json {
    return this.#at(visit.state.InputPath, 'InputPath', this.#scope(visit, visit.input.value));
  }

  /** What a state gives that only looks at its input: `InputPath`, then `OutputPath`. */
  #straight(visit: Visit<Exclude<State, FailState>>): Payload {
    return this.#outputOf(visit, this.#effectiveInput(visit));
  }

  #outputOf(visit: Visit<Exclude<State, FailState>>, value: Json): Payload {
    const output = this.#at(visit.state.OutputPath, 'OutputPath', this.#scope(visit, value));
    return asPayload(output, `the output of state '${visit.name}'`);
  }

  #at(path: string | null | undefined, field: string, scope: Scope): Json {
    if (path === null) return {};
    return path === undefined ? scope.input : valueAt(path, field, scope);
  }
}

function isA<T extends State['Type']>(visit: Visit, type: T): visit is Visit<Extract<State, { readonly Type: T }>> {
  return visit.state.Type === type;
}

function isWorking(visit: Visit): visit is Visit<WorkingState> {
  return isA(visit, 'Task') || isA(visit, 'Map') || isA(visit, 'Parallel');
}

function placed(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === null) return input;
  const output = path === undefined ? result : putAt(path, input, result);
  if (output !== undefined) return output;
  throw new StateFault(
    'States.ResultPathMatchFailure',
    `Unable to apply ResultPath '${path}' to input '${JSON.stringify(input)}'`,
  );
}

function raise(detail: string): never {
  throw runtimeFault(detail);
}
