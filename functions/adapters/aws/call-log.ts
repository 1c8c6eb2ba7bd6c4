import { channel } from 'node:diagnostics_channel';

/** One call of an AWS API, all of its attempts included. */
export interface ApiCall {
  /** As the SDK names its client: `Route53`, `ECS`, `EC2`, `S3`, … */
  readonly service: string;
  /** `ListTasks`, … */
  readonly operation: string;
  readonly attempts: number;
}

/** Where every client of the adapters tells of its calls, an `ApiCall` each; nobody has to listen. */
export const API_CALLS = channel('ecs-service-discovery-dns:api-call');

interface Told {
  readonly clientName?: string;
  readonly commandName?: string;
  readonly metadata?: { readonly attempts?: number };
}

function tell({ clientName, commandName = '', metadata }: Told): void {
  if (clientName === undefined) return;
  API_CALLS.publish({
    service: clientName.replace(/Client$/, ''),
    operation: commandName.replace(/Command$/, ''),
    attempts: metadata?.attempts ?? 1,
  } satisfies ApiCall);
}

const nothing = () => undefined;

/** The SDK tells its logger of each call that has ended; it says nothing else that we want in our logs. */
export const CALL_LOG = { trace: nothing, debug: nothing, info: tell, warn: nothing, error: tell };
