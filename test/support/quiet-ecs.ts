import type { TaskDefinition } from '../../functions/domain/ecs/task.ts';
import type { EcsPorts } from '../../functions/observing/observe.ts';

/** What CollectTasks is told, in tests of its own. */
export const COLLECT_SETTINGS = {
  ZONE_NAME: 'shop.internal.',
  OWNER_LABEL: 'ecs',
  PUBLISH_TASKS: 'all',
  HEALTH_CHECK: 'on',
  HEALTH_CHECK_PATH: '/health',
  CHECKER_VPC: '',
  ECS_ANYWHERE: false,
  ANYWHERE_PROBED: false,
  ADDRESS_FAMILY: undefined,
  ON_DRAINING: 'keep',
} as const;

/** Everything around tasks where nothing of it matters: these definitions, no hosts, nothing of EC2. */
export function quietPorts(...definitions: readonly TaskDefinition[]): Omit<EcsPorts, 'ecs'> {
  const known = new Map(definitions.map((one) => [one.arn, one]));
  return {
    definitions: {
      describe: async () => ({ definitions: known, unknown: [] }),
      known: () => known,
      learn: () => {},
    },
    instances: { describe: async () => [] },
    ec2: {
      describeInstances: async () => new Map(),
      vpcsOf: async () => new Map(),
      holdersOf: async () => new Map(),
      publicAddressesOf: async () => new Map(),
    },
  };
}
