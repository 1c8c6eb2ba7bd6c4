import { parentPort, workerData } from 'node:worker_threads';
import type { InvocationRequest, LambdaError, SandboxData, SandboxReport } from './messages.ts';

/** Runs in a thread of its own as the Lambda runtime does in its sandbox: loads one handler, then invokes it when asked. */

type Handler = (event: unknown, context: object) => unknown;

const { entry, functionArn }: SandboxData = workerData;
const { AWS_LAMBDA_FUNCTION_NAME: functionName, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryLimitInMB } = process.env;

const TIDY_AFTER_MS = 200;
let rest: NodeJS.Timeout | undefined;

try {
  const handler = handlerOf(await import(entry));
  parentPort?.on('message', (request: InvocationRequest) => {
    clearTimeout(rest);
    void invoke(handler, request).then(report).finally(tidy);
  });
  report({ kind: 'ready' });
  tidy();
} catch (thrown) {
  report({ kind: 'unloadable', error: describe(thrown) });
}

/** What loading and an invocation have left is given back once nothing follows: a thread at rest collects nothing by itself. */
function tidy(): void {
  rest = setTimeout(
    () => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
    TIDY_AFTER_MS,
  ).unref();
}

function handlerOf(module: { readonly handler?: unknown }): Handler {
  if (typeof module.handler === 'function') return module.handler as Handler;
  const error = new Error(`${entry} is undefined or not exported`);
  error.name = 'Runtime.HandlerNotFound';
  throw error;
}

function report(message: SandboxReport): void {
  parentPort?.postMessage(message);
}

async function invoke(handler: Handler, { requestId, payload, deadline }: InvocationRequest): Promise<SandboxReport> {
  const context = {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB,
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    const result = await handler(JSON.parse(payload), context);
    return { kind: 'result', requestId, payload: JSON.stringify(result) ?? 'null' };
  } catch (thrown) {
    return { kind: 'error', requestId, error: describe(thrown) };
  }
}

/** As the Node.js runtime does: the name of an Error, the type of anything else. */
function describe(thrown: unknown): LambdaError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}
