import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from './acknowledgements.ts';
import { bundleOf } from './bundles.ts';
import { METRICS_NAMESPACE } from './metrics.ts';
import type { Settings } from './settings.ts';
import { ENTRIES, type FunctionSpec } from './steps.ts';

/** Where a function's source stands, told in the template: what runs the template elsewhere finds the handler by it. */
export const ENTRY_METADATA = 'ecs-service-discovery-dns:entry';

export interface StepLambdaProps {
  readonly spec: Pick<FunctionSpec, 'entry' | 'description' | 'memoryMiB' | 'timeoutSeconds'>;
  readonly environment: Readonly<Record<string, string>>;
  /** Only where others have to know its ARN before it is there; else CloudFormation makes one. */
  readonly functionName?: string;
  /** All that the handler may do, besides writing its own log. */
  readonly permissions: readonly iam.PolicyStatement[];
  readonly settings: Pick<Settings, 'deploymentId' | 'logRetention'>;
  /** Where to attach it; without it the function stays outside of any VPC. */
  readonly network?: Network;
}

export interface Network {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups: readonly ec2.ISecurityGroup[];
  /** Whether it has IPv6 addresses too, for which its subnets have to be dual-stack. */
  readonly ipv6: boolean;
}

/** One handler as a Lambda function with a role, a log group and an environment of its own. */
export class StepLambda extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { spec, settings, network, functionName, ...props }: StepLambdaProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `${id} of service discovery ${settings.deploymentId}`,
    });
    // Not the managed basic policy: that one may write to every log group of the account.
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    const statements = [...props.permissions, ...(network ? [networkInterfaces()] : [])];
    this.allow(...statements);

    this.function = new lambda.Function(this, 'Function', {
      ...(functionName !== undefined && { functionName }),
      description: spec.description,
      code: codeOf(this, spec.entry),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: spec.memoryMiB,
      timeout: Duration.seconds(spec.timeoutSeconds),
      role: this.role,
      logGroup,
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: settings.deploymentId,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      },
      ...(network && {
        vpc: network.vpc,
        securityGroups: [...network.securityGroups],
        ...(network.vpcSubnets && { vpcSubnets: network.vpcSubnets }),
        // It calls nothing outside of the VPC, so a subnet that gives it no way out serves as well.
        allowPublicSubnet: true,
        ...(network.ipv6 && { ipv6AllowedForDualStack: true }),
      }),
    });
    if (network) denyToTheCodeItself(this, this.role, this.function);
    const resource = this.function.node.defaultChild;
    if (resource instanceof lambda.CfnFunction) resource.addMetadata(ENTRY_METADATA, spec.entry);
  }

  /** Also may. */
  allow(...statements: readonly iam.PolicyStatement[]): void {
    for (const statement of statements) this.role.addToPolicy(statement);
    acknowledgeWildcards(this.role, statements);
  }
}

/** Stacks that the CLI was not asked for are not bundled; nor are those of most tests. */
function codeOf(scope: Construct, entry: string): lambda.Code {
  return Stack.of(scope).bundlingRequired
    ? lambda.Code.fromAsset(bundleOf(entry, ENTRIES))
    : lambda.Code.fromInline(`// not bundled: ${entry}`);
}

const INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** What Lambda needs to attach a function to a VPC; on all resources, as Lambda asks for it (Lambda Developer Guide, VPC). */
const networkInterfaces = () => new iam.PolicyStatement({ actions: INTERFACE_ACTIONS, resources: ['*'] });

/** The service needs these rights, the code does not. A policy of its own, since it names the function. */
function denyToTheCodeItself(scope: Construct, role: iam.Role, { functionArn }: lambda.Function): void {
  new iam.Policy(scope, 'NoInterfacesByCode', {
    roles: [role],
    statements: [
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        actions: [...INTERFACE_ACTIONS, 'ec2:DetachNetworkInterface'],
        resources: ['*'],
        conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
      }),
    ],
  });
}
