import type { BatchResultErrorEntry, DeleteMessageBatchResult } from '@aws-sdk/client-sqs';
import { ThrottledError, UnavailableError } from '../domain/words/errors.ts';
import { calling, isThrottle, messageOf } from './aws/faults.ts';
import { chunks, pool } from './aws/pool.ts';

/** Entries in one batch call, messages in one answer (SQS API model). */
export const SQS_BATCH = 10;
const CONCURRENT_BATCHES = 5;
/** How often an entry is sent that SQS could not do for reasons of its own; between two, a pause in milliseconds. */
const TRIES = 3;
const PAUSE = 100;

/** A batch call, with the index of each entry as its id; every entry is in one of the lists of the answer. */
type Send = (
  entries: { readonly Id: string; readonly ReceiptHandle: string }[],
) => Promise<Pick<DeleteMessageBatchResult, 'Successful' | 'Failed'>>;

/**
 * Calls SQS for all messages, ten at a time, and goes on with the others when some fail: a message that nobody deletes
 * or releases stays hidden for as long as the visibility timeout.
 *
 * An expired receipt counts as done: its message is visible, or somebody else's, by now.
 *
 * @throws ThrottledError when some are left and SQS said "slow down", UnavailableError when it did not answer or failed by
 *   itself, else Error with SQS's reason
 */
export async function inBatches(call: string, receipts: readonly string[], send: Send): Promise<void> {
  const left: Undone[] = [];
  let open = receipts;
  for (let tries = 1; open.length > 0; tries += 1) {
    if (tries > 1) await new Promise((resume) => setTimeout(resume, PAUSE));
    const batches = await pool(chunks(open, SQS_BATCH), CONCURRENT_BATCHES, (handles) => sendOne(call, handles, send));
    const undone = batches.flat();
    const again = tries < TRIES ? undone.filter((one) => one.again) : [];
    left.push(...undone.filter((one) => !again.includes(one)));
    open = again.map(({ receipt }) => receipt);
  }
  if (left.length === 0) return;
  const worst = left.find(({ kind }) => kind === ThrottledError) ?? left.find(({ kind }) => kind !== Error) ?? left[0];
  const Kind = worst?.kind ?? Error;
  throw new Kind(`${call} left ${left.length} of ${receipts.length} messages undone (${worst?.why})`);
}

type Kind = typeof ThrottledError | typeof UnavailableError | typeof Error;

/** A message for which a call was not done; `again` when that was not the caller's fault and the call as such was answered. */
interface Undone {
  readonly receipt: string;
  readonly why: string;
  readonly kind: Kind;
  readonly again: boolean;
}

async function sendOne(call: string, receipts: readonly string[], send: Send): Promise<readonly Undone[]> {
  try {
    const entries = receipts.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    const { Successful = [], Failed = [] } = await calling(call, () => send(entries));
    const done = new Set(Successful.map(({ Id }) => Id));
    const failed = new Map(Failed.map((entry) => [entry.Id, entry]));
    return entries.flatMap(({ Id, ReceiptHandle }) => (done.has(Id) ? [] : failureOf(ReceiptHandle, failed.get(Id))));
  } catch (fault) {
    // The SDK has retried the call as such.
    const kind = [ThrottledError, UnavailableError].find((one) => fault instanceof one) ?? Error;
    return receipts.map((receipt) => ({ receipt, why: messageOf(fault), kind, again: false }));
  }
}

function failureOf(receipt: string, entry: BatchResultErrorEntry | undefined): readonly Undone[] {
  if (!entry) return [{ receipt, why: 'SQS said nothing of it', kind: Error, again: true }];
  const { Code = '', Message = '', SenderFault = false } = entry;
  const code = Code.split('.').at(-1) ?? ''; // also `AWS.SimpleQueueService.MessageNotInflight`
  if (isExpired(code, Message)) return [];
  const kind = isThrottle(code) ? ThrottledError : SenderFault ? Error : UnavailableError;
  return [{ receipt, why: `${code}: ${Message}`, kind, again: kind !== Error }];
}

function isExpired(code: string, message: string): boolean {
  if (code === 'ReceiptHandleIsInvalid' || code === 'MessageNotInflight') return true;
  return code === 'InvalidParameterValue' && /receipt ?handle/i.test(message);
}
