import { Aws, PhysicalName, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { refused, SETTINGS, shown } from '../functions/contracts/settings.ts';
import { InvalidPropsError } from './invalid-props.ts';
import { changesSoa, changesZone, readsChanges, readsZone } from './permissions.ts';

export interface HostedZoneRoleProps {
  /**
   * Private hosted zone of this account that the deployment publishes into.
   */
  readonly hostedZone: route53.IHostedZone;

  /**
   * Account of the deployment, twelve digits.
   */
  readonly deploymentAccount: string;

  /**
   * Name of the deployment's stack, with which the names of its functions' roles begin: only they may assume this one.
   *
   * @default 'EcsServiceDiscoveryDns'
   */
  readonly deploymentStack?: string;

  /**
   * Who else may assume it: names of roles of that account, with their paths, like `Operators` or
   * `aws-reserved/sso.amazonaws.com/*\/AWSReservedSSO_Operators_*`. Whoever uses the command on the zone has to be among them.
   *
   * @default - nobody
   */
  readonly operators?: readonly string[];

  /**
   * External id that has to come with each request; the deployment is given the same by `hostedZoneExternalId`.
   *
   * @default - none is asked for
   */
  readonly externalId?: string;

  /**
   * Whether the deployment has a `negativeTtl`, and may lower the SOA record set.
   *
   * @default false
   */
  readonly lowersSoa?: boolean;

  /**
   * Whether the deployment has an `addressFamily`, and may change record sets of IPv6 addresses.
   *
   * @default false
   */
  readonly changesIpv6?: boolean;

  /**
   * Whether the deployment shifts services by DNS (`blueGreen`), and asks when a change has reached all name servers.
   *
   * @default false
   */
  readonly readsChanges?: boolean;

  /**
   * Name of the role.
   *
   * @default - one that CloudFormation makes; with a deployment in the same app that refers to it, one that the CDK makes
   */
  readonly roleName?: string;
}

/** Characters of a stack's name that CloudFormation puts before the names of its roles; the rest it cuts off. */
const STACK_CHARACTERS = 24;
const DIGITS = 12;

/**
 * The role by which a deployment of another account reads and changes a private hosted zone of this one: only this zone, only
 * what a deployment does with it, only for that deployment's functions and whoever is named beside them.
 *
 * @example
 * new HostedZoneRole(stack, 'ShopZoneRole', { hostedZone, deploymentAccount: '123456789012', externalId: 'shop' });
 */
export class HostedZoneRole extends Construct {
  /** Its ARN is what the deployment is given: `hostedZoneRole`, or the context `hostedZoneRoleArn`. */
  readonly role: iam.Role;

  /** @throws InvalidPropsError that says what was given and what is allowed */
  constructor(scope: Construct, id: string, props: HostedZoneRoleProps) {
    super(scope, id);
    checkProps(props);
    const { hostedZone, deploymentAccount, externalId, roleName } = props;
    const { lowersSoa = false, changesIpv6 = false } = props;
    this.role = new iam.Role(this, 'Role', {
      roleName: roleName ?? PhysicalName.GENERATE_IF_NEEDED,
      description: `Service discovery of account ${deploymentAccount} in ${hostedZone.zoneName}`,
      assumedBy: new iam.AccountPrincipal(deploymentAccount).withConditions({
        ArnLike: { 'aws:PrincipalArn': callers(props) },
        ...(externalId !== undefined && { StringEquals: { 'sts:ExternalId': externalId } }),
      }),
    });
    const on = { hostedZone, lowersSoa, changesIpv6 };
    const rights = [
      ...readsZone(on, 'route53:GetHostedZone'),
      ...changesZone(on),
      ...changesSoa(on),
      ...(props.readsChanges ? readsChanges() : []),
    ];
    for (const statement of rights) this.role.addToPolicy(statement);
  }
}

/** An account alone would be everybody in it whom its own policies allow this. */
function callers({ deploymentAccount, deploymentStack: stack, operators = [] }: HostedZoneRoleProps): string[] {
  const functions = `${(stack ?? SETTINGS.stackName.byDefault).slice(0, STACK_CHARACTERS)}-*`;
  return [functions, ...operators].map((name) => `arn:${Aws.PARTITION}:iam::${deploymentAccount}:role/${name}`);
}

function checkProps({ deploymentAccount, deploymentStack, externalId, operators = [] }: HostedZoneRoleProps): void {
  const { stackName, hostedZoneExternalId } = SETTINGS;
  const faults = [
    fault('deploymentAccount', deploymentAccount, { pattern: new RegExp(`^\\d{${DIGITS}}$`), want: 'twelve digits' }),
    fault('deploymentStack', deploymentStack, stackName.kind),
    fault('externalId', externalId, hostedZoneExternalId.kind),
    ...operators.map((name) => fault('operators', name, OPERATOR)),
  ].filter((one) => one !== undefined);
  if (faults.length > 0) throw new InvalidPropsError(faults.join(' | '));
}

const OPERATOR = {
  // `*` alone would let in every role of the account.
  pattern: /^(?!\**$)(?!arn:)[\w+=,.@/*?-]{1,512}$/,
  want: 'names of roles with their paths, not their ARNs; "*" stands for any text, and not alone',
};

/** What is wrong; a text that becomes known only when it is deployed passes, and so does what is left out. */
function fault(
  name: string,
  given: unknown,
  { pattern, want }: { readonly pattern?: RegExp; readonly want: string },
): string | undefined {
  if (given === undefined && name !== 'deploymentAccount') return undefined;
  if (typeof given === 'string' && (Token.isUnresolved(given) || pattern?.test(given))) return undefined;
  return refused(name, shown(given), want);
}
