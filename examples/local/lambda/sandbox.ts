import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { TaskError } from '../../../test/stand-ins/step-functions/faults.ts';
import { delay } from '../../../test/stand-ins/timers.ts';
import { moduleUrl } from '../code/built.ts';
import type { InvocationRequest, LambdaError, SandboxData, SandboxReport } from './messages.ts';

export interface SandboxOptions extends SandboxData {
  /** The whole environment of the thread. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  /** Takes what the function prints. */
  readonly log: (text: string) => void;
}

/** One execution environment of a function: a thread with its module loaded, for one invocation at a time. */
export interface Sandbox {
  /** @throws TaskError with the error and cause that Step Functions would see */
  invoke(payload: unknown): Promise<unknown>;
  /** Whether it can be used again; a timeout or a crash ends it. */
  readonly alive: boolean;
  close(): Promise<void>;
}

/** Starts the thread at once; the first invocation waits until the module is loaded. */
export function startSandbox({
  entry,
  functionArn,
  environment,
  timeoutSeconds,
  memoryMiB,
  log,
}: SandboxOptions): Sandbox {
  const worker = new Worker(new URL(moduleUrl(new URL('./sandbox-worker.ts', import.meta.url))), {
    workerData: { entry, functionArn } satisfies SandboxData,
    env: { ...environment },
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMiB },
  });
  let alive = true;
  const pending = new Map<string, PromiseWithResolvers<unknown>>();
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {}); // whoever invokes hears of it

  const end = (error: TaskError): void => {
    alive = false;
    ready.reject(error);
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };
  worker.on('message', (report: SandboxReport) => {
    if (report.kind === 'ready') return ready.resolve();
    if (report.kind === 'unloadable') {
      end(functionError(report.error));
      return void worker.terminate();
    }
    const waiting = pending.get(report.requestId);
    pending.delete(report.requestId);
    if (report.kind === 'result') waiting?.resolve(JSON.parse(report.payload));
    else waiting?.reject(functionError(report.error));
  });
  worker.on('error', (error) => end(crash(error)));
  worker.on('exit', (code) => end(crash(new Error(`runtime exited with exit status ${code}`))));
  for (const stream of [worker.stdout, worker.stderr]) follow(stream, log);

  const attempt = async (requestId: string, payload: unknown): Promise<unknown> => {
    await ready.promise;
    const result = Promise.withResolvers<unknown>();
    pending.set(requestId, result);
    const deadline = Date.now() + timeoutSeconds * 1_000;
    const text = JSON.stringify(payload) ?? 'null';
    worker.postMessage({ requestId, payload: text, deadline } satisfies InvocationRequest);
    const cancel = delay(timeoutSeconds * 1_000, () => {
      end(timedOut(requestId, timeoutSeconds));
      void worker.terminate();
    });
    return result.promise.finally(cancel);
  };

  return {
    get alive() {
      return alive;
    },
    invoke: (payload) => attempt(randomUUID(), payload),
    close: async () => {
      await worker.terminate();
    },
  };
}

function follow(stream: Readable, log: (text: string) => void): void {
  stream.setEncoding('utf8').on('data', log);
}

const functionError = (error: LambdaError): TaskError => new TaskError(error.errorType, JSON.stringify(error));

/** Step Functions gives the errors of the service itself other names than the runtime does (Step Functions, error names). */
const crash = (error: Error): TaskError =>
  new TaskError(
    'Lambda.Unknown',
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${JSON.stringify({ errorMessage: error.message })}`,
  );

const timedOut = (requestId: string, seconds: number): TaskError =>
  new TaskError(
    'Sandbox.Timedout',
    JSON.stringify({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
    }),
  );
