import type { Change } from '@aws-sdk/client-route-53';
import { ServiceFault } from '../service.ts';
import { type TokenBucket, tokenBucket } from '../token-bucket.ts';
import { ACTION_BUCKETS, CHANGE_BUCKET, REQUEST_BUCKET } from './limits.ts';

/** Takes a call's tokens from all buckets it touches, or from none. */
export type Throttle = (action: string, changeTokens?: number) => void;

/**
 * The token buckets of one account: requests of the account, requests of the action, changes (developer guide,
 * throttling-api-requests.html).
 *
 * @returns a function that throws ServiceFault `Throttling` when a bucket is too low
 */
export function throttle(now: () => number): Throttle {
  const account = tokenBucket(REQUEST_BUCKET, now);
  const changes = tokenBucket(CHANGE_BUCKET, now);
  const actions = new Map<string, TokenBucket>();
  return (action, changeTokens = 0) => {
    const own = actions.get(action) ?? tokenBucket(ACTION_BUCKETS[action] ?? REQUEST_BUCKET, now);
    actions.set(action, own);
    if (!account.has(1) || !own.has(1) || !changes.has(changeTokens)) {
      throw new ServiceFault('Throttling', 'Rate exceeded');
    }
    account.take(1);
    own.take(1);
    changes.take(changeTokens);
  };
}

/** What a batch costs: counted per record set, not per value. */
export function changeTokens(changes: readonly Change[]): number {
  return changes.reduce((tokens, { Action: action }) => tokens + (action === 'UPSERT' ? 2 : 1), 0);
}
