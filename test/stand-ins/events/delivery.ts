import type { Target } from '@aws-sdk/client-eventbridge';
import type { Clock } from '../clock.ts';
import type { Json } from '../step-functions/json.ts';
import { type RuleVariables, targetInput } from './target-input.ts';

/** Calls a target's service; throwing means that the target did not take the event. */
export type InvokeTarget = (
  targetArn: string,
  input: unknown,
  delivery: { readonly ruleName: string; readonly ruleArn: string },
) => Promise<unknown>;

/** Puts what could not be delivered into a queue, with SQS message attributes. */
export type DeadLetter = (queueArn: string, body: string, attributes: DeadLetterAttributes) => void;

export type DeadLetterAttributes = Readonly<
  Record<string, { readonly DataType: string; readonly StringValue: string }>
>;

/** How an event fared at one target. */
export interface Delivery {
  readonly eventId: string;
  readonly ruleName: string;
  readonly targetArn: string;
  readonly attempts: number;
  /** `lost` by a fault that was asked for; `dropped` after all attempts, where no dead-letter queue is set. */
  readonly result: 'delivered' | 'lost' | 'dead-lettered' | 'dropped' | 'stopped';
}

export interface Surroundings {
  readonly clock: Clock;
  readonly random: () => number;
  readonly invoke: InvokeTarget;
  readonly deadLetter: DeadLetter | undefined;
  readonly stopped: AbortSignal;
}

interface Attempt {
  readonly target: Target;
  readonly event: Json;
  readonly eventId: string;
  readonly rule: RuleVariables;
}

/** Retries and seconds that a target gets without a policy of its own (user guide, eb-rule-retry-policy.html). */
const DEFAULT_ATTEMPTS = 185;
const DEFAULT_AGE_SECONDS = 86_400;

/** The service says only "exponential backoff and jitter": these are ours. */
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 900_000;

/** Errors after which trying again is of no use, with the code that the dead-letter message carries. */
const FINAL_ERRORS: Readonly<Record<string, string>> = {
  AccessDeniedException: 'NO_PERMISSIONS',
  AccessDenied: 'NO_PERMISSIONS',
  ResourceNotFoundException: 'NO_RESOURCE',
  StateMachineDoesNotExist: 'NO_RESOURCE',
  QueueDoesNotExist: 'NO_RESOURCE',
};

/** Brings one event to one target: at once, again after failures, to the dead-letter queue in the end. */
export async function deliver(attempt: Attempt, around: Surroundings): Promise<Omit<Delivery, 'ruleName'>> {
  const { target, event, eventId, rule } = attempt;
  const { clock, invoke, random, stopped } = around;
  const { MaximumRetryAttempts = DEFAULT_ATTEMPTS, MaximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } =
    target.RetryPolicy ?? {};
  const targetArn = target.Arn ?? '';
  const oldest = clock.now() + MaximumEventAgeInSeconds * 1_000;
  for (let attempts = 1; ; attempts += 1) {
    if (stopped.aborted) return { eventId, targetArn, attempts: attempts - 1, result: 'stopped' };
    try {
      await invoke(targetArn, targetInput(target, event, rule), {
        ruleName: rule.ruleName,
        ruleArn: rule.ruleArn,
      });
      return { eventId, targetArn, attempts, result: 'delivered' };
    } catch (error) {
      const delay = random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempts - 1));
      const exhausted = exhaustion(error, {
        retries: attempts > MaximumRetryAttempts,
        age: clock.now() + delay > oldest,
      });
      if (exhausted) {
        const result = giveUp(attempt, { error, exhausted, retries: attempts - 1 }, around);
        return { eventId, targetArn, attempts, result };
      }
      await clock.sleep(delay, stopped);
    }
  }
}

interface Exhaustion {
  readonly code: string;
  readonly condition: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | undefined;
}

function exhaustion(
  error: unknown,
  over: { readonly retries: boolean; readonly age: boolean },
): Exhaustion | undefined {
  const final = FINAL_ERRORS[error instanceof Error ? error.name : ''];
  if (final) return { code: final, condition: undefined };
  if (over.retries) return { code: 'SDK_CLIENT_ERROR', condition: 'MaximumRetryAttempts' };
  return over.age ? { code: 'SDK_CLIENT_ERROR', condition: 'MaximumEventAgeInSeconds' } : undefined;
}

/** The attributes are those of "Using dead-letter queues to process undelivered events" of the user guide. */
function giveUp(
  { target, event, rule }: Attempt,
  failure: { readonly error: unknown; readonly exhausted: Exhaustion; readonly retries: number },
  { deadLetter }: Surroundings,
): 'dead-lettered' | 'dropped' {
  const queueArn = target.DeadLetterConfig?.Arn;
  if (queueArn === undefined || !deadLetter) return 'dropped';
  const { error, exhausted, retries } = failure;
  const attributes = {
    RULE_ARN: rule.ruleArn,
    TARGET_ARN: target.Arn,
    ERROR_CODE: exhausted.code,
    ERROR_MESSAGE: error instanceof Error ? error.message || error.name : String(error),
    EXHAUSTED_RETRY_CONDITION: exhausted.condition,
  };
  const texts = Object.entries(attributes).flatMap(([name, StringValue]) =>
    StringValue === undefined ? [] : [[name, { DataType: 'String', StringValue }] as const],
  );
  deadLetter(queueArn, JSON.stringify(event), {
    ...Object.fromEntries(texts),
    RETRY_ATTEMPTS: { DataType: 'Number', StringValue: String(retries) },
  });
  return 'dead-lettered';
}
