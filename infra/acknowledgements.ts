import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** Why a wildcard in a resource is as narrow as it gets, by the actions that it stands for. */
const WILDCARDS: readonly { readonly actions: RegExp; readonly reason: string }[] = [
  {
    actions: /^s3:(GetObject|PutObject)$/,
    reason: 'objects are named after executions and names to come; one folder is as narrow as it gets',
  },
  {
    actions: /^ecs:(DescribeTasks|DescribeContainerInstances|DescribeServices|DescribeServiceDeployments|StopTask)$/,
    reason:
      'ECS names tasks, container instances and deployments; the ARN and a condition narrow this to the configured clusters',
  },
  {
    actions: /^route53:GetChange$/,
    reason: 'Route 53 names changes, of whatever zone; what is told of one is whether it is through',
  },
  {
    actions: /^ecs:ListTasks$/,
    reason: 'listing a whole cluster names no resource; a condition narrows it to the configured clusters',
  },
  {
    actions: /^(ecs:(ListClusters|DescribeTaskDefinition)|ec2:Describe(Instances|NetworkInterfaces|Subnets))$/,
    reason: 'the action knows no resources (Service Authorization Reference)',
  },
  {
    actions:
      /^ec2:(Create|Describe|Delete)NetworkInterfaces?$|^ec2:DescribeSubnets$|^ec2:(Assign|Unassign)PrivateIpAddresses$/,
    reason: 'Lambda asks for it on all resources to attach a function to a VPC; a Deny keeps it from the code itself',
  },
];

/** Rules of AwsSolutions (cdk-nag) that a resource breaks knowingly, and why. */
export const KNOWN = {
  bucketLogs: {
    id: 'AwsSolutions-S1',
    reason: 'only our roles reach the run bucket, and CloudTrail data events tell of them where that is wanted',
  },
  executionLogs: {
    id: 'AwsSolutions-SF1',
    reason: 'the execution history holds every event for 90 days; the log repeats errors only, without data',
  },
  tracing: { id: 'AwsSolutions-SF2', reason: 'tracing costs money for each run: the prop tracingEnabled turns it on' },
  logDelivery: {
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'log delivery and X-Ray know no resources (Service Authorization Reference)',
  },
} as const;

/** Acknowledges the wildcards of one role for which there is a reason; any other remains a finding. */
export function acknowledgeWildcards(scope: IConstruct, statements: readonly PolicyStatement[]): void {
  for (const statement of statements) {
    const known = WILDCARDS.find(({ actions }) => statement.actions.every((action) => actions.test(action)));
    if (!known) continue;
    for (const resource of statement.resources) {
      const flat = flattened(Stack.of(scope).resolve(resource));
      if (flat.includes('*')) {
        Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${flat}]`, reason: known.reason });
      }
    }
  }
}

/** As findings name a resource: references as `<name>`, attributes as `<name.attribute>`. */
function flattened(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return `<${String(argument)}>`;
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `<${argument.join('.')}>`;
  if (name === 'Fn::Join' && Array.isArray(argument)) return argument[1].map(flattened).join(String(argument[0]));
  return JSON.stringify(value);
}
