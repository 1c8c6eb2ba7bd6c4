import type { Ec2Reader } from '../adapters/ec2-reader.ts';
import type { DefinitionReader } from '../adapters/ecs-definitions.ts';
import type { InstanceReader } from '../adapters/ecs-instances.ts';
import type { EcsReader } from '../adapters/ecs-reader.ts';
import { pool } from '../adapters/pool.ts';
import type { Observation } from '../contracts/objects.ts';
import { type CandidateSettings, candidatesOf } from '../domain/ecs/endpoint.ts';
import { remarksOnAll } from '../domain/ecs/remarks.ts';
import { type Host, isStopping, type Task } from '../domain/ecs/task.ts';
import { undefinedCandidate } from '../domain/ecs/undefined-candidate.ts';

/** What reading ECS and EC2 takes. */
export interface EcsPorts {
  readonly ecs: EcsReader;
  readonly definitions: DefinitionReader;
  readonly instances: InstanceReader;
  readonly ec2: Ec2Reader;
  /** Hosts whose address is known already, by container instance: they are not asked for. */
  readonly known?: ReadonlyMap<string, Host>;
}

/** Tasks that ECS wants running: of the whole cluster, or of some container instances, each whole. */
export async function listed(
  { ecs }: Pick<EcsPorts, 'ecs'>,
  cluster: string,
  containerInstances?: readonly string[],
): Promise<readonly string[]> {
  if (!containerInstances) return ecs.listTasks({ cluster });
  const lists = await pool([...new Set(containerInstances)], 8, (containerInstance) =>
    ecs.listTasks({ cluster, containerInstance }),
  );
  return lists.flat();
}

/** Every port that the tasks declare, with its endpoint; hosts are read only where a task needs one. */
export async function observeTasks(
  ports: EcsPorts,
  cluster: string,
  tasks: readonly Task[],
  settings: CandidateSettings,
): Promise<Observation> {
  const { definitions } = await ports.definitions.describe(tasks.map(({ definition }) => definition));
  const unknown = tasks.filter(({ definition }) => !definitions.has(definition));
  const known = tasks.flatMap((task) => {
    const definition = definitions.get(task.definition);
    return definition ? [{ task, definition }] : [];
  });
  const candidates = (hosts: ReadonlyMap<string, Host>) =>
    known.flatMap(({ task, definition }) =>
      candidatesOf(task, definition, hosts.get(task.containerInstance ?? ''), settings),
    );
  const homes = candidates(new Map()).flatMap(({ containerInstance, awsvpc }) =>
    containerInstance !== undefined && !awsvpc ? [containerInstance] : [],
  );
  const hosts = await observeHosts(ports, cluster, homes);
  // One that stops is left to its fate: whatever it has published leaves as that of any task that is not listed.
  const leaving = new Set(unknown.filter(isStopping));
  return {
    cluster,
    candidates: [...candidates(hosts), ...unknown.map(undefinedCandidate)],
    listed: tasks.filter((task) => !leaving.has(task)).map(({ arn }) => arn),
    hosts: [...hosts.values()],
    remarks: remarksOnAll(known),
  };
}

/** Where container instances stand: `gone` only when ECS says INACTIVE or EC2 says terminated. */
export async function observeHosts(
  { instances, ec2, known }: Pick<EcsPorts, 'instances' | 'ec2' | 'known'>,
  cluster: string,
  arns: readonly string[],
): Promise<ReadonlyMap<string, Host>> {
  const open = arns.filter((arn) => !known?.has(arn));
  const hosts = new Map(arns.flatMap((arn) => known?.get(arn) ?? []).map((host) => [host.containerInstance, host]));
  if (open.length === 0) return hosts;
  const described = await instances.describe(cluster, open);
  const found = await ec2.describeInstances(described.flatMap(({ ec2Instance }) => (ec2Instance ? [ec2Instance] : [])));
  return new Map([
    ...hosts,
    ...described.map(({ arn, status, ec2Instance }) => {
      const machine = ec2Instance === undefined ? undefined : found.get(ec2Instance);
      const gone = status === 'INACTIVE' || machine?.state === 'terminated';
      const unknown = status === 'missing' || (ec2Instance?.startsWith('i-') && !machine);
      const host: Host = {
        containerInstance: arn,
        state: gone ? 'gone' : unknown ? 'unknown' : 'live',
        ...(ec2Instance !== undefined && { ec2Instance }),
        ...(machine?.address !== undefined && { address: machine.address }),
        ...(machine?.vpc !== undefined && { vpc: machine.vpc }),
      };
      return [arn, host] as const;
    }),
  ]);
}
