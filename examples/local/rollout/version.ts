import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';

/** Counts what is rolled out; no program reads it. */
const VERSION = 'VERSION';
/** Nothing is served there, so that the check fails. */
const NOWHERE = '/broken';

/**
 * The next revision of a definition: the same containers, another VERSION.
 *
 * @param broken its checks ask for a path that the program does not serve
 */
export function nextVersion(
  { family, networkMode, containerDefinitions = [] }: TaskDefinition,
  broken: boolean,
): RegisterTaskDefinitionCommandInput {
  return {
    family,
    networkMode,
    containerDefinitions: containerDefinitions.map((container) => {
      const environment = container.environment ?? [];
      const version = Number(environment.find(({ name }) => name === VERSION)?.value ?? 1) + 1;
      const kept = environment.filter(({ name }) => name !== VERSION);
      return {
        ...container,
        environment: [
          ...kept.map((one) => (broken && isCheck(one.name) ? { ...one, value: NOWHERE } : one)),
          { name: VERSION, value: String(version) },
        ],
      };
    }),
  };
}

const isCheck = (name = ''): boolean => /^SERVICE_\d+_CHECK_HTTP$/.test(name);

/** The SRV names that a definition declares, each without the zone. */
export const declaredNames = ({ containerDefinitions = [] }: TaskDefinition): readonly string[] =>
  containerDefinitions.flatMap(({ environment = [] }) =>
    environment.flatMap(({ name = '', value = '' }) =>
      /^SERVICE_\d+_NAME$/.test(name) ? value.split(',').map((one) => one.trim()) : [],
    ),
  );
