import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';

/** A service as one would create it in ECS. */
export interface ServiceSpec {
  readonly name: string;
  readonly definition: RegisterTaskDefinitionCommandInput;
  readonly desiredCount: number;
}

/**
 * How long the examples serve on after SIGTERM, in seconds: longer than event, window, run and TTL take here, where
 * nothing has to propagate.
 */
const DRAIN_SECONDS = 12;

/** Two instances each of time and calc, which declare their names, and one portal, which declares none. */
export function exampleServices({ portalPort }: { readonly portalPort: number }) {
  return {
    time: declaring('time'),
    calc: declaring('calc'),
    portal: {
      name: 'portal',
      desiredCount: 1,
      definition: definitionOf('portal', { containerPort: 8080, hostPort: portalPort }, {}),
    },
  } as const satisfies Readonly<Record<string, ServiceSpec>>;
}

const declaring = (name: string): ServiceSpec => ({
  name,
  desiredCount: 2,
  definition: definitionOf(
    name,
    { containerPort: 8081, hostPort: 0 },
    {
      SERVICE_8081_NAME: `_${name}._tcp`,
      SERVICE_8081_CHECK_HTTP: '/health',
      DRAIN_SECONDS: String(DRAIN_SECONDS),
    },
  ),
});

function definitionOf(
  name: string,
  ports: { readonly containerPort: number; readonly hostPort: number },
  environment: Readonly<Record<string, string>>,
): RegisterTaskDefinitionCommandInput {
  return {
    family: name,
    networkMode: 'bridge',
    containerDefinitions: [
      {
        name,
        image: name,
        command: ['node', `${name}/main.ts`],
        memory: 128,
        essential: true,
        portMappings: [{ ...ports, protocol: 'tcp' }],
        environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
        stopTimeout: DRAIN_SECONDS + 10,
      },
    ],
  };
}
