import { subscribe } from 'node:diagnostics_channel';
import { metrics } from './powertools.ts';

/** The services whose limits a run may come near, and what counts their calls. */
const COUNTED = { Route53: 'Route53Calls', ECS: 'EcsCalls', EC2: 'Ec2Calls' } as const;
type Counted = (typeof COUNTED)[keyof typeof COUNTED] | 'ApiRetries';

const counts = new Map<Counted, number>();

// The name of functions/adapters/aws/call-log.ts, which this room may not import.
subscribe('ecs-service-discovery-dns:api-call', (message) => {
  const { service, attempts } = message as { readonly service: string; readonly attempts: number };
  const metric = COUNTED[service as keyof typeof COUNTED];
  if (metric) add(metric, attempts);
  if (attempts > 1) add('ApiRetries', attempts - 1);
});

function add(metric: Counted, count: number): void {
  counts.set(metric, (counts.get(metric) ?? 0) + count);
}

/** Counts the attempts at calls of AWS since the last time, where they say something: one was repeated, or the step failed. */
export function countCalls(failed: boolean): void {
  if (failed || counts.has('ApiRetries')) {
    for (const [metric, count] of counts) metrics.addMetric(metric, 'Count', count);
  }
  counts.clear();
}
