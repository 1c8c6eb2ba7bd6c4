import { systemClock } from '../../../test/stand-ins/clock.ts';
import { TaskError } from '../../../test/stand-ins/step-functions/faults.ts';
import type { FunctionSpec } from '../template/deployment.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { startWarmth, type Warmth } from './warmth.ts';

export interface LambdasOptions {
  readonly functions: readonly FunctionSpec[];
  /** URL of the module with that entry's handler. */
  readonly moduleOf: (entry: string) => string;
  /** What Lambda itself adds to every function's environment, the endpoint of AWS among it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Most sandboxes of one function; more invocations at a time wait. At least 1. */
  readonly concurrency: number;
  /** How many sandboxes of all functions stay idle, and for how many milliseconds; without it all of them, for good. */
  readonly keepWarm?: {
    readonly atMost: number;
    readonly forMs: number;
    /** Entries of functions that keep one each besides, since they count on what they remember between invocations. */
    readonly besides?: readonly string[];
  };
  readonly log: (functionName: string, text: string) => void;
  /** Takes an event that an asynchronous invocation gave up, with its last error. */
  readonly onFailure: (queueArn: string, body: string, functionArn: string) => void;
}

/** The functions of a deployment, each in threads of its own. */
export interface Lambdas {
  /** Waits for the result. @throws TaskError as Step Functions would see it */
  invoke(functionArn: string, payload: unknown): Promise<unknown>;
  /** Takes the event and returns; retried and given up as the function's settings say. @throws Error for an unknown one */
  send(functionArn: string, payload: unknown): void;
  /** Cold-starts one sandbox of each function. */
  warmUp(): void;
  close(): Promise<void>;
}

/** Lambda tries an asynchronous event again after one minute, then after two (its developer guide, "Error handling"). */
const RETRY_AFTER_MS = [60_000, 120_000];

/** Thrown for an ARN that no function has; EventBridge knows the name and gives the event up. */
export class UnknownFunctionError extends Error {
  override readonly name = 'ResourceNotFoundException';
}

export function startLambdas(options: LambdasOptions): Lambdas {
  const { keepWarm } = options;
  const shared = startWarmth<Sandbox>(keepWarm);
  const own = new Map(
    (keepWarm?.besides ?? []).map((entry) => [entry, startWarmth<Sandbox>(keepWarm && { ...keepWarm, atMost: 1 })]),
  );
  const pools = new Map(
    options.functions.map((spec) => [spec.arn, sandboxPool(spec, options, own.get(spec.entry) ?? shared)]),
  );
  const closing = new AbortController();
  const poolOf = (arn: string): Pool => {
    const pool = pools.get(arn);
    if (pool) return pool;
    throw new UnknownFunctionError(`Function not found: ${arn}`);
  };

  const deliver = async ({ invoke, spec }: Pool, payload: unknown): Promise<void> => {
    const { retries, maxAgeSeconds, onFailure } = spec.asynchronous;
    const oldest = Date.now() + maxAgeSeconds * 1_000;
    for (let attempt = 0; !closing.signal.aborted; attempt += 1) {
      try {
        await invoke(payload);
        return;
      } catch (error) {
        const delay = RETRY_AFTER_MS[attempt] ?? 0;
        if (attempt >= retries || Date.now() + delay > oldest) {
          if (onFailure !== undefined)
            options.onFailure(onFailure, failureRecord(spec, payload, { error, attempts: attempt + 1 }), spec.arn);
          return;
        }
        await systemClock.sleep(delay, closing.signal);
      }
    }
  };

  return {
    invoke: (arn, payload) => poolOf(arn).invoke(payload),
    send: (arn, payload) => void deliver(poolOf(arn), payload),
    warmUp: () => {
      for (const { warmUp } of pools.values()) warmUp();
    },
    close: async () => {
      closing.abort();
      for (const warmth of [shared, ...own.values()]) warmth.close();
      await Promise.all([...pools.values()].map(({ close }) => close()));
    },
  };
}

interface Pool {
  readonly spec: FunctionSpec;
  invoke(payload: unknown): Promise<unknown>;
  warmUp(): void;
  close(): Promise<void>;
}

/** A sandbox serves one invocation at a time; another one starts while all are busy. */
function sandboxPool(
  spec: FunctionSpec,
  { moduleOf, environment, concurrency, log }: LambdasOptions,
  warmth: Warmth<Sandbox>,
): Pool {
  const idle: Sandbox[] = [];
  const all = new Set<Sandbox>();
  const waiting: PromiseWithResolvers<Sandbox>[] = [];
  let closed = false;
  const start = (): Sandbox => {
    const sandbox = startSandbox({
      entry: moduleOf(spec.entry),
      functionArn: spec.arn,
      environment: { ...spec.environment, ...environment, ...ownVariables(spec) },
      timeoutSeconds: spec.timeoutSeconds,
      memoryMiB: spec.memoryMiB,
      log: (text) => log(spec.name, text),
    });
    all.add(sandbox);
    return sandbox;
  };
  const take = async (): Promise<Sandbox> => {
    if (closed) throw closedError(spec);
    const free = idle.pop();
    if (free) warmth.busy(free);
    if (free?.alive) return free;
    if (free) all.delete(free);
    if (all.size < concurrency) return start();
    const turn = Promise.withResolvers<Sandbox>();
    waiting.push(turn);
    return turn.promise;
  };
  const giveBack = (sandbox: Sandbox): void => {
    if (!sandbox.alive) all.delete(sandbox);
    const next = waiting.shift();
    const usable = sandbox.alive ? sandbox : next && start();
    if (!usable) return;
    if (next) next.resolve(usable);
    else rest(usable);
  };
  const rest = (sandbox: Sandbox): void => {
    idle.push(sandbox);
    warmth.idle(sandbox, () => {
      idle.splice(idle.indexOf(sandbox), 1);
      all.delete(sandbox);
      void sandbox.close();
    });
  };

  return {
    spec,
    async invoke(payload) {
      const sandbox = await take();
      try {
        return await sandbox.invoke(payload);
      } finally {
        giveBack(sandbox);
      }
    },
    warmUp: () => {
      if (all.size === 0) rest(start());
    },
    close: async () => {
      closed = true;
      for (const turn of waiting.splice(0)) turn.reject(closedError(spec));
      await Promise.all([...all].map((sandbox) => sandbox.close()));
    },
  };
}

const closedError = ({ name }: FunctionSpec): TaskError =>
  new TaskError('Lambda.ServiceException', `${name} is not run any more`);

/** Variables that the Lambda runtime sets ("Defined runtime environment variables" of its developer guide). */
const ownVariables = ({ name, memoryMiB }: FunctionSpec): Readonly<Record<string, string>> => ({
  // The function's own credentials: the name tells which role signs.
  AWS_ACCESS_KEY_ID: name,
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
});

/** The record that Lambda sends to a destination on failure ("Capturing records of asynchronous invocations"). */
function failureRecord(
  { arn }: FunctionSpec,
  payload: unknown,
  { error, attempts }: { readonly error: unknown; readonly attempts: number },
): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: { functionArn: `${arn}:$LATEST`, condition: 'RetriesExhausted', approximateInvokeCount: attempts },
    requestPayload: payload,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorMessage: error instanceof Error ? error.message : String(error) },
  });
}
