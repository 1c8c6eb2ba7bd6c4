import { resolveEndpointConfig } from '@smithy/core/endpoints';

/** What the SDK is asked for: a service has the endpoint that it is told by name, else the one of all. */
export const SERVICES = ['SFN', 'S3', 'Route 53', 'ECS'] as const;

/** A service that is asked somewhere else than where the SDK would find it by itself. */
export interface ConfiguredEndpoint {
  /** As in `AWS_ENDPOINT_URL_<service>`. */
  readonly service: string;
  readonly url: string;
}

/**
 * Endpoints that variables, the profile or its `services` section give, as the SDK itself reads them:
 * `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` included. What cannot be read is told by the first call that needs it.
 */
export async function configuredEndpoints(
  services: readonly string[] = SERVICES,
): Promise<readonly ConfiguredEndpoint[]> {
  const all = await Promise.all(services.map(async (serviceId) => ({ serviceId, url: await endpointOf(serviceId) })));
  return all.flatMap(({ serviceId, url }) =>
    url === undefined ? [] : [{ service: serviceId.toUpperCase().replace(' ', '_'), url }],
  );
}

async function endpointOf(serviceId: string): Promise<string | undefined> {
  const resolved: { readonly serviceConfiguredEndpoint?: () => Promise<string | undefined> } = resolveEndpointConfig({
    serviceId,
  } as never);
  try {
    return await resolved.serviceConfiguredEndpoint?.();
  } catch {
    return undefined;
  }
}
