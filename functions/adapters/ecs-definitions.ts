import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  ECSClient,
  type PortMapping,
} from '@aws-sdk/client-ecs';
import { declaringPart, toVariables } from '../domain/ecs/declaration.ts';
import type { NetworkMode, TaskDefinition } from '../domain/ecs/task.ts';
import { clientSettings } from './aws/client-settings.ts';
import { calling, messageOf, nameOf, present } from './aws/faults.ts';
import { pool } from './aws/pool.ts';

export interface DefinitionReader {
  /** Every one of the definitions that ECS knows; a revision never changes, so what is remembered is not asked for. */
  describe(arns: readonly string[]): Promise<Definitions>;
}

export interface DefinitionMemory extends DefinitionReader {
  /** Those that are remembered; after a fault also what was read before it. */
  known(arns: readonly string[]): ReadonlyMap<string, TaskDefinition>;
  /** Remembers what somebody else has read. */
  learn(definitions: readonly TaskDefinition[]): void;
}

export interface Definitions {
  /** By ARN. */
  readonly definitions: ReadonlyMap<string, TaskDefinition>;
  /** ARNs of those that ECS does not know (any more): deleted revisions. */
  readonly unknown: readonly string[];
}

/** Concurrent requests: their bucket refills with 20 a second (ECS request throttling). */
const CONCURRENT_READS = 5;
/** Revisions remembered, mostly less than a kilobyte each; those that nobody has used for the longest go first. */
const REMEMBERED = 5_000;
/** Seconds, as ECS has them where a health check leaves them out (ECS API model, HealthCheck). */
const DEFAULTS = { interval: 30, retries: 3, startPeriod: 0 };

/** Begins the name of every variable that declares something. */
const DECLARED = 'SERVICE_';

/** @param remembered how many revisions are remembered between two calls; an answer is whole however many it has */
export function definitionReader(
  client: Pick<ECSClient, 'send'> = new ECSClient(clientSettings()),
  remembered = REMEMBERED,
): DefinitionMemory {
  const known = new Map<string, TaskDefinition>();
  const asked = new Map<string, Promise<TaskDefinition | undefined>>();
  const used = (definition: TaskDefinition): TaskDefinition => {
    known.delete(definition.arn);
    known.set(definition.arn, definition);
    return definition;
  };
  const ask = (arn: string): Promise<TaskDefinition | undefined> => {
    // What failed is asked for again, and what ECS does not know, for it may only be late; what was read meanwhile
    // stays, so that a throttled reader gets further each time.
    const asking = readDefinition(client, arn)
      .then((definition) => definition && used(definition))
      .finally(() => asked.delete(arn));
    asked.set(arn, asking);
    return asking;
  };
  return {
    async describe(arns) {
      const wanted = [...new Set(arns)];
      const answer = await pool(wanted, CONCURRENT_READS, async (arn) => {
        const definition = known.get(arn) ?? (await (asked.get(arn) ?? ask(arn)));
        return [arn, definition] as const;
      });
      for (const [, definition] of answer) if (definition) used(definition);
      for (const arn of known.keys()) {
        if (known.size <= remembered) break;
        known.delete(arn);
      }
      return {
        definitions: new Map(answer.flatMap(([arn, definition]) => (definition ? [[arn, definition] as const] : []))),
        unknown: answer.flatMap(([arn, definition]) => (definition ? [] : [arn])),
      };
    },
    known: (arns) => new Map(arns.flatMap((arn) => known.get(arn) ?? []).map((one) => [one.arn, one])),
    learn(definitions) {
      for (const one of definitions) if (!known.has(one.arn)) used(one);
    },
  };
}

/** ECS has no name of its own for this fault: `ClientException` is many. */
const isUnknown = (fault: unknown) =>
  nameOf(fault) === 'ClientException' && /unable to describe task definition/i.test(messageOf(fault));

async function readDefinition(client: Pick<ECSClient, 'send'>, arn: string): Promise<TaskDefinition | undefined> {
  const call = 'ecs:DescribeTaskDefinition';
  const command = new DescribeTaskDefinitionCommand({ taskDefinition: arn });
  const answer = await calling(call, () => client.send(command)).catch((fault: unknown) => {
    if (isUnknown(fault)) return undefined;
    throw fault;
  });
  if (!answer) return undefined;
  const { taskDefinition } = answer;
  const { networkMode = 'bridge', containerDefinitions } = present(taskDefinition, call, 'taskDefinition');
  // No definition is without containers: such an answer must not be remembered as one that declares nothing.
  const containers = containerDefinitions?.length === 0 ? undefined : containerDefinitions;
  return {
    arn,
    networkMode: networkMode as NetworkMode,
    containers: present(containers, call, 'containerDefinitions').map(toContainer),
  };
}

function toContainer({
  name,
  environment = [],
  dockerLabels = {},
  portMappings = [],
  secrets = [],
  healthCheck,
}: ContainerDefinition) {
  const declared = secrets.flatMap((secret) => (secret.name?.startsWith(DECLARED) ? [secret.name] : []));
  return {
    name: name ?? '',
    environment: declaringPart(toVariables(environment)),
    labels: declaringPart(dockerLabels),
    ...(declared.length > 0 && { secrets: declared }),
    portMappings: portMappings.map(toMapping),
    ...(healthCheck && {
      healthCheck: {
        interval: healthCheck.interval ?? DEFAULTS.interval,
        retries: healthCheck.retries ?? DEFAULTS.retries,
        startPeriod: healthCheck.startPeriod ?? DEFAULTS.startPeriod,
      },
    }),
  };
}

const toMapping = ({ containerPort, containerPortRange, hostPort, protocol }: PortMapping) => ({
  ...(containerPort !== undefined && { containerPort }),
  ...(containerPortRange !== undefined && { containerPortRange }),
  ...(hostPort !== undefined && { hostPort }),
  protocol: protocol ?? ('tcp' as const),
});
