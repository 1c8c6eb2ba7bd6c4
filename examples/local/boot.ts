import { type DnsServer, startDnsServer } from '../../test/stand-ins/dns-server.ts';
import type { Interceptor } from '../../test/stand-ins/protocol.ts';
import { type Cloud, startCloud } from './cloud/cloud.ts';
import { deploy } from './cloud/deploy.ts';
import { awsVariables, PLACE } from './cloud/place.ts';
import { startSchedules } from './cloud/schedule.ts';
import { createZone, type LocalZone, VPC_ID } from './cloud/zone.ts';
import { addHost, hostAddresses } from './ecs/hosts.ts';
import { type Scheduler, startScheduler } from './ecs/scheduler.ts';
import { exampleServices, type ServiceSpec } from './ecs/services.ts';
import { type RunningTask, startTaskRunner } from './ecs/task-runner.ts';
import { bundleFunctions } from './lambda/bundle.ts';
import { type Lambdas, startLambdas } from './lambda/lambdas.ts';
import { checkedPortalPort, openPort } from './ports.ts';
import { type Deployment, readDeployment } from './template/deployment.ts';
import { ROOT, synthesize } from './template/synthesize.ts';

export interface BootOptions {
  /** 0 takes a free port, as with the others. */
  readonly portalPort?: number;
  readonly dnsPort?: number;
  readonly awsPort?: number;
  /** Milliseconds in place of the deployed schedule's period; `never` for no scheduled runs. */
  readonly schedule?: number | 'never';
  /** Between the loss of a task and the start of its replacement, milliseconds; 10 s unless given. */
  readonly replacementDelayMs?: number;
  /** Sees every call to AWS; may inject a fault. */
  readonly intercept?: Interceptor;
  /** Takes what functions and tasks print, by source. */
  readonly log?: (source: string, text: string) => void;
  readonly onTaskStart?: (task: RunningTask) => void;
  readonly onTaskEnd?: (task: RunningTask, exitCode: number) => void;
  /** Gives up the boot; what was started is closed. */
  readonly signal?: AbortSignal;
}

/** Everything that runs, with its handles. */
export interface LocalRun {
  readonly cloud: Cloud;
  readonly deployment: Deployment;
  readonly lambdas: Lambdas;
  readonly zone: LocalZone;
  /** Name of the ECS cluster. */
  readonly cluster: string;
  readonly scheduler: Scheduler;
  /** The example services by name, to be given to the scheduler in any order. */
  readonly services: Readonly<Record<'time' | 'calc' | 'portal', ServiceSpec>>;
  /** The tasks that run as processes now. */
  tasks(): readonly RunningTask[];
  readonly dnsPort: number;
  /** `address:port` */
  readonly dnsServer: string;
  readonly portalUrl: string;
  /** Ends everything; resolves when nothing is left. */
  close(): Promise<void>;
}

const ZONE_NAME = 'servicediscovery.internal';
const CLUSTER = 'demo';
/** Executions overlap; beyond this many at a time, invocations of one function wait. */
const SANDBOXES_PER_FUNCTION = 2;

/**
 * Boots AWS as far as it is needed, the DNS server and ECS with its hosts, and deploys the synthesized stack. Services
 * are left to the caller.
 *
 * @throws UsageError for a port in use; nothing is left behind then, as after any other error
 */
export async function boot(options: BootOptions = {}): Promise<LocalRun> {
  const { log = () => {}, signal } = options;
  const closers: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    // What was started last depends on what was started before.
    for (const closer of closers.reverse()) await closer();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeAll());
  try {
    const giveUp = new AbortController();
    const synthesizing = synthesize(AbortSignal.any([giveUp.signal, ...(signal ? [signal] : [])]));
    closers.push(async () => {
      giveUp.abort();
      await synthesizing.catch(() => {});
    });
    synthesizing.catch(() => {}); // heard of below, unless something else fails first

    const portalPort = await checkedPortalPort(options.portalPort ?? 0);
    const awsPort = options.awsPort ?? 0;
    const cloud = await openPort('awsPort', awsPort, () =>
      startCloud({ port: awsPort, ...(options.intercept && { intercept: options.intercept }) }),
    );
    closers.push(cloud.close);
    const zone = await createZone(cloud, ZONE_NAME);
    const dns = await startDns(options.dnsPort ?? 0, cloud, zone);
    closers.push(dns.close);

    const deployment = readDeployment(await synthesizing, {
      ...PLACE,
      parameters: {
        HostedZoneId: zone.id,
        HostedZoneName: zone.name,
        VpcId: VPC_ID,
        PrivateSubnetIds: 'subnet-0a1b2c3d4e5f60718',
      },
      queueUrl: (name) => `${cloud.endpointUrl}/${PLACE.accountId}/${name}`,
    });
    const bundles = await bundleFunctions(
      deployment.functions.map(({ entry }) => entry),
      ROOT,
    );
    closers.push(bundles.remove);
    signal?.throwIfAborted();
    const lambdas = startLambdas({
      functions: deployment.functions,
      moduleOf: bundles.moduleOf,
      environment: awsVariables(cloud.endpointUrl),
      concurrency: SANDBOXES_PER_FUNCTION,
      log,
      onFailure: (queueArn, body) => cloud.sqs.admin.deliver(queueArn, body),
    });
    closers.push(lambdas.close);
    cloud.useLambdas(lambdas);
    lambdas.warmUp();
    await deploy(cloud, deployment);

    cloud.ecs.admin.createCluster(CLUSTER);
    const hosts = (await hostAddresses()).map((address) => addHost(cloud, CLUSTER, address));
    const dnsServer = `127.0.0.1:${dns.port}`;
    const runner = startTaskRunner({
      ecs: cloud.ecs.admin,
      hosts,
      environment: { DNS_SERVER: dnsServer, ZONE: zone.name },
      onStart: options.onTaskStart ?? (() => {}),
      onEnd: options.onTaskEnd ?? (() => {}),
      log,
    });
    closers.push(runner.close);
    const scheduler = startScheduler({
      ecs: cloud.ecs,
      cluster: CLUSTER,
      hosts,
      runner,
      replacementDelayMs: options.replacementDelayMs ?? 10_000,
    });
    closers.push(scheduler.close);
    const { schedule } = options;
    if (schedule !== 'never') closers.push(startSchedules(deployment.schedules, cloud.clients, schedule));

    return {
      cloud,
      deployment,
      lambdas,
      zone,
      cluster: CLUSTER,
      scheduler,
      services: exampleServices({ portalPort }),
      tasks: runner.running,
      dnsPort: dns.port,
      dnsServer,
      portalUrl: `http://127.0.0.1:${portalPort}`,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startDns(port: number, { route53 }: Cloud, { id, name }: LocalZone): Promise<DnsServer> {
  const zones = [{ name, recordSets: () => route53.recordSets(id) }];
  return openPort('dnsPort', port, () => startDnsServer({ port, zones: () => zones }));
}
