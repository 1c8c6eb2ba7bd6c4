import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { ECS, Task } from '@aws-sdk/client-ecs';
import type { Places } from './progress.ts';

export interface Clients {
  readonly ecs: ECS;
  readonly ec2: EC2Client;
}

/** Where the tasks of a service run, each with its deployment: the example services have some tasks on a few hosts. */
export async function placesOf({ ecs, ec2 }: Clients, cluster: string, service: string): Promise<Places> {
  const { taskArns = [] } = await ecs.listTasks({ cluster, serviceName: service });
  if (taskArns.length === 0) return new Map();
  const { tasks = [] } = await ecs.describeTasks({ cluster, tasks: taskArns });
  const hosts = [...new Set(tasks.flatMap(({ containerInstanceArn }) => containerInstanceArn ?? []))];
  const { containerInstances = [] } = await ecs.describeContainerInstances({ cluster, containerInstances: hosts });
  const InstanceIds = containerInstances.flatMap(({ ec2InstanceId }) => ec2InstanceId ?? []);
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
  const addresses = new Map(
    Reservations.flatMap(({ Instances = [] }) => Instances).map((one) => [one.InstanceId, one.PrivateIpAddress]),
  );
  const addressOf = ({ containerInstanceArn: arn }: Task) =>
    addresses.get(containerInstances.find((one) => one.containerInstanceArn === arn)?.ec2InstanceId);
  return new Map(
    tasks.flatMap((task) =>
      portsOf(task).map((port): [string, string] => [`${addressOf(task)}:${port}`, task.startedBy ?? '']),
    ),
  );
}

const portsOf = ({ containers = [] }: Task): readonly number[] =>
  containers.flatMap(({ networkBindings = [] }) => networkBindings.flatMap(({ hostPort }) => hostPort ?? []));
