import type {
  ContainerDefinition,
  NetworkMode,
  PortMapping,
  RegisterTaskDefinitionCommandInput,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { ServiceFault } from '../service.ts';
import { type Account, ecsArn, lastPart } from './identity.ts';

/** ECS service quotas: containers per task definition. */
const mostContainers = 10;

/** The task definitions of one account: revisions by family, never changed but in their status. */
export class TaskDefinitions {
  readonly #account: Account;
  readonly #families = new Map<string, TaskDefinition[]>();

  constructor(account: Account) {
    this.#account = account;
  }

  /**
   * Makes the next revision of its family, with the defaults that the service fills in.
   *
   * @throws ServiceFault ClientException when the service would refuse the definition
   */
  register(input: RegisterTaskDefinitionCommandInput, registeredAt: Date): TaskDefinition {
    const { tags: _, family, containerDefinitions, ...rest } = input;
    if (!family || !/^[\w-]{1,255}$/.test(family)) throw refused('Family contains invalid characters.');
    if (!containerDefinitions?.length) throw refused('Container list cannot be empty.');
    if (containerDefinitions.length > mostContainers) {
      throw refused(`Too many containers: ${containerDefinitions.length}, at most ${mostContainers}.`);
    }
    if (input.requiresCompatibilities?.includes('FARGATE') && input.networkMode !== 'awsvpc') {
      throw refused('Fargate only supports network mode ‘awsvpc’.');
    }

    const revisions = this.#families.get(family) ?? [];
    const revision = revisions.length + 1;
    const definition: TaskDefinition = {
      ...rest,
      taskDefinitionArn: ecsArn(this.#account, 'task-definition', `${family}:${revision}`),
      containerDefinitions: containerDefinitions.map((container) => withDefaults(container, input.networkMode)),
      family,
      revision,
      volumes: input.volumes ?? [],
      placementConstraints: input.placementConstraints ?? [],
      status: 'ACTIVE',
      registeredAt,
    };
    this.#families.set(family, [...revisions, definition]);
    return definition;
  }

  /** Makes one revision INACTIVE. */
  deregister(reference: string, deregisteredAt: Date): TaskDefinition {
    const definition = this.describe(reference);
    const inactive: TaskDefinition = { ...definition, status: 'INACTIVE', deregisteredAt };
    const family = definition.family ?? '';
    const revisions = this.#families.get(family) ?? [];
    this.#families.set(
      family,
      revisions.map((one) => (one === definition ? inactive : one)),
    );
    return inactive;
  }

  /** Of every family, in the order of names and revisions. */
  all(): readonly TaskDefinition[] {
    return [...this.#families.keys()].sort().flatMap((family) => this.#families.get(family) ?? []);
  }

  /**
   * @param reference a family (its latest ACTIVE revision), `family:revision` or an ARN (that revision, INACTIVE too)
   * @throws ServiceFault ClientException when there is none
   */
  describe(reference: string | undefined): TaskDefinition {
    const found = reference === undefined ? undefined : this.#find(reference);
    if (!found) throw refused('Unable to describe task definition.');
    return found;
  }

  /** As describe, for a task that is to run: @throws ServiceFault ClientException for an INACTIVE revision as well */
  runnable(reference: string | undefined): TaskDefinition {
    const found = reference === undefined ? undefined : this.#find(reference);
    if (!found) throw refused('TaskDefinition not found.');
    if (found.status !== 'ACTIVE') throw refused('TaskDefinition is inactive');
    return found;
  }

  #find(reference: string): TaskDefinition | undefined {
    const name = lastPart(reference);
    if (reference !== name && reference !== ecsArn(this.#account, 'task-definition', name)) return undefined;
    const [family = '', revision] = name.split(':');
    const revisions = this.#families.get(family);
    return revision === undefined
      ? revisions?.findLast(({ status }) => status === 'ACTIVE')
      : revisions?.[Number(revision) - 1];
  }
}

function withDefaults(container: ContainerDefinition, networkMode: NetworkMode | undefined): ContainerDefinition {
  const ports = container.portMappings ?? [];
  const numbers = ports.map(({ containerPort }) => containerPort).filter((port) => port !== undefined);
  if (new Set(numbers).size < numbers.length) {
    throw refused('The same container port cannot be exposed for several protocols or mappings.');
  }
  return {
    cpu: 0,
    essential: true,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    ...container,
    portMappings: ports.map((port) => portWithDefaults(port, networkMode)),
  };
}

function portWithDefaults(port: PortMapping, networkMode: NetworkMode | undefined): PortMapping {
  const protocol = port.protocol ?? 'tcp';
  if (port.containerPortRange !== undefined) return { ...port, protocol };
  if (networkMode !== 'awsvpc' && networkMode !== 'host') return { ...port, hostPort: port.hostPort ?? 0, protocol };
  if (port.hostPort !== undefined && port.hostPort !== port.containerPort) {
    throw refused(`When networkMode=${networkMode}, the host ports and container ports in port mappings must match.`);
  }
  return { ...port, hostPort: port.containerPort, protocol };
}

const refused = (message: string): ServiceFault => new ServiceFault('ClientException', message);
