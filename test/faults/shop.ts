import { targetOf } from '../../functions/domain/dns/ownership.ts';
import { drive } from '../model/driver.ts';
import { isOurText } from '../support/builders.ts';
import { connectEvents, define, host, INIT_FINISHED } from '../support/fleet.ts';
import { forgetDefinitions } from '../support/inventory.ts';
import { type Execution, OWNER, type StillWorld, world, ZONE, ZONE_ID } from '../support/world.ts';
import { type FaultPort, faultPort } from './port.ts';
import { type Watch, watch } from './watch.ts';

/** The runs in which calls and steps meet their faults; each makes calls that the others do not. */
export const RUNS = ['full', 'event', 'failing', 'stopping'] as const;
export type Run = (typeof RUNS)[number];

const NAMING = { zone: ZONE, owner: OWNER };
const ADDRESSES = { main: '10.0.1.1', far: '10.0.2.1', own: '10.0.9.1', ownNext: '10.0.9.2' };

interface Instance {
  readonly task: string;
  readonly cluster: 'main' | 'far';
  readonly name: string;
  readonly value: string;
  runs: boolean;
}

/**
 * A shop in the middle of its day: two clusters, tasks of all kinds, each with containers that share one environment, that
 * were published by a good run and have changed since, their events in the queue with a malformed one, and a zone in which
 * others have their own.
 */
export interface Shop extends StillWorld, Pick<FaultPort, 'arm' | 'disarm'> {
  readonly watch: Watch;
  /** From now on the clock that the steps read is so many milliseconds ahead. */
  later(milliseconds: number): void;
  /** One run of a kind, to its end. */
  go(run: Run): Promise<Execution>;
  /** Which values of each cluster differ from what they should be: missing ones with `+`, left ones with `-`. */
  differences(): Readonly<Record<'main' | 'far', string>>;
  /** What is not ours in the zone, as text. */
  foreign(): string;
}

export interface ShopOptions {
  /** Whether tasks that fail their checks are stopped, and one of them fails. */
  readonly stopping?: boolean;
  /** Of the functions, besides. */
  readonly variables?: Readonly<Record<string, string>>;
}

