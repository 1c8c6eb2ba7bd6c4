import { pool } from '../adapters/aws/pool.ts';
import type { Ec2Reader } from '../adapters/ec2-reader.ts';
import type { InstanceReader } from '../adapters/ecs-instances.ts';
import type { EcsReader } from '../adapters/ecs-reader.ts';
import type { AnywhereReader } from '../adapters/ssm-reader.ts';
import type { Claim } from '../domain/ecs/claim.ts';
import { claimsOf } from '../domain/ecs/claims-of.ts';
import { type ClaimSettings, declarationsOf } from '../domain/ecs/declared.ts';
import { hostState, isExternal } from '../domain/ecs/host.ts';
import { remarksOnAll } from '../domain/ecs/remarks.ts';
import { type Host, isStopping, type Task } from '../domain/ecs/task.ts';
import { undefinedClaim } from '../domain/ecs/undefined-claim.ts';
import { type DefinitionPorts, definitionsIn } from './definition-store.ts';

/** What reading ECS and EC2 takes. */
export interface EcsPorts extends DefinitionPorts {
  readonly ecs: EcsReader;
  readonly instances: InstanceReader;
  readonly ec2: Ec2Reader;
  /** Only where instances of ECS Anywhere are published. */
  readonly anywhere?: AnywhereReader | undefined;
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

export interface ObserveSettings extends ClaimSettings {
  /** Whether hosts are read of tasks too that have an address of their own: whether they still stand. */
  readonly everyHost: boolean;
}

/** What was seen of one cluster. */
export interface ClusterView {
  readonly claims: readonly Claim[];
  /** Every task that was read, whether it declares something or not. */
  readonly listed: readonly string[];
  readonly hosts: readonly Host[];
  readonly remarks: readonly string[];
}

/** Every port that the tasks declare, with its endpoint; hosts and subnets are read only of tasks that declare something. */
export async function observeTasks(
  ports: EcsPorts,
  cluster: string,
  tasks: readonly Task[],
  { everyHost, ...settings }: ObserveSettings,
): Promise<ClusterView> {
  const { definitions } = await definitionsIn(
    ports,
    cluster,
    tasks.map(({ definition }) => definition),
  );
  const unknown = tasks.filter(({ definition }) => !definitions.has(definition));
  const known = tasks.flatMap((task) => {
    const definition = definitions.get(task.definition);
    return definition ? [{ task, definition }] : [];
  });
  const declaring = known.flatMap(({ task, definition }) => {
    const declared = declarationsOf(definition, task.overrides, settings);
    return declared.length > 0 ? [{ task, definition, declared, awsvpc: definition.networkMode === 'awsvpc' }] : [];
  });
  const homes = declaring.flatMap(({ task, awsvpc }) =>
    task.containerInstance !== undefined && (everyHost || !awsvpc) ? [task.containerInstance] : [],
  );
  const subnets = declaring.flatMap(({ task, awsvpc }) => (awsvpc ? (task.networkInterface?.subnet ?? []) : []));
  const atPublic = declaring.flatMap(({ task, awsvpc, declared }) =>
    awsvpc && declared.some(({ declaration }) => declaration?.atPublic) ? (task.networkInterface?.id ?? []) : [],
  );
  const [hosts, vpcs, addresses] = await Promise.all([
    observeHosts(ports, cluster, homes),
    ports.ec2.vpcsOf(subnets),
    ports.ec2.publicAddressesOf(atPublic),
  ]);
  const claims = declaring.flatMap(({ task, definition, declared }) => {
    const host = hosts.get(task.containerInstance ?? '');
    return claimsOf({ task: withItsInterface(task, { vpcs, addresses }), definition, declared, host }, settings);
  });
  // One that stops is left to its fate: whatever it has published leaves as that of any task that is not listed.
  const leaving = new Set(unknown.filter(isStopping));
  return {
    claims: [...claims, ...unknown.map(undefinedClaim)],
    listed: tasks.filter((task) => !leaving.has(task)).map(({ arn }) => arn),
    hosts: [...hosts.values()],
    remarks: remarksOnAll(known),
  };
}

/** A task with what EC2 has told of its interface. */
function withItsInterface(
  task: Task,
  { vpcs, addresses }: { readonly vpcs: ReadonlyMap<string, string>; readonly addresses: ReadonlyMap<string, string> },
): Task {
  const vpc = vpcs.get(task.networkInterface?.subnet ?? '');
  const publicAddress = addresses.get(task.networkInterface?.id ?? '');
  if (vpc === undefined && publicAddress === undefined) return task;
  const told = { ...(vpc !== undefined && { vpc }), ...(publicAddress !== undefined && { publicAddress }) };
  return { ...task, networkInterface: { ...task.networkInterface, ...told } };
}

/** Where container instances stand, each asked for once. */
export async function observeHosts(
  { instances, ec2, anywhere, known }: Pick<EcsPorts, 'instances' | 'ec2' | 'anywhere' | 'known'>,
  cluster: string,
  arns: readonly string[],
): Promise<ReadonlyMap<string, Host>> {
  const open = arns.filter((arn) => !known?.has(arn));
  const hosts = new Map(arns.flatMap((arn) => known?.get(arn) ?? []).map((host) => [host.containerInstance, host]));
  if (open.length === 0) return hosts;
  const described = await instances.describe(cluster, open);
  const machines = described.flatMap(({ ec2Instance }) => ec2Instance ?? []);
  const external = machines.filter(isExternal);
  const [found, addresses] = await Promise.all([
    ec2.describeInstances(machines),
    external.length > 0 ? anywhere?.addressesOf(external) : undefined,
  ]);
  return new Map([
    ...hosts,
    ...described.map(({ arn, ec2Instance, ...seen }) => {
      const machine = ec2Instance === undefined ? undefined : found.get(ec2Instance);
      const address = machine?.address ?? addresses?.get(ec2Instance ?? '');
      const host: Host = {
        containerInstance: arn,
        state: hostState({ ...seen, ...(ec2Instance && { ec2Instance }), ...(machine && { machine: machine.state }) }),
        ...(ec2Instance !== undefined && { ec2Instance }),
        ...(address !== undefined && { address }),
        ...(machine?.address6 !== undefined && { address6: machine.address6 }),
        ...(machine?.publicAddress !== undefined && { publicAddress: machine.publicAddress }),
        ...(machine?.vpc !== undefined && { vpc: machine.vpc }),
        ...(isExternal(ec2Instance) && !anywhere && { unasked: true }),
        ...(seen.status === 'DRAINING' && { draining: true }),
        ...(seen.disconnected && { disconnected: true }),
      };
      return [arn, host] as const;
    }),
  ]);
}
