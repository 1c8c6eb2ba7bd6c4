import type { Stage } from './stages.ts';

/** What ECS gives a lifecycle hook (lambda-lifecycle-hooks). */
export interface HookPayload {
  readonly executionId: string;
  readonly lifecycleStage: Stage;
  /** ARN of the service deployment. */
  readonly resourceArn: string;
  readonly executionDetails: {
    readonly serviceArn: string;
    readonly targetServiceRevisionArn: string;
    /** In percent, by the revision's ARN; empty at stages that move nothing. */
    readonly testTrafficWeights: Readonly<Record<string, number>>;
    readonly productionTrafficWeights: Readonly<Record<string, number>>;
  };
  /** As the service has them. */
  readonly hookDetails?: unknown;
}

/** Calls a hook's function by its ARN, as the hook's role; what it throws fails the hook. */
export type InvokeHook = (functionArn: string, payload: HookPayload, role: { readonly roleArn: string }) => unknown;

export interface HookAnswer {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'IN_PROGRESS';
  /** Until it is called again, seconds. */
  readonly callBackDelay: number;
}

/** Seconds, where the answer says nothing (lambda-lifecycle-hooks). */
const USUAL_DELAY = 30;

/** A bad answer is as FAILED. */
export function readAnswer(answer: unknown): HookAnswer {
  const { hookStatus, callBackDelay = USUAL_DELAY } = isRecord(answer) ? answer : {};
  const isKnown = hookStatus === 'SUCCEEDED' || hookStatus === 'IN_PROGRESS';
  if (!isKnown || typeof callBackDelay !== 'number' || !(callBackDelay >= 0)) {
    return { status: 'FAILED', callBackDelay: USUAL_DELAY };
  }
  return { status: hookStatus, callBackDelay };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
