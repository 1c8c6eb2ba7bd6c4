import { hostname } from 'node:os';

/** Which container of which instance answers. */
export interface Identity {
  readonly containerId: string;
  readonly instanceId: string;
}

/** ECS answers from the host itself; a service does not wait for it longer than this, in milliseconds. */
const METADATA_TIMEOUT = 1_000;

/**
 * Who this container is: CONTAINER_ID and INSTANCE_ID where they are set, else what the ECS task metadata endpoint says
 * (the container's id; the task's id, since ECS tells a container nothing closer about its instance), else the host name.
 */
export async function readIdentity(environment: NodeJS.ProcessEnv): Promise<Identity> {
  const { CONTAINER_ID, INSTANCE_ID, ECS_CONTAINER_METADATA_URI_V4: metadata } = environment;
  if (CONTAINER_ID && INSTANCE_ID) return { containerId: CONTAINER_ID, instanceId: INSTANCE_ID };

  const [dockerId, taskArn] = metadata
    ? await Promise.all([readField(metadata, 'DockerId'), readField(`${metadata}/task`, 'TaskARN')])
    : [];
  return {
    containerId: CONTAINER_ID || dockerId || hostname(),
    instanceId: INSTANCE_ID || taskArn?.split('/').at(-1) || hostname(),
  };
}

/** Who we are is shown, not needed: a metadata endpoint that fails must not keep a service from starting. */
async function readField(url: string, field: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(METADATA_TIMEOUT) });
    const body: unknown = await response.json();
    const value = body && typeof body === 'object' ? Reflect.get(body, field) : undefined;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
