import { DescribeContainerInstancesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { ECS_BATCH } from '../domain/plan/quotas.ts';
import { ClusterGoneError } from '../domain/run/errors.ts';
import { calling, nameOf } from './faults.ts';
import { chunks, pool } from './pool.ts';

/** A container instance as ECS sees it; `missing` where ECS does not know it (any more). */
export interface ContainerInstance {
  readonly arn: string;
  readonly status: 'ACTIVE' | 'DRAINING' | 'INACTIVE' | 'missing' | string;
  /** `i-…`, or `mi-…` for External instances, which EC2 does not know. */
  readonly ec2Instance?: string;
}

export interface InstanceReader {
  describe(cluster: string, arns: readonly string[]): Promise<readonly ContainerInstance[]>;
}

const CONCURRENT_READS = 8;

export function instanceReader(client: Pick<ECSClient, 'send'> = new ECSClient({})): InstanceReader {
  return {
    async describe(cluster, arns) {
      const wanted = [...new Set(arns)];
      const pages = await pool(chunks(wanted, ECS_BATCH), CONCURRENT_READS, async (containerInstances) => {
        const command = new DescribeContainerInstancesCommand({ cluster, containerInstances: [...containerInstances] });
        return calling('ecs:DescribeContainerInstances', () => client.send(command)).catch((fault: unknown) => {
          if (nameOf(fault) !== 'ClusterNotFoundException') throw fault;
          throw new ClusterGoneError(`ECS knows no cluster "${cluster}"`, { cause: fault });
        });
      });
      const found = new Map(
        pages
          .flatMap((page) => page.containerInstances ?? [])
          .map((instance) => [instance.containerInstanceArn, instance]),
      );
      return wanted.map((arn) => {
        const instance = found.get(arn);
        if (!instance) return { arn, status: 'missing' };
        const { status = 'UNKNOWN', ec2InstanceId } = instance;
        return { arn, status, ...(ec2InstanceId !== undefined && { ec2Instance: ec2InstanceId }) };
      });
    },
  };
}
