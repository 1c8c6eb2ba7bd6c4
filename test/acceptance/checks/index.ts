import type { Check } from '../check.ts';
import { alarmOnSums, checkerRights, metricNames, quietAlarms, timeoutName } from './account.ts';
import { destroy, remove } from './ending.ts';
import { names, propagation, soa } from './names.ts';
import { hookRetries, revisionIds, shift, shiftBack } from './shifting.ts';
import { missingObject, receiptHandle } from './store.ts';
import { burst, stopEvents, unknownInstance } from './tasks.ts';
import { update } from './updating.ts';
import { badValues, exactDelete, priorRequest } from './zone.ts';

/** In the order in which they are asked: what disturbs comes late, what ends it last. */
export const CHECKS: readonly Check[] = [
  names,
  soa,
  missingObject,
  checkerRights,
  timeoutName,
  unknownInstance,
  exactDelete,
  badValues,
  priorRequest,
  propagation,
  receiptHandle,
  stopEvents,
  burst,
  revisionIds,
  shift,
  shiftBack,
  hookRetries,
  metricNames,
  alarmOnSums,
  update,
  quietAlarms,
];

/** Asked when everything else has been, or when there is nothing more to ask. */
export const ENDING: readonly Check[] = [remove, destroy];
