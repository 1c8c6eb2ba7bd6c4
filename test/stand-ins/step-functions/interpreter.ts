import { holds, instant } from './choice.ts';
import { DataFlow, placed } from './data-flow.ts';
import type {
  ChoiceState,
  FailState,
  MapState,
  ParallelState,
  PassState,
  States,
  TaskState,
  WaitState,
  WorkingState,
} from './definition.ts';
import { fanOut } from './fan-out.ts';
import { asPayload, matchesError, type Payload, runtimeFault, StateFault } from './faults.ts';
import { type History, WHOLE } from './history.ts';
import { isArray, type Json, type JsonObject, type Scope } from './json.ts';
import { Retries } from './retry.ts';
import { Stopped, stopIfAborted, unlessStopped } from './stopping.ts';
import { runTask, type TaskRunner } from './task.ts';
import { evaluate, valueAt } from './template.ts';
import { type Branch, isA, type Visit } from './visit.ts';

/** Concurrent iterations of an inline Map, whatever `MaxConcurrency` says (developer guide, state-map-inline.html). */
export const MAX_CONCURRENT_ITERATIONS = 40;

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
  /** Until a state begins after the one before it. */
  readonly transitionMs: number;
}

/** Walks through states; knows nothing of how an execution starts and ends. */
export class Interpreter {
  readonly #around: Surroundings;
  readonly #flow: DataFlow;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#flow = new DataFlow(around.context, around.random);
  }

  /**
   * Runs from `StartAt` to an end.
   *
   * @throws StateFault of the state that failed without being caught
   * @throws Stopped when the branch's signal aborted
   */
  async run(states: States, input: Payload, branch: Branch): Promise<Payload> {
    const { history, clock, transitionMs } = this.#around;
    let [name, payload]: [string, Payload] = [states.StartAt, input];
    for (;;) {
      const state = states.States[name];
      if (!state) throw runtimeFault(`there is no state '${name}'`);
      if (transitionMs > 0) await this.#pause(transitionMs, branch.signal);
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
    if (isA(visit, 'Succeed')) return { output: this.#flow.passedOn(visit), next: undefined };
    try {
      if (isA(visit, 'Wait')) {
        await this.#wait(visit);
        return { output: this.#flow.passedOn(visit), next: visit.state.Next };
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
    const scope = this.#flow.scope(visit, visit.input.value);
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
    const scope = this.#flow.scope(visit, this.#flow.effectiveInput(visit));
    const { Choices, Default } = visit.state;
    const next = Choices.find((rule) => holds(rule, scope))?.Next ?? Default;
    if (next === undefined) throw new StateFault('States.NoChoiceMatched', `no rule of state '${visit.name}' holds`);
    return { output: this.#flow.passedOn(visit), next };
  }

  #pass(visit: Visit<PassState>): Payload {
    const { Parameters, Result, ResultPath } = visit.state;
    const input = this.#flow.effectiveInput(visit);
    const filled = Parameters === undefined ? input : this.#flow.fill(Parameters, this.#flow.scope(visit, input));
    return this.#flow.outputWith(visit, ResultPath, Result === undefined ? filled : Result);
  }

  async #wait(visit: Visit<WaitState>): Promise<void> {
    const { Seconds, SecondsPath, Timestamp, TimestampPath } = visit.state;
    const scope = this.#flow.scope(visit, this.#flow.effectiveInput(visit));
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
      const begun = branch.cursor.last;
      try {
        return { output: await this.#attempt(visit), next: state.Next };
      } catch (fault) {
        if (!(fault instanceof StateFault)) throw fault;
        const delay = retries.next(fault.error);
        if (delay !== undefined) {
          await this.#pause(delay, branch.signal);
          continue;
        }
        // Once, after the last attempt; not where the state failed before its iterations or branches began.
        if ((state.Type === 'Map' || state.Type === 'Parallel') && branch.cursor.last !== begun) {
          this.#around.history.recordStopped(branch.cursor, `${state.Type}StateFailed`);
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
    const input = this.#flow.effectiveInput(visit);
    const { ResultSelector, ResultPath } = visit.state;
    const result = await this.#result(visit, input);
    const selected =
      ResultSelector === undefined
        ? result
        : this.#flow.fill(ResultSelector, { ...this.#flow.scope(visit, input), input: result });
    return this.#flow.outputWith(visit, ResultPath, selected);
  }

  #result(visit: Visit<WorkingState>, input: Json): Promise<Json> {
    if (isA(visit, 'Map')) return this.#map(visit, input);
    const scope = this.#flow.scope(visit, input);
    const { Parameters } = visit.state;
    const filled = Parameters === undefined ? input : this.#flow.fill(Parameters, scope);
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
    const scope = this.#flow.scope(visit, input);
    const items = valueAt(ItemsPath, 'ItemsPath', scope);
    if (!isArray(items)) return raise(`Reference path "${ItemsPath}" must point to array.`);
    const wanted =
      MaxConcurrencyPath === undefined ? MaxConcurrency : valueAt(MaxConcurrencyPath, 'MaxConcurrencyPath', scope);
    const limit = Math.min(Number(wanted) || MAX_CONCURRENT_ITERATIONS, MAX_CONCURRENT_ITERATIONS);

    const iterate = async (index: number, branch: Branch): Promise<Payload> => {
      const Item = { Index: index, Value: items[index] ?? null };
      const selected =
        ItemSelector === undefined
          ? Item.Value
          : this.#flow.fill(ItemSelector, this.#flow.itemScope(visit, input, Item));
      return this.run(ItemProcessor, asPayload(selected, `the input of an iteration of '${visit.name}'`), branch);
    };
    return fanOut(visit, { kind: 'Map', count: items.length, limit }, this.#around.history, iterate);
  }

  #parallel(visit: Visit<ParallelState>, input: Payload): Promise<Json> {
    const { Branches } = visit.state;
    const count = Branches.length;
    return fanOut(visit, { kind: 'Parallel', count, limit: count }, this.#around.history, (index, branch) =>
      this.run(Branches[index] ?? raise(`there is no branch ${index}`), input, branch),
    );
  }
}

function isWorking(visit: Visit): visit is Visit<WorkingState> {
  return isA(visit, 'Task') || isA(visit, 'Map') || isA(visit, 'Parallel');
}

function raise(detail: string): never {
  throw runtimeFault(detail);
}
