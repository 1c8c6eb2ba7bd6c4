import { setTimeout as sleep } from 'node:timers/promises';
import { normalizeName } from '../../../functions/domain/dns/name.ts';
import type { ZoneChange } from '../../stand-ins/route53.ts';
import { normalText } from '../../support/builders.ts';
import { busyTime, callsByExecution } from './call-log.ts';
import type { FleetTask } from './fleet.ts';
import type { Stage } from './stage.ts';

/** An event whose change is awaited; times in milliseconds since the epoch. */
export interface Awaited extends Pick<FleetTask, 'name' | 'value'> {
  readonly kind: 'start' | 'stop';
  /** When ECS sent the event. */
  readonly at: number;
}

export interface Sample extends Awaited {
  /** When Route 53 accepted the change; absent when it never did. */
  readonly acceptedAt?: number;
  /** Which execution sent it. */
  readonly execution?: string;
}

export interface Sampling {
  expect(awaited: Awaited): void;
  isAwaited(task: Pick<FleetTask, 'name' | 'value'>): boolean;
  /** Resolves when nothing is awaited any more, or the signal aborts. */
  settled(signal: AbortSignal): Promise<void>;
  /** All that was expected, answered or not. */
  end(): readonly Sample[];
}

/** Notes when each expected value comes into the zone, or leaves it. */
export function startSampling({ cloud }: Pick<Stage, 'cloud'>): Sampling {
  const samples: Sample[] = [];
  const open = new Map<string, Awaited>();
  const settle = (key: string, found: Pick<Sample, 'acceptedAt' | 'execution'>): void => {
    const awaited = open.get(key);
    if (!awaited) return;
    open.delete(key);
    samples.push({ ...awaited, ...found });
  };
  const stop = cloud.route53.onChange((change) => {
    const execution = /execution (\S+)/.exec(change.comment ?? '')?.[1];
    const found = { acceptedAt: change.at, ...(execution !== undefined && { execution }) };
    const { added, removed } = valuesOf(change);
    for (const value of added) settle(`start ${value}`, found);
    for (const value of removed) settle(`stop ${value}`, found);
  });
  return {
    expect: (awaited) => void open.set(keyOf(awaited), awaited),
    isAwaited: (task) => open.has(keyOf({ kind: 'start', ...task })),
    settled: async (signal) => {
      while (open.size > 0 && !signal.aborted) await sleep(50, undefined, { signal }).catch(() => {});
    },
    end: () => {
      stop();
      return [...samples, ...open.values()];
    },
  };
}

const keyOf = ({ kind, name, value }: Pick<Awaited, 'kind' | 'name' | 'value'>): string => `${kind} ${name} ${value}`;

/** SRV values with their names that a change batch brings and takes. */
function valuesOf({ changes }: ZoneChange): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  const side = (which: 'before' | 'after'): ReadonlySet<string> =>
    new Set(
      changes.flatMap(({ [which]: set }) =>
        set?.Type === 'SRV'
          ? (set.ResourceRecords ?? []).map(({ Value = '' }) => `${normalizeName(set.Name ?? '')} ${normalText(Value)}`)
          : [],
      ),
    );
  const [before, after] = [side('before'), side('after')];
  return {
    added: [...after].filter((value) => !before.has(value)),
    removed: [...before].filter((value) => !after.has(value)),
  };
}

/** Where the time of a sample went, in milliseconds. */
export interface Timeline {
  /** Event → trigger → queue → the end of the window and a second. */
  readonly window: number;
  /** What the steps take besides: Lambda, ECS, EC2, S3, SQS, probes, and Step Functions between them. */
  readonly steps: number;
  /** At least one call of the run to Route 53 is under way. */
  readonly route53: number;
  readonly total: number;
}

/** Of every sample whose change was accepted. */
export function timelines(
  samples: readonly Sample[],
  { calls, invocations }: Pick<Stage, 'calls' | 'invocations'>,
): readonly Timeline[] {
  const owned = callsByExecution(
    calls.filter(({ service }) => service === 'route53'),
    invocations,
  );
  return samples.flatMap(({ at, acceptedAt, execution = '' }) => {
    const first = invocations.find((one) => one.execution === execution);
    if (acceptedAt === undefined || !first) return [];
    // A run may see in a later round what has happened since it began.
    const begun = Math.max(first.from, at);
    const route53 = busyTime(owned.get(execution) ?? [], { from: begun, until: acceptedAt });
    return [{ window: begun - at, route53, steps: acceptedAt - begun - route53, total: acceptedAt - at }];
  });
}
