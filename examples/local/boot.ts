import type { Breaks } from '../../console/acting.ts';
import type { Role } from '../../test/stand-ins/iam.ts';
import type { Interceptor } from '../../test/stand-ins/protocol.ts';
import { localBreaks } from './breaks/breaks.ts';
import { type Closing, startClosing } from './closing.ts';
import { type Cloud, startCloud } from './cloud/cloud.ts';
import { deploy } from './cloud/deploy.ts';
import { logOf, onFailureOf, scheduled } from './cloud/permissions.ts';
import { awsVariables, PLACE } from './cloud/place.ts';
import { startSchedules } from './cloud/schedule.ts';
import { createZone, type LocalZone, SUBNET_ID, VPC_ID } from './cloud/zone.ts';
import { codeOf } from './code/code-of.ts';
import { startDns } from './dns/dns.ts';
import { type LocalCluster, startCluster } from './ecs/cluster.ts';
import { type ExampleServices, exampleServices } from './ecs/services.ts';
import { shiftHook } from './ecs/shift-hook.ts';
import type { RunningTask } from './ecs/task-runner.ts';
import type { TaskTrouble } from './ecs/trouble.ts';
import { type ApiSwitches, apiSwitches } from './faults/api-switches.ts';
import { command } from './faults/commands.ts';
import { startControl } from './faults/control.ts';
import { showRun } from './faults/show.ts';
import { taskSwitches } from './faults/task-switches.ts';
import { type Lambdas, type LambdasOptions, startLambdas } from './lambda/lambdas.ts';
import { CLUSTER, ZONE_NAME } from './names.ts';
import { UsageError } from './options.ts';
import { checkedPort, openPort } from './ports.ts';
import type { StackPlace } from './template/cloudformation.ts';
import { type Deployment, readDeployment } from './template/deployment.ts';
import { synthesize } from './template/synthesize.ts';

export interface BootOptions {
  /** 0 takes a free port, as with the others. */
  readonly portalPort?: number;
  readonly dnsPort?: number;
  readonly awsPort?: number;
  readonly faultPort?: number;
  /** Of the deployment, by context keys, besides its defaults; SETTINGS counts more. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Milliseconds in place of the deployed schedule's period; `never` for no scheduled runs. */
  readonly schedule?: number | 'never';
  /** Between the loss of a task and the start of its replacement, milliseconds; 10 s unless given. */
  readonly replacementDelayMs?: number;
  /** How many sandboxes stay idle and for how long; without it one of each function is started now, and all stay. */
  readonly keepWarm?: LambdasOptions['keepWarm'];
  /** Sees every call to AWS; may inject a fault. */
  readonly intercept?: Interceptor;
  /** Takes what functions and tasks print, by source. */
  readonly log?: (source: string, text: string) => void;
  readonly onTaskStart?: (task: RunningTask) => void;
  readonly onTaskEnd?: (task: RunningTask, exitCode: number) => void;
  readonly onTaskTrouble?: (trouble: TaskTrouble) => void;
  /** A service does not start, and is tried again in so many milliseconds. */
  readonly onImpaired?: (service: string, waitMs: number) => void;
  /** How long a new task has to run until it counts in a rolling update, milliseconds; 8 s unless given. */
  readonly provenAfterMs?: number;
  /** The zone belongs to another account, and is reached by this role of it. */
  readonly elsewhere?: ZoneElsewhere;
  /** Gives up the boot; what was started is closed. */
  readonly signal?: AbortSignal;
}

export interface ZoneElsewhere {
  /** Twelve digits. */
  readonly accountId: string;
  readonly externalId: string;
  readonly roleOf: (zone: LocalZone) => Role;
}

/** Everything that runs, with its handles. */
export interface LocalRun {
  readonly cloud: Cloud;
  readonly deployment: Deployment;
  readonly lambdas: Lambdas;
  readonly zone: LocalZone;
  /** The cluster that there is from the beginning, without services. */
  readonly cluster: LocalCluster;
  /** Another one, with hosts of its own. */
  addCluster(name: string): Promise<LocalCluster>;
  /** The example services by name, to be given to a cluster's scheduler in any order. */
  readonly services: ExampleServices;
  readonly dnsPort: number;
  /** `address:port` */
  readonly dnsServer: string;
  readonly portalUrl: string;
  /** Takes what is to break (`npm run fault`). */
  readonly faultUrl: string;
  /** Faults of the APIs, as `npm run fault` switches them. */
  readonly faults: ApiSwitches;
  /** What can be broken and mended in the console. */
  readonly breaks: Breaks;
  /** Ends everything; resolves when nothing is left. */
  close(): Promise<void>;
}

/** The name of a role does not tell of its zone. */
const NO_ZONE_YET: LocalZone = { id: 'Z0', name: ZONE_NAME };
/** A service starts another task so long after it has lost one, in milliseconds. */
const REPLACEMENT_DELAY = 10_000;
/** ECS takes 40 s; here events, runs and DNS have done their part after a few. Milliseconds. */
const PROVEN_AFTER = 8_000;
/** Executions overlap; beyond this many at a time, invocations of one function wait. */
const SANDBOXES_PER_FUNCTION = 2;

/**
 * Boots AWS as far as it is needed, the DNS server and ECS with its hosts, and deploys the synthesized stack. Services
 * are left to the caller.
 *
 * @throws UsageError for a port in use; nothing is left behind then, as after any other error
 */
