import { ArnFormat, Lazy, Names, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { KNOWN } from './acknowledgements.ts';
import { definition } from './definition.ts';
import { environmentOf, type Variables } from './environment.ts';
import type { Grounds } from './permissions.ts';
import type { Settings } from './settings.ts';
import { type Network, StepLambda } from './step-lambda.ts';
import { STEPS, type StepName } from './steps.ts';

export interface ReconcilerProps {
  readonly settings: Settings;
  readonly grounds: Grounds;
  /** Each function gets those that it reads. */
  readonly variables: Variables;
}

/** The state machine of one run and its steps. */
export class Reconciler extends Construct {
  readonly stateMachine: sfn.StateMachine;
  readonly steps: ReadonlyMap<StepName, StepLambda>;

  constructor(
    scope: Construct,
    id: string,
    { settings, grounds, variables, audience }: ReconcilerProps & { readonly audience: string },
  ) {
    super(scope, id);
    const network = networkOf(this, settings);
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: onlyOurs(this, () => this.stateMachine),
      }),
      description: `State machine of service discovery ${settings.deploymentId}`,
    });
    const steps = new Map<StepName, StepLambda>();
    const definitionSubstitutions: Record<string, string> = {};
    for (const name of Object.keys(STEPS) as StepName[]) {
      const spec = STEPS[name];
      const step = new StepLambda(this, name, {
        spec,
        settings,
        environment: { ...environmentOf(name, variables), RELEASE: variables.RELEASE },
        permissions: spec.permissions(grounds),
        ...(name === 'CheckHealth' && network && { network }),
      });
      steps.set(name, step);
      // Substituting grants nothing by itself, so both happen here.
      const { functionArn } = step.function;
      definitionSubstitutions[`${name}FunctionArn`] = functionArn;
      role.addToPolicy(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
    }
    this.steps = steps;

    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      // Exactly once, and a history that people can read for 90 days: the execution is the audit record.
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromString(definition()),
      definitionSubstitutions: {
        ...definitionSubstitutions,
        ...whereabouts(variables, settings),
        Alarms: audience,
        Release: variables.RELEASE,
      },
      role,
      tracingEnabled: settings.tracingEnabled,
      // The history has everything else, and the data belongs there only.
      logs: { destination: logGroup(this, settings), level: sfn.LogLevel.ERROR, includeExecutionData: false },
    });
    Validations.of(this.stateMachine).acknowledge(
      KNOWN.executionLogs,
      ...(settings.tracingEnabled ? [] : [KNOWN.tracing]),
    );
    Validations.of(role).acknowledge(KNOWN.logDelivery);
    // A policy of its own: the function whose role it extends stands before the state machine that it names.
    const publisher = steps.get('PublishOutcome')?.role;
    if (publisher) {
      new iam.Policy(this, 'StartLaterWindow', { roles: [publisher], statements: [startsRuns(this.stateMachine)] });
    }
  }
}

/** Characters of a logical id that every name which CloudFormation makes of it has, however long the stack's name is. */
const NAMED_BY = 20;

/**
 * Whom the role serves: state machines of this account whose name begins as CloudFormation names this one, of which only
 * the pattern is known while the role, which it needs, is made.
 */
function onlyOurs(scope: Construct, stateMachine: () => sfn.StateMachine): Record<string, unknown> {
  const stack = Stack.of(scope);
  const logicalId = Lazy.uncachedString({
    produce: () => {
      const resource = stateMachine().node.defaultChild;
      const id = resource instanceof sfn.CfnStateMachine ? String(stack.resolve(resource.logicalId)) : '';
      return id.slice(0, NAMED_BY);
    },
  });
  return {
    StringEquals: { 'aws:SourceAccount': stack.account },
    ArnLike: {
      'aws:SourceArn': stack.formatArn({
        service: 'states',
        resource: 'stateMachine',
        resourceName: `*${logicalId}*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    },
  };
}

/** What the definition's comment says of the deployment: the command reads it there (`cli/deployment.ts`). */
const whereabouts = (
  { DEPLOYMENT_ID, ZONE_NAME, OWNER_LABEL, RUN_BUCKET, ...of }: Variables,
  { schedule }: Settings,
) => ({
  DeploymentId: DEPLOYMENT_ID,
  ZoneName: ZONE_NAME,
  HostedZoneId: of.HOSTED_ZONE_ID,
  // No role and no external id are of one character.
  HostedZoneRole: of.HOSTED_ZONE_ROLE || '-',
  HostedZoneExternalId: of.HOSTED_ZONE_EXTERNAL_ID || '-',
  OwnerLabel: OWNER_LABEL,
  RunBucket: RUN_BUCKET,
  Schedule: schedule.expressionString,
});

export const startsRuns = ({ stateMachineArn }: sfn.StateMachine) =>
  new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn] });

/** Groups of this prefix share one entry in the account's log resource policy, which has 5,120 characters for all. */
const logGroup = (scope: Construct, { logRetention }: Settings) =>
  new logs.LogGroup(scope, 'Log', {
    logGroupName: `/aws/vendedlogs/states/${Names.uniqueResourceName(scope, { maxLength: 200, separator: '-' })}`,
    retention: logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });

function networkOf(scope: Construct, { network, ...settings }: Settings): Network | undefined {
  if (!network) return undefined;
  const ipv6 = settings.addressFamily === 'dualstack' || settings.addressFamily === 'ipv6';
  const securityGroups = network.securityGroups ?? [checkerGroup(scope, network.vpc, { ...settings, ipv6 })];
  return { ...network, securityGroups, ipv6 };
}

/** Lets TCP out to any port: instances stand on dynamic ones. Names are not looked up. */
function checkerGroup(
  scope: Construct,
  vpc: ec2.IVpc,
  { deploymentId, ipv6 }: { readonly deploymentId: string; readonly ipv6: boolean },
): ec2.SecurityGroup {
  const group = new ec2.SecurityGroup(scope, 'CheckerSecurityGroup', {
    vpc,
    description: `Health checker of service discovery ${deploymentId}`,
    allowAllOutbound: false,
  });
  group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.allTcp(), 'probes');
  if (ipv6) group.addEgressRule(ec2.Peer.anyIpv6(), ec2.Port.allTcp(), 'probes of IPv6 addresses');
  return group;
}
