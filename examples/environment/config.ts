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

/** Keys of the CDK without a mark of where they belong; all others have `:` or `/`. */
const OF_THE_CDK: readonly string[] = ['cli-telemetry', 'acknowledged-issue-numbers'];
/** Characters of a key that an error shows. */
const SHOWN = 80;

/**
 * @param others keys that whoever uses this reads too
 * @throws Error that says what was given and what is allowed
 */
export function readConfig(node: Node, others: readonly string[] = []): Config {
  refuseUnknown(node, ['allowedCidr', ...others]);
  const given: unknown = node.tryGetContext('allowedCidr');
  const allowedCidr = given === undefined ? ANYWHERE : given;
  const [, prefix, ...octets] =
    /^(?=[\d.]+\/(\d{1,2})$)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})/.exec(String(allowedCidr)) ?? [];
  if (octets.length === 4 && octets.every((octet) => Number(octet) <= 255) && Number(prefix) <= 32) {
    return { allowedCidr: String(allowedCidr) };
  }
  throw new Error(`allowedCidr: got ${JSON.stringify(allowedCidr)}, want IPv4 addresses like 203.0.113.7/32`);
}

/** A slip of the pen in `allowedCidr` would open the portal to the world. */
function refuseUnknown(node: Node, known: readonly string[]): void {
  const unknown = Object.keys(node.getAllContext() ?? {}).find(
    (key) => !/[:/]/.test(key) && !OF_THE_CDK.includes(key) && !known.includes(key),
  );
  if (unknown === undefined) return;
  const shown = JSON.stringify(unknown.slice(0, SHOWN));
  throw new Error(
    `context: got the key ${shown}, want ${known.join(', ')} only; settings of discovery stand in SETTINGS of examples/environment/stack.ts`,
  );
}
