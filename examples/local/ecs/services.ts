import type { DeploymentConfiguration, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { blueGreen, type ShiftHook } from './shift-hook.ts';

/** A service as one would create it in ECS. */
export interface ServiceSpec {
  readonly name: string;
  readonly definition: RegisterTaskDefinitionCommandInput;
  readonly desiredCount: number;
  /** A rolling update unless given. */
  readonly deploymentConfiguration?: DeploymentConfiguration;
}

/**
 * How long the examples serve on after SIGTERM, in seconds: longer than event, window, run and TTL take here, where
 * nothing has to propagate.
 */
const DRAIN_SECONDS = 12;

/** The port of every task that has an address of its own. */
export const OWN_PORT = 8081;

/** The address name that is declared here: clients ask for `calculator.<zone>`. */
export const ADDRESS_NAME = 'calculator';

/**
 * Two instances each of time and calc, which declare their names, and one portal, which declares none. Beside them calc once
 * more, by tasks with addresses of their own that declare an address name, where the machine has such addresses.
 *
 * @param hook deploys calc blue/green; all others are rolling updates
 */
export function exampleServices({
  portalPort,
  ownAddresses,
  hook,
}: {
  readonly portalPort: number;
  readonly ownAddresses: boolean;
  readonly hook?: ShiftHook | undefined;
}): ExampleServices {
  return {
    time: declaring('time'),
    calc: { ...declaring('calc'), ...(hook && { deploymentConfiguration: blueGreen(hook) }) },
    portal: {
      name: 'portal',
      desiredCount: 1,
      definition: definitionOf('portal', { ports: { containerPort: 8080, hostPort: portalPort } }),
    },
    ...(ownAddresses && {
      'calc-awsvpc': {
        name: 'calc-awsvpc',
        desiredCount: 2,
        definition: definitionOf('calc-awsvpc', {
          program: 'calc',
          networkMode: 'awsvpc',
          ports: { containerPort: OWN_PORT, hostPort: OWN_PORT },
          environment: checked({ [`SERVICE_${OWN_PORT}_ADDRESS_NAME`]: ADDRESS_NAME }),
        }),
      },
    }),
  };
}

export interface ExampleServices extends Readonly<Record<'time' | 'calc' | 'portal', ServiceSpec>> {
  readonly 'calc-awsvpc'?: ServiceSpec;
}

const declaring = (name: string): ServiceSpec => ({
  name,
  desiredCount: 2,
  definition: definitionOf(name, {
    ports: { containerPort: 8081, hostPort: 0 },
    environment: checked({ SERVICE_8081_NAME: `_${name}._tcp` }),
  }),
});

/** What is declared of port 8081, with a check, by a program that serves on while it is drained. */
const checked = (declared: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  ...declared,
  SERVICE_8081_CHECK_HTTP: '/health',
  DRAIN_SECONDS: String(DRAIN_SECONDS),
});

interface Kind {
  /** Folder of the examples; the family unless given. */
  readonly program?: string;
  readonly networkMode?: 'bridge' | 'awsvpc';
  readonly ports: { readonly containerPort: number; readonly hostPort: number };
  readonly environment?: Readonly<Record<string, string>>;
}

function definitionOf(
  family: string,
  { program = family, networkMode = 'bridge', ports, environment = {} }: Kind,
): RegisterTaskDefinitionCommandInput {
  return {
    family,
    networkMode,
    containerDefinitions: [
      {
        name: program,
        image: program,
        command: ['node', `${program}/main.ts`],
        memory: 128,
        essential: true,
        portMappings: [{ ...ports, protocol: 'tcp' }],
        environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
        stopTimeout: DRAIN_SECONDS + 10,
      },
    ],
  };
}
