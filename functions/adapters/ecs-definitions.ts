import {
  type ContainerDefinition,
  DescribeTaskDefinitionCommand,
  ECSClient,
  type PortMapping,
} from '@aws-sdk/client-ecs';
import { toVariables } from '../domain/ecs/declaration.ts';
import type { NetworkMode, TaskDefinition } from '../domain/ecs/task.ts';
import { clientSettings } from './aws/client-settings.ts';
import { calling, messageOf, nameOf, present } from './aws/faults.ts';
import { pool } from './aws/pool.ts';

export interface DefinitionReader {
  /** Every one of the definitions that ECS knows; a revision never changes, so each is asked for once in a function's life. */
  describe(arns: readonly string[]): Promise<{
    /** By ARN. */
    readonly definitions: ReadonlyMap<string, TaskDefinition>;
    /** ARNs of those that ECS does not know (any more): deleted revisions. */
    readonly unknown: readonly string[];
  }>;
}

/** Concurrent requests: their bucket refills with 20 a second (ECS request throttling). */
const CONCURRENT_READS = 5;
/** Revisions remembered, a few kilobytes each; the oldest go first. */
const REMEMBERED = 2_000;
/** Seconds, as ECS has them where a health check leaves them out (ECS API model, HealthCheck). */
const DEFAULTS = { interval: 30, retries: 3, startPeriod: 0 };

/** Begins the name of every variable that declares something. */
const DECLARED = 'SERVICE_';

/** @param remembered how many revisions are remembered between two calls; an answer is whole however many it has */
export function definitionReader(
  client: Pick<ECSClient, 'send'> = new ECSClient(clientSettings()),
  remembered = REMEMBERED,
): DefinitionReader {
  const known = new Map<string, Promise<TaskDefinition | undefined>>();
  const ask = (arn: string): Promise<TaskDefinition | undefined> => {
    const asked = readDefinition(client, arn);
    known.set(arn, asked);
    const forget = () => known.get(arn) === asked && known.delete(arn);
    // What failed is asked for again, and what ECS does not know, for it may only be late; what was read meanwhile
    // stays, so that a throttled reader gets further each time.
    asked.then((definition) => definition ?? forget(), forget);
    return asked;
  };
  return {
    async describe(arns) {
      const wanted = [...new Set(arns)];
      const answer = await pool(wanted, CONCURRENT_READS, async (arn) => {
        const definition = await (known.get(arn) ?? ask(arn));
        return [arn, definition] as const;
      });
      for (const arn of known.keys()) {
        if (known.size <= remembered) break;
        known.delete(arn);
      }
      return {
        definitions: new Map(answer.flatMap(([arn, definition]) => (definition ? [[arn, definition] as const] : []))),
        unknown: answer.flatMap(([arn, definition]) => (definition ? [] : [arn])),
      };
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
    environment: toVariables(environment),
    labels: dockerLabels,
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
