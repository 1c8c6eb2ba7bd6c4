import { MessageSystemAttributeName, QueueAttributeName } from '@aws-sdk/client-sqs';
import { ServiceFault } from '../service.ts';

/** Bytes of a message with its attributes, and of all messages of a batch (SendMessage and SendMessageBatch of the API reference). */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** Seconds for which a message may stay invisible after it was received (ChangeMessageVisibility of the API reference). */
export const MAX_VISIBILITY_SECONDS = 43_200;

/** What happens to a message that was received too often without being deleted. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** A queue's settings; seconds and bytes. */
export interface Settings {
  readonly VisibilityTimeout: number;
  readonly DelaySeconds: number;
  readonly MessageRetentionPeriod: number;
  readonly MaximumMessageSize: number;
  readonly ReceiveMessageWaitTimeSeconds: number;
  readonly redrive: RedrivePolicy | undefined;
  /** Kept and given back, without effect here: encryption that asks nobody for a permission. */
  readonly inert: Readonly<Record<string, string>>;
}

interface Range {
  readonly least: number;
  readonly most: number;
  readonly usual: number;
}

/** SetQueueAttributes of the API reference. */
const RANGES = {
  VisibilityTimeout: { least: 0, most: MAX_VISIBILITY_SECONDS, usual: 30 },
  DelaySeconds: { least: 0, most: 900, usual: 0 },
  MessageRetentionPeriod: { least: 60, most: 1_209_600, usual: 345_600 },
  MaximumMessageSize: { least: 1_024, most: MAX_MESSAGE_BYTES, usual: MAX_MESSAGE_BYTES },
  ReceiveMessageWaitTimeSeconds: { least: 0, most: 20, usual: 0 },
} as const satisfies Readonly<Record<string, Range>>;

type Numeric = keyof typeof RANGES;

const INERT = ['SqsManagedSseEnabled'];
/** Would say who may do what, which is asked elsewhere here, or nowhere. */
const UNSERVED = ['Policy', 'RedriveAllowPolicy', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'FifoQueue'];

export type AttributeInput = Partial<Record<QueueAttributeName, string>>;

export const DEFAULTS: Settings = {
  VisibilityTimeout: RANGES.VisibilityTimeout.usual,
  DelaySeconds: RANGES.DelaySeconds.usual,
  MessageRetentionPeriod: RANGES.MessageRetentionPeriod.usual,
  MaximumMessageSize: RANGES.MaximumMessageSize.usual,
  ReceiveMessageWaitTimeSeconds: RANGES.ReceiveMessageWaitTimeSeconds.usual,
  redrive: undefined,
  inert: {},
};

/**
 * Settings with what CreateQueue or SetQueueAttributes gave.
 *
 * @throws ServiceFault InvalidAttributeName, InvalidAttributeValue, UnsupportedOperation for what is not served here
 */
export function withAttributes(settings: Settings, input: AttributeInput): Settings {
  let changed = settings;
  for (const [name, value] of Object.entries(input)) {
    if (isNumeric(name)) changed = { ...changed, [name]: numberOf(name, value) };
    else if (name === 'RedrivePolicy') changed = { ...changed, redrive: redriveOf(value) };
    else if (INERT.includes(name)) changed = { ...changed, inert: { ...changed.inert, [name]: value } };
    else if (UNSERVED.includes(name)) {
      throw new ServiceFault('UnsupportedOperation', `the attribute ${name} of a queue is not served here`);
    } else throw new ServiceFault('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  return changed;
}

/** @throws ServiceFault InvalidAttributeName for what no queue has */
export function checkQueueAttributes(names: readonly string[]): void {
  checkNames(names, Object.values(QueueAttributeName));
}

/** @throws ServiceFault InvalidAttributeName for what no message has */
export function checkSystemAttributes(names: readonly string[]): void {
  checkNames(names, Object.values(MessageSystemAttributeName));
}

function checkNames(names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ServiceFault('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
}

/** The settings as GetQueueAttributes gives them. */
export function settingsAsAttributes({ redrive, inert, ...numbers }: Settings): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])),
    ...(redrive && { RedrivePolicy: JSON.stringify(redrive) }),
    ...inert,
  };
}

/** @throws ServiceFault InvalidParameterValue outside the bounds */
export function checkRange(name: string, value: number | undefined, { least, most, usual }: Range): number {
  if (value === undefined) return usual;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ServiceFault(
    'InvalidParameterValue',
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  );
}

function isNumeric(name: string): name is Numeric {
  return Object.hasOwn(RANGES, name);
}

function numberOf(name: Numeric, text: string): number {
  const { least, most } = RANGES[name];
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new ServiceFault(
    'InvalidAttributeValue',
    `Invalid value for the parameter ${name}: ${text}, allowed are ${least} to ${most}.`,
  );
}

/** The text of a policy; empty takes the policy away. */
function redriveOf(text: string): RedrivePolicy | undefined {
  if (text === '') return undefined;
  const invalid = (why: string, cause?: unknown): ServiceFault =>
    new ServiceFault('InvalidParameterValue', `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${why}`, {
      cause,
    });
  let policy: { deadLetterTargetArn?: unknown; maxReceiveCount?: unknown };
  try {
    policy = JSON.parse(text);
  } catch (cause) {
    throw invalid('Redrive policy is not a valid JSON map.', cause);
  }
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  if (typeof deadLetterTargetArn !== 'string')
    throw invalid('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1_000)
    throw invalid('maxReceiveCount must be between 1 and 1000.');
  return { deadLetterTargetArn, maxReceiveCount: count };
}
