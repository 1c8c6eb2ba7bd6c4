import {
  DescribeContainerInstancesCommand,
  ECSClient,
  type ContainerInstance as EcsInstance,
} from '@aws-sdk/client-ecs';
import { clientSettings } from './aws/client-settings.ts';
import { describeAll } from './ecs-failures.ts';

/** A container instance as ECS sees it; `missing` where ECS does not know it (any more). */
export interface ContainerInstance {
  readonly arn: string;
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE' | 'missing' | string;
  /** `i-…`, or `mi-…` for External instances, which EC2 does not know. */
  readonly ec2Instance?: string;
  /** ECS does not hear of its agent. */
  readonly disconnected?: true;
}

export interface InstanceReader {
  /**
   * Each instance once.
   *
   * @throws ClusterGoneError when ECS knows no such cluster
   */
  describe(cluster: string, arns: readonly string[]): Promise<readonly ContainerInstance[]>;
}

export function instanceReader(client: Pick<ECSClient, 'send'> = new ECSClient(clientSettings())): InstanceReader {
  return {
    async describe(cluster, arns) {
      const call = 'ecs:DescribeContainerInstances';
      const { found, missing } = await describeAll({ call, cluster, arns }, async (batch) => {
        const command = new DescribeContainerInstancesCommand({ cluster, containerInstances: batch });
        const { containerInstances = [], failures = [] } = await client.send(command);
        return { found: containerInstances.map(toInstance), failures };
      });
      const known = new Map(found.map((instance) => [instance.arn, instance]));
      const described = [...new Set(arns)].flatMap((arn) => known.get(arn) ?? []);
      return [...described, ...missing.map((arn) => ({ arn, status: 'missing' }))];
    },
  };
}

const toInstance = ({
  containerInstanceArn = '',
  status = 'UNKNOWN',
  ec2InstanceId,
  agentConnected,
}: EcsInstance): ContainerInstance => ({
  arn: containerInstanceArn,
  status,
  ...(ec2InstanceId !== undefined && { ec2Instance: ec2InstanceId }),
  ...(agentConnected === false && { disconnected: true }),
});
