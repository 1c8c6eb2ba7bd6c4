import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { countCalls } from './call-metrics.ts';
import { callsSoFar, countingCalls } from './calls-made.ts';
import { logger, metrics } from './powertools.ts';
import { checkRelease } from './release.ts';

/**
 * Middy would answer for a call that takes too long, under a name that the state machine does not know, and the environment
 * would go on with the rest of it in the next call. Lambda ends both (`Sandbox.Timedout`).
 */
const LEFT_TO_LAMBDA = 0;

type Done = { readonly event: unknown; readonly output: unknown; readonly calls: number };
const returned = ({ output }: Done) => output;

interface How {
  readonly anyRelease?: boolean;
  readonly told?: ((done: Done) => unknown) | undefined;
}

/**
 * Wraps one step of the state machine: parse the input, run, check the output, log and count.
 *
 * In Lambda the work is built when the module is loaded, so that a bad deployment fails before its first event.
 *
 * @param build reads the environment and makes the adapters; what it gives is told when its time is over, in milliseconds
 *   since the epoch
 * @param anyRelease whether it serves runs of other releases, and what no run has called
 * @param told what is returned, by what was given, what came of it and the requests to AWS that it took
 */
export const step = <I extends z.ZodType, O extends z.ZodType>(
  contract: { readonly input: I; readonly output: O },
  build: () => (input: z.output<I>, time: { readonly until: number }) => Promise<z.input<O>>,
  { anyRelease = false, told = returned }: How = {},
) => {
  const own = anyRelease ? undefined : process.env.RELEASE;
  let work = process.env.AWS_LAMBDA_FUNCTION_NAME ? build() : undefined;
  const handle = async (event: unknown, context?: Partial<Context>) => {
    checkRelease(event, own);
    work ??= build();
    const run = work;
    const until = Date.now() + (context?.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY);
    return countingCalls(async () => {
      const output: unknown = await run(parsed(contract.input, event, 'input'), { until });
      return parsed(contract.output, told({ event, output, calls: callsSoFar() }), 'output');
    });
  };
  return middy(handle, { timeoutEarlyInMillis: LEFT_TO_LAMBDA })
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(counting);
};

/** Flushes what a step has counted; most count nothing, and an empty flush is a warning in every log. */
const flush = (failed: boolean) => {
  countCalls(failed);
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
};
const counting: MiddlewareObj = {
  after: () => flush(false),
  onError: ({ error }) => {
    // Without a cause it is our own pace that has no time left: AWS has refused nothing.
    if (error?.name === 'ThrottledError' && error.cause !== undefined) metrics.addMetric('CallsThrottled', 'Count', 1);
    flush(true);
  },
};

/** A payload of another shape ends under the name that the state machine and people know: PayloadError. */
function parsed<S extends z.ZodType>(schema: S, value: unknown, side: 'input' | 'output'): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const error = new Error(`the ${side} of this state has another shape: ${z.prettifyError(result.error)}`);
  error.name = 'PayloadError';
  throw error;
}
