import type { ServiceDeployment, ServiceRevisionSummary } from '@aws-sdk/client-ecs';

/** `address:port` of a running task → id of its deployment, as its `startedBy`. */
export type Places = ReadonlyMap<string, string>;

/** What stands of a deployment at one look. */
export interface Look {
  readonly deployment: ServiceDeployment;
  /** Places at which DNS sends clients of the service's name. */
  readonly answered: readonly string[];
  readonly places: Places;
}

/** How often a name's answer leads to each colour. */
export interface Answered {
  readonly blue: number;
  readonly green: number;
  /** Places at which no task of either runs. */
  readonly others: number;
}

/** Whether nothing comes of the deployment any more, and how it ended. */
export function endOf({ status }: ServiceDeployment): 'shifted' | 'rolled back' | 'given up' | undefined {
  switch (status) {
    case 'SUCCESSFUL':
      return 'shifted';
    case 'ROLLBACK_SUCCESSFUL':
      return 'rolled back';
    case 'STOPPED':
    case 'ROLLBACK_FAILED':
      return 'given up';
    default:
      return undefined;
  }
}

/** Green is the revision that comes, blue whatever ran before. */
export function coloursOf({ deployment, answered, places }: Look): Answered {
  const green = startedBy(deployment.targetServiceRevision);
  const blue = new Set(deployment.sourceServiceRevisions?.map(startedBy));
  const owners = answered.map((place) => places.get(place));
  return {
    blue: owners.filter((owner) => owner !== undefined && blue.has(owner)).length,
    green: owners.filter((owner) => owner === green).length,
    others: owners.filter((owner) => owner === undefined || (owner !== green && !blue.has(owner))).length,
  };
}

/** One line: where ECS is, how many tasks each colour has, and where DNS sends clients. */
export function progressLine(look: Look): string {
  const { status = '', lifecycleStage, sourceServiceRevisions = [], targetServiceRevision = {} } = look.deployment;
  const stage = status === 'PENDING' ? status : (lifecycleStage ?? status);
  const tasks = (revisions: readonly ServiceRevisionSummary[]): string => {
    const sum = (of: 'runningTaskCount' | 'requestedTaskCount') =>
      revisions.reduce((total, revision) => total + (revision[of] ?? 0), 0);
    return `${sum('runningTaskCount')}/${sum('requestedTaskCount')}`;
  };
  const { blue, green, others } = coloursOf(look);
  return [
    `${status.startsWith('ROLLBACK') ? 'rollback, ' : ''}${stage}`.padEnd(36),
    `tasks: blue ${tasks(sourceServiceRevisions)}, green ${tasks([targetServiceRevision])}`.padEnd(34),
    `DNS: ${blue} blue, ${green} green${others > 0 ? `, ${others} of neither` : ''}`,
  ].join(' ');
}

/** By its digits, which are those of its tasks' `startedBy`. */
const startedBy = ({ arn = '' }: ServiceRevisionSummary = {}): string => `ecs-svc/${arn.split('/').at(-1)}`;
