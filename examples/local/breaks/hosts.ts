import type { ECS } from '@aws-sdk/client-ecs';
import type { LocalCluster } from '../ecs/cluster.ts';
import type { Host } from '../ecs/hosts.ts';
import { UsageError } from '../options.ts';
import { type Break, type Fields, given, oneOf } from './break.ts';

export interface HostBreaks {
  readonly ecs: Pick<ECS, 'updateContainerInstancesState'>;
  readonly clusters: () => readonly LocalCluster[];
  readonly isDraining: (host: Host) => boolean;
  /** Whether the deployment takes instances out of the zone when their host begins to drain (`onDraining`). */
  readonly leavesDraining: boolean;
}

interface Placed {
  readonly cluster: LocalCluster;
  readonly host: Host;
}

/** What can happen to the machines of a cluster. */
export function hostBreaks({ ecs, clusters, isDraining, leavesDraining }: HostBreaks): readonly Break[] {
  const all = (): readonly Placed[] =>
    clusters().flatMap((cluster) => cluster.hosts.map((host) => ({ cluster, host })));
  const lost = () => clusters().flatMap((cluster) => cluster.lost().map((address) => ({ cluster, address })));
  const named = ({ cluster, host }: Placed): string => `${cluster.name} ${host.address}, ${host.instanceId}`;
  const of = (which: (one: Placed) => boolean, none: string) =>
    oneOf(
      'host',
      'Host',
      () =>
        all()
          .filter(which)
          .map((one) => [one.host.instanceId, named(one)]),
      none,
    );
  const one = (chosen: Fields): Placed => {
    const found = all().find(({ host }) => host.instanceId === chosen.get('host'));
    if (found) return found;
    throw new UsageError(`the host ${given(chosen, 'host')} is not there any more`);
  };
  const set = async (chosen: Fields, status: 'ACTIVE' | 'DRAINING'): Promise<string> => {
    const placed = one(chosen);
    const { cluster, host } = placed;
    await ecs.updateContainerInstancesState({
      cluster: cluster.name,
      containerInstances: [host.containerInstance],
      status,
    });
    return `ecs:UpdateContainerInstancesState: ${named(placed)} is ${status}`;
  };
  return [
    {
      id: 'drain',
      label: 'Drain a host',
      says: () =>
        `ecs:UpdateContainerInstancesState DRAINING: services start their tasks elsewhere, then stop them here; others stay. ${
          leavesDraining
            ? 'Values leave the zone as host-draining before that, where others of the name pass elsewhere.'
            : 'Values leave when ECS stops their tasks: for earlier, SETTINGS=onDraining=deregister npm start.'
        }`,
      ...of(({ host }) => !isDraining(host), 'every host drains already'),
      act: (chosen) => set(chosen, 'DRAINING'),
    },
    {
      id: 'undrain',
      label: 'Take a host back',
      says: () => 'ecs:UpdateContainerInstancesState ACTIVE: it takes tasks again.',
      ...of(({ host }) => isDraining(host), 'no host drains'),
      act: (chosen) => set(chosen, 'ACTIVE'),
    },
    {
      id: 'lose-host',
      label: 'Lose a host',
      says: () =>
        'ec2:TerminateInstances: all processes of the host end at once, its agent falls silent, and ECS says a little later that its tasks have stopped.',
      ...of(() => true, 'no host is left'),
      async act(chosen) {
        const placed = one(chosen);
        placed.cluster.loseHost(placed.host);
        return `ec2:TerminateInstances: ${named(placed)} has ended`;
      },
    },
    {
      id: 'replace-host',
      label: 'Replace a lost host',
      says: () =>
        'ec2:RunInstances: another instance joins the cluster, with the address of the lost one, as an Auto Scaling group does.',
      ...oneOf(
        'address',
        'Host',
        () => lost().map(({ cluster, address }) => [address, `${cluster.name} ${address}`]),
        'no host is lost',
      ),
      async act(chosen) {
        const found = lost().find(({ address }) => address === chosen.get('address'));
        if (!found) throw new UsageError(`no host ${given(chosen, 'address')} is lost`);
        const { instanceId } = found.cluster.replaceHost(found.address);
        return `ec2:RunInstances: ${instanceId} has joined ${found.cluster.name} at ${found.address}`;
      },
    },
  ];
}