export async function boot(options: BootOptions = {}): Promise<LocalRun> {
  const closing = startClosing();
  try {
    return { ...(await bootParts(options, closing)), close: closing.close };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function bootParts(options: BootOptions, { onClose }: Closing): Promise<Omit<LocalRun, 'close'>> {
  const { log = () => {}, awsPort = 0, dnsPort = 0, faultPort = 0, schedule, signal, elsewhere } = options;
  // The slowest part runs beside the others; it is given up where one of them fails.
  const givenUp = new AbortController();
  const context = elsewhere && {
    hostedZoneRoleArn: elsewhere.roleOf(NO_ZONE_YET).arn,
    hostedZoneExternalId: elsewhere.externalId,
  };
  const synthesizing = synthesize(
    { settings: options.settings, context },
    AbortSignal.any([givenUp.signal, ...(signal ? [signal] : [])]),
  );
  onClose(async () => {
    givenUp.abort();
    await synthesizing.catch(() => {});
  });
  synthesizing.catch(() => {}); // heard of below

  const api = apiSwitches();
  let act = async (_: readonly string[]): Promise<string> => {
    throw new UsageError('everything is still starting');
  };
  const control = await openPort('faultPort', faultPort, () => startControl(faultPort, (words) => act(words)));
  onClose(control.close);
  const portalPort = await checkedPort('portalPort', options.portalPort ?? 0);
  const cloud = await openPort('awsPort', awsPort, () =>
    startCloud({
      port: awsPort,
      intercept: (call) =>
        Promise.resolve(options.intercept?.(call)).then((injected) => injected ?? api.intercept(call)),
    }),
  );
  onClose(cloud.close);
  const zone = await createZone(cloud, ZONE_NAME);
  if (elsewhere) {
    cloud.route53.giveTo(zone.id, elsewhere.accountId);
    cloud.iam.putRole(elsewhere.roleOf(zone));
  }
  const dns = await openPort('dnsPort', dnsPort, () => startDns({ port: dnsPort, route53: cloud.route53, zone }));
  onClose(dns.close);
  const dnsServer = `127.0.0.1:${dns.port}`;

  const deployment = readDeployment(await synthesizing, placeOf(cloud, zone));
  const code = await codeOf(deployment.functions);
  onClose(code.remove);
  signal?.throwIfAborted();
  const lambdas = startLambdas({
    functions: deployment.functions,
    moduleOf: code.moduleOf,
    environment: awsVariables(cloud.endpointUrl),
    concurrency: SANDBOXES_PER_FUNCTION,
    ...(options.keepWarm && { keepWarm: options.keepWarm }),
    log: logOf(cloud, deployment, log),
    onFailure: onFailureOf(cloud, deployment),
  });
  onClose(lambdas.close);
  cloud.useLambdas(lambdas);
  if (!options.keepWarm) lambdas.warmUp();
  await deploy(cloud, deployment);
  signal?.throwIfAborted();

  const clusters: LocalCluster[] = [];
  const addCluster = async (name: string): Promise<LocalCluster> => {
    const cluster = await startCluster(cloud, {
      name,
      number: clusters.length + 1,
      environment: { DNS_SERVER: dnsServer, ZONE: zone.name },
      replacementDelayMs: options.replacementDelayMs ?? REPLACEMENT_DELAY,
      onTaskStart: options.onTaskStart ?? (() => {}),
      onTaskEnd: options.onTaskEnd ?? (() => {}),
      onTaskTrouble: options.onTaskTrouble ?? (() => {}),
      onImpaired: options.onImpaired ?? (() => {}),
      provenAfterMs: options.provenAfterMs ?? PROVEN_AFTER,
      log,
    });
    onClose(cluster.close);
    clusters.push(cluster);
    return cluster;
  };
  const cluster = await addCluster(CLUSTER);
  const isStaying = ({ arn }: RunningTask) => cloud.ecs.admin.task(arn).desiredStatus === 'RUNNING';
  const staying = () => clusters.flatMap((one) => one.tasks()).filter(isStaying);
  const tasks = taskSwitches(staying);
  const leavesDraining = deployment.functions.some(({ environment }) => environment.ON_DRAINING === 'deregister');
  const breaks = localBreaks({
    cloud,
    zone,
    clusters: () => clusters,
    tasks: staying,
    api,
    switches: tasks,
    leavesDraining,
  });
  act = async (words) => `${command({ api, tasks }, words)}\n${await showRun({ cloud, deployment })}`;
  if (schedule !== 'never') {
    onClose(startSchedules(deployment.schedules, scheduled(cloud, deployment), schedule));
  }
  signal?.throwIfAborted();

  const portalUrl = `http://127.0.0.1:${portalPort}`;
  const services = exampleServices({
    portalPort,
    ownAddresses: cluster.hasOwnAddresses,
    hook: shiftHook(cloud, deployment),
  });
  return {
    cloud,
    deployment,
    lambdas,
    zone,
    cluster,
    addCluster,
    services,
    dnsPort: dns.port,
    dnsServer,
    portalUrl,
    faultUrl: control.url,
    faults: api,
    breaks,
  };
}

/** Where the stack is deployed to, with a value for each of its parameters. */
const placeOf = ({ endpointUrl }: Cloud, zone: LocalZone): Omit<StackPlace, 'stackName'> => ({
  ...PLACE,
  parameters: {
    HostedZoneId: zone.id,
    HostedZoneName: zone.name,
    VpcId: VPC_ID,
    PrivateSubnetIds: SUBNET_ID,
  },
  queueUrl: (name) => `${endpointUrl}/${PLACE.accountId}/${name}`,
});
