import { DescribeContainerInstancesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { ECS_BATCH } from '../domain/words/quotas.ts';
import { clientSettings } from './aws/client-settings.ts';
import { calling } from './aws/faults.ts';
import { chunks, pool } from './aws/pool.ts';
import { clusterGone, missingOf } from './ecs-failures.ts';

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

const CONCURRENT_READS = 8;

export function instanceReader(client: Pick<ECSClient, 'send'> = new ECSClient(clientSettings())): InstanceReader {
  return {
    async describe(cluster, arns) {
      const call = 'ecs:DescribeContainerInstances';
      const asked = [...new Set(arns)];
      const pages = await pool(chunks(asked, ECS_BATCH), CONCURRENT_READS, (containerInstances) => {
        const command = new DescribeContainerInstancesCommand({ cluster, containerInstances: [...containerInstances] });
        return calling(call, () => client.send(command)).catch(clusterGone(cluster));
      });
      const found = new Map(
        pages
          .flatMap((page) => page.containerInstances ?? [])
          .map((instance) => [instance.containerInstanceArn ?? '', instance] as const),
      );
      const failures = pages.flatMap((page) => page.failures ?? []);
      const missing = missingOf({ call, asked, answered: new Set(found.keys()), failures });
      const described = asked.flatMap((arn) => {
        const instance = found.get(arn);
        if (!instance) return [];
        const { status = 'UNKNOWN', ec2InstanceId, agentConnected } = instance;
        return [
          {
            arn,
            status,
            ...(ec2InstanceId !== undefined && { ec2Instance: ec2InstanceId }),
            ...(agentConnected === false && { disconnected: true as const }),
          },
        ];
      });
      return [...described, ...missing.map((arn) => ({ arn, status: 'missing' }))];
    },
  };
}
