import type { Breaks } from '../../../console/acting.ts';
import type { Action } from '../../../console/views.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { LocalZone } from '../cloud/zone.ts';
import type { LocalCluster } from '../ecs/cluster.ts';
import type { RunningTask } from '../ecs/task-runner.ts';
import type { ApiSwitches } from '../faults/api-switches.ts';
import type { TaskSwitches } from '../faults/task-switches.ts';
import { UsageError } from '../options.ts';
import { apiBreaks } from './apis.ts';
import type { Break } from './break.ts';
import { eventBreak } from './events.ts';
import { FOREIGN, foreignBreaks } from './foreign.ts';
import { hostBreaks } from './hosts.ts';
import { serviceBreaks } from './services.ts';
import { taskBreaks } from './tasks.ts';

export interface BreaksOptions {
  readonly cloud: Cloud;
  readonly zone: LocalZone;
  readonly clusters: () => readonly LocalCluster[];
  /** Those that run and that nobody has told to stop. */
  readonly tasks: () => readonly RunningTask[];
  readonly api: ApiSwitches;
  readonly switches: TaskSwitches;
  /** Whether instances leave the zone when their host begins to drain. */
  readonly leavesDraining: boolean;
}

/** All that the console of a local run can break and mend: each button does what AWS, or somebody else, would do. */
export function localBreaks({ cloud, zone, clusters, tasks, api, switches, leavesDraining }: BreaksOptions): Breaks {
  const { ecs, route53 } = cloud.clients;
  const all: readonly Break[] = [
    ...serviceBreaks({ ecs, clusters }),
    ...taskBreaks({ ecs, tasks, switches }),
    ...hostBreaks({
      ecs,
      clusters,
      leavesDraining,
      isDraining: ({ containerInstance }) =>
        cloud.ecs.admin.containerInstance(containerInstance)?.status === 'DRAINING',
    }),
    eventBreak(cloud.events.admin.setFaults),
    ...apiBreaks(api, clusters),
    ...foreignBreaks({ route53, zoneId: zone.id, names: () => namesIn(cloud, zone) }),
  ];
  return {
    actions: () => all.map(actionOf),
    async act(id, fields) {
      const found = all.find((one) => one.id === id);
      if (!found) return { done: false, says: 'nothing here does that' };
      try {
        return { done: true, says: await found.act(fields) };
      } catch (error) {
        if (error instanceof UsageError) return { done: false, says: error.message };
        throw error;
      }
    },
  };
}

function actionOf({ id, label, says, fields, refused }: Break): Action {
  const why = refused?.();
  return { id, group: 'break', label, says: says(), fields: fields(), ...(why !== undefined && { refused: why }) };
}

/** SRV names of the zone with one set each, as they stand. */
function namesIn({ route53 }: Cloud, { id }: LocalZone) {
  return route53
    .recordSets(id)
    .flatMap(({ Name = '', Type, SetIdentifier, ResourceRecords = [] }) =>
      Type === 'SRV' && SetIdentifier === undefined
        ? [{ name: Name, isShared: ResourceRecords.some(({ Value }) => Value === FOREIGN) }]
        : [],
    );
}
