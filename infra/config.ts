import type { Node } from 'constructs';
import {
  CONTEXT_KEYS,
  ROWS,
  refusal,
  SETTINGS,
  type Setting,
  type SettingName,
  unknownName,
  type Values,
} from '../functions/contracts/settings.ts';
import { type PlainProps, PROP_NAMES, propOf } from './cdk-values.ts';

/** What `cdk deploy` was told, by context; ids that are not given become CloudFormation parameters. */
export interface Config
  extends Pick<Values, 'stackName'>,
    Partial<Pick<Values, Asked | 'hostedZoneRoleArn' | 'alarmTopicArn' | 'alarmEmail'>> {
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
    const fits = FITS[inContext.type](given);
    const value = fits ? inContext.parse(Array.isArray(given) ? given.join(',') : String(given)) : undefined;
    if (fits && inContext.allows(value)) values.set(name, value);
    else faults.push(refusal(name, given, { want: fits ? inContext.want : `${inContext.want}, as text` }));
  }
  faults.push(...unknownKeys(node));
  const [topic, email] = [values.get('alarmTopicArn'), values.get('alarmEmail')];
  if (topic !== undefined && email !== undefined) {
    faults.push(`alarmEmail: got "${email}" with alarmTopicArn, want one of both: subscribe the address to that topic`);
  }
  if (faults.length > 0) throw new InvalidContextError(`invalid context: ${faults.join(' | ')}`);
  const props = PROP_NAMES.flatMap((name) => (values.has(name) ? [[name, propOf(name, values.get(name))]] : []));
  const ids = [...values].filter(([name]) => !(PROP_NAMES as readonly SettingName[]).includes(name));
  return { stackName: SETTINGS.stackName.byDefault, ...Object.fromEntries(ids), props: Object.fromEntries(props) };
}

type Type = Setting<unknown>['kind']['type'];
const isText = (given: unknown) => typeof given === 'string';

/** What a key may hold where `cdk.json` gives it: `-c` of the command line gives text only. */
const FITS: Readonly<Record<Type, (given: unknown) => boolean>> = {
  text: isText,
  list: (given) => isText(given) || (Array.isArray(given) && given.every(isText)),
  choice: (given) => isText(given) || typeof given === 'number',
  'true or false': (given) => isText(given) || typeof given === 'boolean',
  number: (given) => isText(given) || typeof given === 'number',
};

/** Keys of the CDK without a mark of where they belong. */
const OF_THE_CDK: readonly string[] = ['cli-telemetry', 'acknowledged-issue-numbers'];

/**
 * What is meant for this app and is nothing that it reads. Flags, lookups and other libraries say whose a key is, with `:` or
 * `/`: `@aws-cdk/core:…`, `aws:cdk:…`, `vpc-provider:…`.
 */
function unknownKeys(node: Node): readonly string[] {
  const known = [...OF_THE_CDK, ...CONTEXT_KEYS];
  return Object.keys(node.getAllContext() ?? {})
    .filter((key) => !/[:/]/.test(key) && !known.includes(key))
    .map((key) => unknownName('context', key, CONTEXT_KEYS));
}
