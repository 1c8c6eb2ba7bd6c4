import type { Delay } from './call-log.ts';

/** Milliseconds of a reading and of a changing call to Route 53: our assumption, no figure is published. */
export const ROUTE53_READ_MS = 50;
export const ROUTE53_CHANGE_MS = 200;

/**
 * Route 53's control plane is in one Region, far from most functions; the services beside them answer within the noise of
 * this machine. Without these delays waiting for Route 53 would look free.
 */
export const route53Delays: Delay = (service, operation) => {
  if (service !== 'route53') return 0;
  return operation.startsWith('Change') ? ROUTE53_CHANGE_MS : ROUTE53_READ_MS;
};
