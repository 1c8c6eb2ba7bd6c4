import { type ConfiguredEndpoint, configuredEndpoints, SERVICES } from '../functions/adapters/aws/endpoints.ts';
import type { Io } from './io.ts';
import { endpointLine } from './view/endpoint.ts';
import { painter } from './view/style.ts';

/**
 * Says which endpoint is asked, where that is not AWS's: whoever reads the answer knows which world it is of.
 *
 * @param services those that the command asks; all of them unless given
 * @returns what is set of them
 */
export async function tellEndpoint(
  io: Io,
  services: readonly string[] = SERVICES,
): Promise<readonly ConfiguredEndpoint[]> {
  const asked = await configuredEndpoints(services);
  const elsewhere = endpointLine(asked, services.length);
  if (elsewhere !== undefined) io.tell(painter(io.colours)('yellow', elsewhere));
  return asked;
}
