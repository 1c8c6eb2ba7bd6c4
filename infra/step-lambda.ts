import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE } from './metrics.ts';

/** Where a function's source stands, told in the template: whoever runs the template elsewhere finds the handler by it. */
export const ENTRY_METADATA = 'ecs-service-discovery-dns:entry';

/** Folder that holds functions/, statemachines/ and package-lock.json. */
const ROOT = fileURLToPath(new URL('../', import.meta.url));

export interface StepLambdaProps {
  /** File of the handler, from the root of this package, like `functions/steps/read-trigger.ts`. */
  readonly entry: string;
  readonly description: string;
  readonly memoryMiB: number;
  /** Whole seconds; below the `TimeoutSeconds` of the state that calls it. */
  readonly timeoutSeconds: number;
  /** The variables that the handler reads, and no others. */
  readonly environment: Readonly<Record<string, string>>;
  /** All that the handler may do, besides writing its own log. */
  readonly permissions: readonly iam.PolicyStatement[];
  readonly deploymentId: string;
  readonly logRetention: logs.RetentionDays;
  /** Where to attach it; without it the function stays outside of any VPC. */
  readonly network?: Network;
}

export interface Network {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroup: ec2.ISecurityGroup;
}

/** One handler as a Lambda function with a role, a log group and an environment of its own. */
export class StepLambda extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: StepLambdaProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `Role of ${props.entry}`,
    });
    // Not the managed basic policy: that one may write to every log group of the account.
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    for (const statement of props.permissions) this.role.addToPolicy(statement);
    if (props.network) this.role.addToPolicy(networkInterfaces());

    this.function = new NodejsFunction(this, 'Function', {
      description: props.description,
      entry: `${ROOT}${props.entry}`,
      handler: 'handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: props.memoryMiB,
      timeout: Duration.seconds(props.timeoutSeconds),
      role: this.role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      awsSdkConnectionReuse: false,
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: props.deploymentId,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
      },
      ...(props.network && {
        vpc: props.network.vpc,
        securityGroups: [props.network.securityGroup],
        // It calls nothing outside of the VPC, so a public subnet without an address of its own serves as well.
        allowPublicSubnet: true,
        ...(props.network.vpcSubnets && { vpcSubnets: props.network.vpcSubnets }),
      }),
      projectRoot: ROOT,
      depsLockFilePath: `${ROOT}package-lock.json`,
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        mainFields: ['module', 'main'],
        minify: true,
        keepNames: true,
        // The SDK goes with the function, in the version that was tested.
        externalModules: [],
      },
    });
    if (props.network) denyToTheCodeItself(this, this.role, this.function);
    const resource = this.function.node.defaultChild;
    if (resource instanceof lambda.CfnFunction) resource.addMetadata(ENTRY_METADATA, props.entry);
  }
}

const INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** What Lambda needs to attach a function to a VPC; these actions know no narrower resource (Lambda: VPC permissions). */
const networkInterfaces = () => new iam.PolicyStatement({ actions: INTERFACE_ACTIONS, resources: ['*'] });

/** The service needs the rights above, the code does not. A policy of its own, since it names the function. */
function denyToTheCodeItself(scope: Construct, role: iam.Role, fn: lambda.Function): void {
  new iam.Policy(scope, 'NoInterfacesByCode', {
    roles: [role],
    statements: [
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        actions: [...INTERFACE_ACTIONS, 'ec2:DetachNetworkInterface'],
        resources: ['*'],
        conditions: { ArnEquals: { 'lambda:SourceFunctionArn': fn.functionArn } },
      }),
    ],
  });
}

