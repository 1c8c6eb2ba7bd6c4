import type { Node } from 'constructs';
import type { ServiceDiscoveryProps } from '../../infra/index.ts';

/** What `cdk deploy` was told, by context. */
export interface Config {
  /** Who may reach the portal, in CIDR notation. */
  readonly allowedCidr: string;
  /** Of discovery, over those of the environment. */
  readonly settings?: Partial<ServiceDiscoveryProps>;
}

const ANYWHERE = '0.0.0.0/0';

/** @throws Error that says what was given and what is allowed */
export function readConfig(node: Node): Config {
  const allowedCidr = String(node.tryGetContext('allowedCidr') ?? ANYWHERE);
  const [, prefix, ...octets] =
    /^(?=[\d.]+\/(\d{1,2})$)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})/.exec(allowedCidr) ?? [];
  if (octets.length === 4 && octets.every((octet) => Number(octet) <= 255) && Number(prefix) <= 32) {
    return { allowedCidr };
  }
  throw new Error(`allowedCidr: got ${JSON.stringify(allowedCidr)}, want IPv4 addresses like 203.0.113.7/32`);
}
