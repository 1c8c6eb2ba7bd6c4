import type { Node } from 'constructs';
import { ROWS, refusal, SETTINGS, type SettingName, type Values } from '../functions/contracts/settings.ts';
import { type PlainProps, PROP_NAMES, propOf } from './cdk-values.ts';

/** What `cdk deploy` was told, by context; ids that are not given become CloudFormation parameters. */
export interface Config extends Pick<Values, 'stackName'>, Partial<Pick<Values, Asked>> {
  /** Names or ARNs. */
  readonly clusters?: Values['clusters'];
  readonly props: Partial<PlainProps>;
}

/** Settings that the app asks for by a parameter. */
export type Asked = 'hostedZoneId' | 'hostedZoneName' | 'vpcId' | 'privateSubnetIds';

/** Context that cannot be read; the message names each key, what was given and what is allowed. */
export class InvalidContextError extends Error {
  override readonly name = 'InvalidContextError';
}

/**
 * Reads and checks the context, once.
 *
 * @throws InvalidContextError that names every fault
 */
export function readConfig(node: Node): Config {
  const faults: string[] = [];
  const values = new Map<SettingName, unknown>();
  for (const [name, { kind, inContext = kind, context }] of ROWS) {
    const given: unknown = context === false ? undefined : node.tryGetContext(name);
    if (given === undefined) continue;
    const value = inContext.parse(Array.isArray(given) ? given.join(',') : String(given));
    if (inContext.allows(value)) values.set(name, value);
    else faults.push(refusal(name, given, inContext));
  }
  if (faults.length > 0) throw new InvalidContextError(`invalid context: ${faults.join(' | ')}`);
  const props = PROP_NAMES.flatMap((name) => (values.has(name) ? [[name, propOf(name, values.get(name))]] : []));
  const ids = [...values].filter(([name]) => !(PROP_NAMES as readonly SettingName[]).includes(name));
  return { stackName: SETTINGS.stackName.byDefault, ...Object.fromEntries(ids), props: Object.fromEntries(props) };
}