export async function openShop({ stopping = false, variables = {} }: ShopOptions = {}): Promise<Shop> {
  const port = faultPort();
  const environment = { ...variables, ...(stopping && { ON_UNHEALTHY: 'deregister-and-stop' }) };
  const ahead = { by: 0 };
  const around = world({ environment, later: () => ahead.by, ...port.options });
  const { admin } = around.aws.ecs;
  const instances: Instance[] = [];
  const definitions = {
    main: define(around, 'calc', {
      names: { 80: '_calc._tcp' },
      environment: { SERVICE_80_CHECK_HTTP: '/health' },
      siblings: true,
    }),
    far: define(around, 'calc-far', { names: { 80: '_calc._tcp' }, siblings: true }),
    own: define(around, 'pay', { names: { 80: 'pay' }, networkMode: 'awsvpc', siblings: true }),
  };
  admin.createCluster('main');
  admin.createCluster('far');
  const homes = { main: host(around, 'main', ADDRESSES.main), far: host(around, 'far', ADDRESSES.far) };
  const add = (cluster: 'main' | 'far', name: string, value: string, task: string) =>
    instances.push({ task, cluster, name, value, runs: true });
  const start = (cluster: 'main' | 'far', hostPort: number) => {
    const where = { cluster, taskDefinition: definitions[cluster], containerInstance: homes[cluster] };
    const task = admin.putTask({ ...where, hostPorts: { 80: hostPort }, service: 'calc', containers: INIT_FINISHED });
    add(cluster, '_calc._tcp', `1 1 ${hostPort} ${targetOf(ADDRESSES[cluster], NAMING)}`, task);
  };
  const startOwn = (address: string, networkInterfaceId: string) => {
    around.aws.ec2.admin.putNetworkInterface(networkInterfaceId, { privateIpAddresses: [address], vpcId: 'vpc-1' });
    const elasticInterface = { networkInterfaceId };
    const about = { address, elasticInterface, containers: INIT_FINISHED };
    const task = admin.putTask({ cluster: 'main', taskDefinition: definitions.own, ...about });
    add('main', 'pay', `1 1 80 ${targetOf(address, NAMING)}`, task);
  };
  const stop = (index: number) => {
    const instance = instances[index];
    if (!instance) throw new Error(`no instance ${index} to stop`);
    instance.runs = false;
    admin.updateTask(instance.task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPED' });
  };

  /** Its check fails from now on: it must leave, although it runs. */
  const fail = (index: number) => {
    const instance = instances[index];
    if (!instance) throw new Error(`no instance ${index} to fail`);
    instance.runs = false;
    around.health.set(`${ADDRESSES.main}:${30_002}`, { state: 'failing', cause: 'connection refused' });
  };

  await others(around);
  for (const hostPort of [1, 2, 3, 4, 5]) {
    start('main', 30_000 + hostPort);
    start('far', 30_000 + hostPort);
  }
  startOwn(ADDRESSES.own, 'eni-00000000000000001');
  await around.clock.run(drive(around, {}, 'opening'));
  await around.clock.advance(120_000);
  const watching = watch(around, (name, value) => !instances.some((one) => runs(one, name, value)));
  const events = connectEvents(around);
  stop(0);
  stop(1);
  stop(10);
  start('main', 30_006);
  start('far', 30_006);
  startOwn(ADDRESSES.ownNext, 'eni-00000000000000002');
  if (stopping) fail(2);
  await events.settled();
  events.off();
  around.restart();
  forgetDefinitions(around.bucket);
  around.aws.sqs.admin.deliver('arn:aws:sqs:eu-west-1:111111111111:ecs-events', 'no entry');
  const [window] = around.started.splice(0);

  const published = () =>
    new Set(['_calc._tcp', 'pay'].flatMap((name) => around.values(name).map((v) => `${name} ${v}`)));
  return {
    ...around,
    ...port,
    watch: watching,
    later: (milliseconds) => {
      ahead.by += milliseconds;
    },
    go: (run) => (run === 'event' && window ? around.run(window.input, window.name) : around.run({}, run)),
    differences() {
      const standing = published();
      const of = (cluster: string) =>
        instances
          .filter((one) => one.cluster === cluster && standing.has(`${one.name} ${one.value}`) !== one.runs)
          .map(({ runs: running, name }) => `${running ? '+' : '-'}${name}`)
          .sort()
          .join(' ');
      return { main: of('main'), far: of('far') };
    },
    foreign: () => foreignOf(around),
  };
}

const runs = ({ runs: running, name, value }: Instance, ownerName: string, gone: string) =>
  running && `${name}.${ZONE}` === ownerName && value === gone;

/** What others have in the zone: beside ours under one name, under names of their own, and in other policies. */
async function others({ aws }: StillWorld): Promise<void> {
  const set = (Name: string, Type: string, values: readonly string[], about: object = {}) => ({
    Action: 'CREATE',
    ResourceRecordSet: {
      Name: `${Name}.${ZONE}`,
      Type,
      TTL: 60,
      ResourceRecords: values.map((Value) => ({ Value })),
      ...about,
    },
  });
  const Changes = [
    set('_calc._tcp', 'SRV', ['10 5 443 by-hand.example.com', `1 1 9 ip-10-9-9-9.green.${ZONE}`]),
    set('_calc._tcp', 'TXT', ['"by hand"']),
    set('db', 'SRV', ['1 1 5432 db.example.com']),
    set('www', 'CNAME', ['www.example.com']),
    set('ip-10-9-9-9.green', 'A', ['10.9.9.9']),
    set('slow', 'SRV', ['1 1 1 a.example.com'], { SetIdentifier: 'a', Weight: 1 }),
  ];
  await aws.route53.operations.ChangeResourceRecordSets?.(
    { HostedZoneId: ZONE_ID, ChangeBatch: { Changes } } as never,
    {
      region: 'us-east-1',
      accountId: '1',
      requestId: 'others',
    },
  );
}

function foreignOf({ aws }: StillWorld): string {
  const sets = aws.route53.recordSets(ZONE_ID).filter(({ Name = '' }) => !Name.endsWith(`${OWNER}.${ZONE}`));
  const foreign = sets.flatMap(({ ResourceRecords = [], ...set }) => {
    const values = ResourceRecords.map(({ Value = '' }) => Value).filter((value) => !isOurText(value, NAMING));
    return values.length > 0 ? [{ ...set, values: values.sort() }] : [];
  });
  return JSON.stringify(foreign);
}
