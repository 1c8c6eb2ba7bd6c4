import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Route53StandIn } from '../../../test/stand-ins/route53.ts';
import type { LocalZone } from '../cloud/zone.ts';
import { moduleUrl } from '../code/built.ts';
import type { DnsThreadData, DnsThreadOrder, DnsThreadReport } from './messages.ts';

export interface DnsOptions {
  /** UDP and TCP port; 0 takes one that is free on both. */
  readonly port: number;
  readonly route53: Pick<Route53StandIn, 'recordSets' | 'onChange'>;
  readonly zone: LocalZone;
}

export interface Dns {
  readonly port: number;
  /** Resolves when both sockets are closed and the thread is gone; a second call waits for the first. */
  close(): Promise<void>;
}

/**
 * Serves a zone in a thread of its own, which has each change of it as soon as Route 53 has: tasks that start, the functions
 * and the rest of this process keep no query waiting.
 *
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function startDns({ port, route53, zone }: DnsOptions): Promise<Dns> {
  const recordSets = () => route53.recordSets(zone.id);
  const worker = new Worker(new URL(moduleUrl(new URL('./dns-thread.ts', import.meta.url))), {
    workerData: { port, zone: zone.name, recordSets: recordSets() } satisfies DnsThreadData,
    env: {},
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  const tell = (order: DnsThreadOrder): void => worker.postMessage(order);
  const unsubscribe = route53.onChange(() => tell({ kind: 'zone', recordSets: recordSets() }));
  const ended = once(worker, 'exit');

  const [report]: DnsThreadReport[] = await once(worker, 'message');
  if (report?.kind !== 'listening') {
    unsubscribe();
    await worker.terminate();
    throw Object.assign(new Error(report?.message), { code: report?.code });
  }
  const close = async (): Promise<void> => {
    unsubscribe();
    tell({ kind: 'close' });
    await ended;
  };
  let closing: Promise<void> | undefined;
  return { port: report.port, close: () => (closing ??= close()) };
}
