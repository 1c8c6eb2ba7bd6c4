import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledgements.ts';

/** The build context of every image: `examples/`. */
const EXAMPLES = fileURLToPath(new URL('../', import.meta.url));

export type ServiceName = 'time' | 'calc' | 'portal';

/** Of each service, what stands in its Dockerfile. */
export const PORTS: Readonly<Record<ServiceName, number>> = { time: 8081, calc: 8081, portal: 8080 };

export interface ContainerSpec {
  readonly service: ServiceName;
  /** Each is asked for by basic auth: `CALC` becomes `CALC_USERNAME` and `CALC_PASSWORD`. */
  readonly logins: Readonly<Record<string, Login>>;
  readonly environment: Readonly<Record<string, string>>;
  /** From SIGTERM to SIGKILL. */
  readonly stopTimeout: Duration;
  /** Of the whole task where it is not given, as on Fargate. */
  readonly memoryLimitMiB?: number;
}

/** A name and a password that only Secrets Manager and the containers know. */
export class Login extends Construct {
  readonly secret: secretsmanager.ISecret;

  constructor(scope: Construct, id: string, username: string) {
    super(scope, id);
    this.secret = new secretsmanager.Secret(this, 'Secret', {
      description: `Basic auth of ${username}`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username }),
        generateStringKey: 'password',
        passwordLength: 32,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.DESTROY,
    }) as secretsmanager.ISecret;
    acknowledge(this.secret, 'AwsSolutions-SMG4');
  }
}

/** Adds the one container of an example to its task, built from the example's Dockerfile. */
export function addContainer(task: ecs.TaskDefinition, spec: ContainerSpec): ecs.ContainerDefinition {
  const { service, logins, environment, stopTimeout, memoryLimitMiB } = spec;
  const port = PORTS[service];
  acknowledge(task, 'AwsSolutions-ECS2');
  acknowledge(task.obtainExecutionRole(), 'AwsSolutions-IAM5[Resource::*]');
  return task.addContainer(service, {
    image: ecs.ContainerImage.fromDockerImageAsset(
      new DockerImageAsset(task, 'Image', {
        directory: EXAMPLES,
        file: `${service}/Dockerfile`,
        // The Dockerfiles run nothing, so any machine can build them for the hosts' processor.
        platform: Platform.LINUX_ARM64,
      }),
    ),
    // Host port 0, where the task has no address of its own: ECS chooses one.
    portMappings: [{ containerPort: port }],
    environment: { ...environment },
    secrets: Object.fromEntries(
      Object.entries(logins).flatMap(([prefix, { secret }]) => [
        [`${prefix}_USERNAME`, ecs.Secret.fromSecretsManager(secret, 'username')],
        [`${prefix}_PASSWORD`, ecs.Secret.fromSecretsManager(secret, 'password')],
      ]),
    ),
    // ECS reads no HEALTHCHECK of an image.
    healthCheck: {
      command: ['CMD-SHELL', `wget -q -O /dev/null "http://127.0.0.1:${port}/health" || exit 1`],
      interval: Duration.seconds(5),
      timeout: Duration.seconds(3),
      startPeriod: Duration.seconds(5),
      retries: 3,
    },
    stopTimeout,
    readonlyRootFilesystem: true,
    logging: ecs.LogDrivers.awsLogs({
      streamPrefix: service,
      logGroup: new logs.LogGroup(task, 'Log', {
        retention: logs.RetentionDays.ONE_WEEK,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    }),
    ...(memoryLimitMiB !== undefined && { memoryLimitMiB }),
  });
}
