import { isOfIpv6 } from '../dns/ownership.ts';
import type { EndpointKey } from '../ecs/claim.ts';

/**
 * Whether a value is for clients of IPv6 alone, as under an address name: those of one address family do not live on by the
 * addresses of the other. Elsewhere nothing is apart.
 */
export const isApart = ({ alias }: { readonly alias?: unknown }, key: EndpointKey): boolean =>
  alias !== undefined && isOfIpv6(key);
