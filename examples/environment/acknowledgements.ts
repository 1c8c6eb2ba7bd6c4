import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Rules of AwsSolutions (cdk-nag) that the environment breaks knowingly, and why; each is said where it is broken. */
const REASONS = {
  'AwsSolutions-VPC7': 'flow logs cost money for each connection, and nobody would read those of an example',
  'AwsSolutions-ECS4': 'Container Insights costs money for each task; service discovery has metrics of its own',
  'AwsSolutions-ECS2': 'names, paths and times are meant to be read; passwords come from Secrets Manager',
  'AwsSolutions-AS3': 'nobody waits for news of two hosts that are replaced by themselves',
  'AwsSolutions-SMG4': 'a new password would reach the containers only with the next deployment',
  'AwsSolutions-EC23': 'the load balancer is what the world may reach; allowedCidr narrows it',
  'AwsSolutions-ELB2': 'access logs want a bucket, and nobody would read those of an example',
  'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]':
    'Session Manager in place of SSH, with what AWS says that it needs',
  'AwsSolutions-IAM5[Resource::*]':
    'ecr:GetAuthorizationToken and ecs:DiscoverPollEndpoint know no resources (Service Authorization Reference)',
} as const;

export function acknowledge(scope: IConstruct, ...ids: readonly (keyof typeof REASONS)[]): void {
  Validations.of(scope).acknowledge(...ids.map((id) => ({ id, reason: REASONS[id] })));
}

/** The hosts of one cluster: their ids are not known before. */
export function acknowledgeHosts(scope: IConstruct, arns: string): void {
  const { 'Fn::Join': [, parts = []] = [] } = Stack.of(scope).resolve(arns) as {
    'Fn::Join'?: readonly [string, readonly (string | { readonly Ref: string })[]];
  };
  const flat = parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
  Validations.of(scope).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${flat}]`,
    reason: 'the ids of hosts are not known before; the ARN and a condition narrow this to one cluster',
  });
}
