import { setTimeout as sleep } from 'node:timers/promises';
import type { DeploymentConfiguration, ECS } from '@aws-sdk/client-ecs';
import { UsageError } from '../options.ts';
import type { LookUp } from './lookup.ts';
import { type Clients, placesOf } from './places.ts';
import { endOf, type Look, progressLine } from './progress.ts';
import { declaredNames, nextVersion } from './version.ts';

export interface Rollout {
  readonly cluster: string;
  readonly service: string;
  /** The checks of the new version fail. */
  readonly broken: boolean;
}

export interface Surroundings extends Clients {
  /** Where DNS sends clients of an SRV name, which is given without the zone. */
  readonly lookUp: LookUp;
  /** Takes each look at which something has changed, with its line. */
  readonly tell: (line: string, look: Look) => void;
  /** Takes what is waited for before anything is deployed. */
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

const PAUSE_MS = 250;

/**
 * Deploys a new version of a service, as a pipeline does, and looks until nothing comes of it any more.
 *
 * @returns the last look
 * @throws UsageError for a service that is not there, or not deployed blue/green; the signal's reason
 */
export async function rollOut({ cluster, service, broken }: Rollout, around: Surroundings): Promise<Look> {
  const { ecs, lookUp, tell, note, signal } = around;
  const { services: [known] = [] } = await ecs.describeServices({ cluster, services: [service] });
  if (!known?.taskDefinition) {
    const { serviceArns = [] } = await ecs.listServices({ cluster, maxResults: 100 });
    const names = serviceArns.map((arn) => arn.split('/').at(-1)).join(', ');
    throw new UsageError(`there is no service ${JSON.stringify(service)} in ${cluster}: it has ${names || 'none'}`);
  }
  const { strategy } = known.deploymentConfiguration ?? {};
  if (strategy !== 'BLUE_GREEN') {
    throw new UsageError(
      `${service} is deployed ${strategy}, want a service that is deployed BLUE_GREEN: calc is, unless SETTINGS says blueGreen=false`,
    );
  }
  await atRest({ cluster, service }, { ecs, note, signal });
  const { name, deployment: arn } = await deployNext({ cluster, service, broken }, ecs);

  const look = async (): Promise<Look> => {
    const [{ serviceDeployments: [deployment = {}] = [] }, answered, places] = await Promise.all([
      ecs.describeServiceDeployments({ serviceDeploymentArns: [arn] }),
      lookUp(name),
      placesOf(around, cluster, service),
    ]);
    return { deployment, answered, places };
  };
  let told = '';
  for (;;) {
    signal.throwIfAborted();
    const now = await look();
    const line = progressLine(now);
    if (line !== told) tell(line, now);
    told = line;
    if (endOf(now.deployment)) return now;
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
}

/** A deployment that has begun. */
export interface Begun {
  /** ARN. */
  readonly deployment: string;
  /** The SRV name that its service declares, without the zone. */
  readonly name: string;
}

/**
 * Registers the next version of what a service runs, and has ECS deploy it.
 *
 * @param deploymentConfiguration how, from now on; as it is unless given
 * @throws UsageError for a service that declares no name
 */
export async function deployNext(
  { cluster, service, broken }: Rollout,
  ecs: ECS,
  deploymentConfiguration?: DeploymentConfiguration,
): Promise<Begun> {
  const { services: [known = {}] = [] } = await ecs.describeServices({ cluster, services: [service] });
  const { taskDefinition: before = {} } = await ecs.describeTaskDefinition({ taskDefinition: known.taskDefinition });
  const [name] = declaredNames(before);
  if (name === undefined) throw new UsageError(`${service} declares no SRV name, so no traffic of it can shift`);
  const { taskDefinition: made } = await ecs.registerTaskDefinition(nextVersion(before, broken));
  const { service: updated } = await ecs.updateService({
    cluster,
    service,
    taskDefinition: made?.taskDefinitionArn,
    ...(deploymentConfiguration && { deploymentConfiguration }),
  });
  return { deployment: updated?.currentServiceDeployment ?? '', name };
}

/** Waits until no deployment is under way: another one would stop it, and could not go back where it was the first. */
export async function atRest(
  { cluster, service }: Pick<Rollout, 'cluster' | 'service'>,
  { ecs, note, signal }: Pick<Surroundings, 'ecs' | 'note' | 'signal'>,
): Promise<void> {
  for (let isNoted = false; ; isNoted = true) {
    signal.throwIfAborted();
    const { services: [now] = [] } = await ecs.describeServices({ cluster, services: [service] });
    if (!now?.currentServiceDeployment) return;
    if (!isNoted) note(`a deployment of ${service} is under way: this one begins when it has ended`);
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
}

/** What came of a rollout, in a sentence, and whether it is what should have come of it. */
export function outcomeOf({ broken, service }: Rollout, { deployment }: Look) {
  const end = endOf(deployment);
  const why = deployment.statusReason === undefined ? '' : `: ${deployment.statusReason}`;
  return {
    isAsWanted: end === (broken ? 'rolled back' : 'shifted'),
    says: end === 'shifted' ? `${service} has shifted to the new version` : `${service} is ${end}${why}`,
  };
}
