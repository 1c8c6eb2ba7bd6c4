import { route53Delays } from './delays.ts';

/** Milliseconds from the end of a state to the beginning of the next one: our assumption, as all below, and what all figures in the docs are for. */
export const TRANSITION_MS = 25;
/** Milliseconds until an answer of the services beside Route 53. */
const LATENCIES: Readonly<Record<string, number>> = { s3: 30, ecs: 60, ec2: 60, sqs: 30, states: 30, events: 30 };

export function latencyOf(service: string, operation: string): number {
  const latency = LATENCIES[service] ?? route53Delays(service, operation);
  if (latency === 0) throw new Error(`nothing says how long ${service} takes`);
  return latency;
}
