import { parentPort, workerData } from 'node:worker_threads';
import { startDnsServer } from '../../../test/stand-ins/dns-server.ts';
import type { DnsThreadData, DnsThreadOrder, DnsThreadReport } from './messages.ts';

/** The DNS server in a thread of its own: it answers whatever the rest is busy with. */

const { port, zone, recordSets }: DnsThreadData = workerData;
let current = recordSets;

const report = (message: DnsThreadReport): void => parentPort?.postMessage(message);

try {
  const zones = [{ name: zone, recordSets: () => current }];
  const server = await startDnsServer({ port, zones: () => zones });
  parentPort?.on('message', (order: DnsThreadOrder) => {
    if (order.kind === 'zone') current = order.recordSets;
    else void server.close().then(() => parentPort?.close());
  });
  report({ kind: 'listening', port: server.port });
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  report({ kind: 'failed', message, code });
}
