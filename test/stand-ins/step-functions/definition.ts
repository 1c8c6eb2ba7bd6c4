import { createRequire } from 'node:module';
import { readIntrinsic } from './intrinsics.ts';
import { isArray, isObject, type Json, type JsonObject } from './json.ts';
import { parsePath } from './path.ts';

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
}

/** `null` as a path: nothing (`{}` as input or output, the result thrown away). */
interface Common {
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Next?: string;
  readonly End?: boolean;
}

interface Working extends Common {
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends Working {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
}

export interface MapState extends Working {
  readonly Type: 'Map';
  readonly ItemsPath?: string;
  readonly ItemSelector?: Json;
  readonly ItemProcessor: States;
  readonly MaxConcurrency?: number;
  readonly MaxConcurrencyPath?: string;
}

export interface ParallelState extends Working {
  readonly Type: 'Parallel';
  readonly Branches: readonly States[];
}

export interface PassState extends Common {
  readonly Type: 'Pass';
  readonly Parameters?: Json;
  readonly Result?: Json;
  readonly ResultPath?: string | null;
}

export interface WaitState extends Common {
  readonly Type: 'Wait';
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

export type ChoiceRule = JsonObject & { readonly Next?: string };

export interface ChoiceState extends Common {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface SucceedState extends Common {
  readonly Type: 'Succeed';
}

export interface FailState {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

/** States that do work which can fail, be retried and be caught. */
export type WorkingState = TaskState | MapState | ParallelState;
export type State = WorkingState | PassState | WaitState | ChoiceState | SucceedState | FailState;

/** A machine, an iteration of a Map or a branch of a Parallel. */
export interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends States {
  readonly TimeoutSeconds?: number;
}

/** Not valid Amazon States Language, or valid but beyond what this interpreter runs; `message` says where. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
}

const COMMON = ['Type', 'Comment', 'QueryLanguage', 'InputPath', 'OutputPath'];
const ONWARD = ['Next', 'End'];
const WORKING = [...COMMON, ...ONWARD, 'Parameters', 'ResultSelector', 'ResultPath', 'Retry', 'Catch'];

/** Every field that has an effect here. Any other is refused: a field silently ignored would be a test that lies. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  machine: ['Comment', 'QueryLanguage', 'Version', 'TimeoutSeconds', 'StartAt', 'States'],
  iteration: ['Comment', 'ProcessorConfig', 'StartAt', 'States'],
  Task: [...WORKING, 'Resource', 'TimeoutSeconds', 'TimeoutSecondsPath'],
  Map: [...WORKING, 'ItemsPath', 'ItemSelector', 'ItemProcessor', 'MaxConcurrency', 'MaxConcurrencyPath'],
  Parallel: [...WORKING, 'Branches'],
  Pass: [...COMMON, ...ONWARD, 'Parameters', 'Result', 'ResultPath'],
  Wait: [...COMMON, ...ONWARD, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Choice: [...COMMON, 'Choices', 'Default'],
  Succeed: COMMON,
  Fail: ['Type', 'Comment', 'QueryLanguage', 'Error', 'ErrorPath', 'Cause', 'CausePath'],
};

/** Its package has no types; it also writes into what it is given. */
const validate: (definition: unknown) => { readonly isValid: boolean; errorsText(separator?: string): string } =
  createRequire(import.meta.url)('asl-validator');

/**
 * Reads a definition as CreateStateMachine takes it: the JSON text of a state machine in the JSONPath query language,
 * placeholders already filled, checked against the language's schema.
 *
 * @throws DefinitionError
 */
export function readDefinition(text: string): Definition {
  const known = valid.get(text);
  if (known) return known;
  const definition = parseDefinition(text);
  const { isValid, errorsText } = validate(structuredClone(definition));
  if (!isValid) throw new DefinitionError(errorsText('; '));
  valid.set(text, definition);
  return definition;
}

/** By text: the schema's check takes some tenths of a second, and a model creates the same machine thousands of times. */
const valid = new Map<string, Definition>();

/**
 * The same without the schema, whose check is slow: for definitions that are known to be valid.
 *
 * @throws DefinitionError for what is not JSON or has fields, modes or paths that this interpreter does not run
 */
export function parseDefinition(text: string): Definition {
  let definition: Json;
  try {
    definition = JSON.parse(text);
  } catch (cause) {
    throw new DefinitionError('the definition is not JSON', { cause });
  }
  if (!isObject(definition)) throw new DefinitionError('the definition is not a JSON object');
  refuseUnknown(definition, 'machine', 'the state machine');
  checkStates(definition);
  // What these types say is the schema's word, or the caller's.
  return definition as unknown as Definition;
}

function checkStates(holder: JsonObject): void {
  const states = isObject(holder.States) ? holder.States : {};
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state) || typeof state.Type !== 'string') throw new DefinitionError(`state '${name}' has no type`);
    refuseUnknown(state, state.Type, `state '${name}'`);
    checkPaths(state, `state '${name}'`);
    for (const inner of innerStates(state)) {
      refuseUnknown(inner, 'iteration', `the states inside '${name}'`);
      const mode = isObject(inner.ProcessorConfig) ? inner.ProcessorConfig.Mode : 'INLINE';
      if (mode !== 'INLINE') throw new DefinitionError(`state '${name}' has mode ${mode}, allowed is INLINE`);
      checkStates(inner);
    }
  }
}

/** Reads every path and intrinsic function once, so that none can turn out unreadable in the middle of a run. */
function checkPaths(holder: Json, where: string): void {
  if (isArray(holder)) for (const item of holder) checkPaths(item, where);
  if (!isObject(holder)) return;
  for (const [key, value] of Object.entries(holder)) {
    if (NOT_OUR_PATHS.has(key)) continue;
    const isPath = key.endsWith('.$') || key.endsWith('Path') || key === 'Variable';
    if (!isPath || typeof value !== 'string') {
      checkPaths(value, where);
      continue;
    }
    try {
      if (value.startsWith('$')) parsePath(value);
      else readIntrinsic(value);
    } catch (cause) {
      throw new DefinitionError(`${where} has ${key} '${value}': ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    }
  }
}

/** A literal, and states that are checked under their own names. */
const NOT_OUR_PATHS = new Set(['Result', 'ItemProcessor', 'Branches']);

function innerStates(state: JsonObject): readonly JsonObject[] {
  const inner = isArray(state.Branches) ? state.Branches : [state.ItemProcessor];
  return inner.filter(isObject);
}

function refuseUnknown(holder: JsonObject, kind: string, where: string): void {
  const allowed = FIELDS[kind] ?? [];
  const language = holder.QueryLanguage ?? 'JSONPath';
  if (language !== 'JSONPath')
    throw new DefinitionError(`${where} has query language ${language}, allowed is JSONPath`);
  for (const field of Object.keys(holder)) {
    if (!allowed.includes(field)) {
      throw new DefinitionError(`${where} has field ${field}, allowed are ${allowed.join(', ')}`);
    }
  }
}
