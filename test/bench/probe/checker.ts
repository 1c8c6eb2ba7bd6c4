import type { Context } from 'aws-lambda';
import type { Target } from '../../../functions/domain/health/probe-packing.ts';
import { handler } from '../../../functions/steps/check-health.ts';

// A process that is one environment of the health checker's function: loads targets first, then checks them on demand.

export type CheckerMessage = { readonly load: readonly Target[] } | { readonly check: true };

export interface Checked {
  readonly passing: number;
  readonly failing: number;
  readonly unprobed: number;
  /** Megabytes of this process at most, from its start (Lambda's "Max Memory Used"). */
  readonly peak: number;
}

/** As Lambda gives it, as far as the step's wrapper reads it. */
const context = {
  functionName: 'check-health',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:check-health',
  memoryLimitInMB: '256',
  awsRequestId: 'bench',
  logGroupName: 'bench',
  logStreamName: 'bench',
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => 160_000,
} as Context;

let targets: readonly Target[] = [];

process.on('message', (message: CheckerMessage) => {
  if ('load' in message) {
    targets = message.load;
    process.send?.({});
  } else {
    void check().then((checked) => process.send?.(checked));
  }
});
process.on('disconnect', () => process.exit());

async function check(): Promise<Checked> {
  const { verdicts } = (await handler({ targets }, context)) as { verdicts: readonly { readonly state: string }[] };
  const count = (state: string) => verdicts.filter((verdict) => verdict.state === state).length;
  return {
    passing: count('passing'),
    failing: count('failing'),
    unprobed: count('unprobed'),
    peak: process.resourceUsage().maxRSS / 1_024,
  };
}
