import { setTimeout as sleep } from 'node:timers/promises';
import type { Payload } from '../../../functions/contracts/crossing.ts';
import type { CallContext, Operation, Service } from '../../stand-ins/service.ts';

/** One call of a service as the endpoint saw it; times in milliseconds since the epoch. */
export interface Call {
  /** Signing name, e.g. `ecs`. */
  readonly service: string;
  /** API action name. */
  readonly operation: string;
  /** Access key that signed it: the name of the function that called. */
  readonly caller: string;
  readonly from: number;
  readonly until: number;
}

/** One invocation of a function by a state, waiting for its turn included. */
export interface Invocation {
  /** Name of the function. */
  readonly caller: string;
  /** File of its handler without folder and extension: `read-trigger`. */
  readonly step: string;
  /** Absent for the steps of a batch of probes, which are not told. */
  readonly execution?: string;
  /** Which way through the states it belongs to, from 1. */
  readonly pass?: number;
  /** Where the names, hosts and tasks of that pass are; absent in full ones. */
  readonly scope?: Payload;
  readonly from: number;
  readonly until: number;
}

/** Milliseconds that a call takes on top of the work of the stand-in. */
export type Delay = (service: string, operation: string) => number;

/** The service with each call that reached it logged, answered or refused; refusals cost an account as much. */
export function logged(service: Service, log: (call: Call) => void, delayOf: Delay = () => 0): Service {
  const { signingName } = service;
  const watch =
    (operation: string, run: Operation): Operation =>
    async (input: never, context: CallContext) => {
      const from = Date.now();
      const caller = context.accessKeyId ?? '';
      try {
        const delay = delayOf(signingName, operation);
        if (delay > 0) await sleep(delay);
        const output = await run(input, context);
        log({ service: signingName, operation, caller, from, until: Date.now() });
        return output;
      } catch (fault) {
        log({ service: signingName, operation, caller, from, until: Date.now() });
        throw fault;
      }
    };
  const operations = Object.entries(service.operations).map(([name, run]) => [name, watch(name, run)] as const);
  return { signingName, operations: Object.fromEntries(operations) };
}

/**
 * The calls of each execution.
 *
 * Every function signs with an access key of its own, and has one sandbox, which serves its invocations one at a time in
 * the order in which they came: of those that are under way, a call belongs to the oldest. So the attribution is exact
 * although executions overlap. Calls outside any invocation (triggers, the bench itself) belong to none.
 */
export function callsByExecution(
  calls: readonly Call[],
  invocations: readonly Invocation[],
): ReadonlyMap<string, readonly OwnedCall[]> {
  const byCaller = Map.groupBy(
    invocations.toSorted((one, other) => one.from - other.from),
    ({ caller }) => caller,
  );
  const owned = calls.flatMap((call) => {
    const underWay = byCaller.get(call.caller)?.find(({ from, until }) => from <= call.from && call.from <= until);
    if (underWay?.execution === undefined) return [];
    return [{ ...call, execution: underWay.execution, step: underWay.step, pass: underWay.pass }];
  });
  return Map.groupBy(owned, ({ execution }) => execution);
}

/** A call with the invocation that made it. */
export interface OwnedCall extends Call {
  readonly execution: string;
  readonly step: string;
  readonly pass: number | undefined;
}

/** Milliseconds in which at least one of the calls was under way, between two moments. */
export function busyTime(
  calls: readonly Pick<Call, 'from' | 'until'>[],
  between: { readonly from: number; readonly until: number },
): number {
  let covered = between.from;
  let busy = 0;
  for (const { from, until } of calls.toSorted((one, other) => one.from - other.from)) {
    const begin = Math.max(from, covered);
    const end = Math.min(until, between.until);
    if (end <= begin) continue;
    busy += end - begin;
    covered = end;
  }
  return busy;
}
