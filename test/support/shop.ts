import { connectEvents, define, host } from './fleet.ts';
import {
  type Execution,
  OWNER,
  type StillWorld,
  type World,
  type WorldOptions,
  world,
  ZONE,
  ZONE_ID,
} from './world.ts';

export const CALC = '_calc._tcp';
/** The SRV target of an address, and the value that publishes it with a port. */
export const target = (address: string) => `ip-${address.replaceAll('.', '-')}.${OWNER}.${ZONE}`;
export const value = (address: string, port: number) => `1 1 ${port} ${target(address)}`;

export interface Shop extends StillWorld {
  readonly definition: string;
  readonly home: string;
  task(port: number, where?: { home?: string; definition?: string; cluster?: string; service?: string }): string;
}

/** One cluster with one host at 10.0.1.23 and a definition of calc, bridge mode with dynamic ports. */
export function shop(options: Omit<WorldOptions, 'beside'> = {}): Shop {
  const around = world(options);
  around.aws.ecs.admin.createCluster('shop');
  const definition = define(around, 'calc', {
    names: { 8081: CALC },
    environment: { SERVICE_8081_CHECK_HTTP: '/health' },
  });
  const home = host(around, 'shop', '10.0.1.23');
  return {
    ...around,
    definition,
    home,
    task: (port, where = {}) =>
      around.aws.ecs.admin.putTask({
        cluster: where.cluster ?? 'shop',
        taskDefinition: where.definition ?? definition,
        containerInstance: where.home ?? home,
        hostPorts: { 8081: port },
        ...(where.service !== undefined && { service: where.service }),
      }),
  };
}

/** A change of somebody else's, past all of our code; where the zone's account tells, of somebody there. */
export async function edit({ aws }: World, changes: readonly object[], accountId = '1') {
  const { ChangeResourceRecordSets } = aws.route53.operations;
  const input = { HostedZoneId: ZONE_ID, ChangeBatch: { Changes: changes } };
  await ChangeResourceRecordSets?.(input as never, { region: 'us-east-1', accountId, requestId: 'r' });
}

/** An SRV record set as Route 53 stores it. */
export const srv = (name: string, values: readonly string[], TTL = 60) => ({
  Name: `${name}.${ZONE}`,
  Type: 'SRV',
  TTL,
  ResourceRecords: values.map((Value) => ({ Value })),
});

/** The same deployment after a deploy: new functions, which remember nothing, over the same run bucket. */
export function redeployed(before: StillWorld, environment: Readonly<Record<string, string>> = {}): StillWorld {
  const after = world({ beside: before, environment });
  for (const [key, text] of before.bucket) after.bucket.set(key, text);
  return after;
}

/** Once, between the reading of the zone and the change, somebody else changes it. */
export function meanwhile(change: (around: Shop) => Promise<void>, environment: Readonly<Record<string, string>> = {}) {
  const somebody = { comes: false };
  const around: Shop = shop({
    environment,
    beforeStep: async (step) => {
      if (step !== 'CollectTasks' || !somebody.comes) return;
      somebody.comes = false;
      await change(around);
    },
  });
  return { around, somebody };
}

/** Somebody writes calc anew before each of its first changes; `edits` says how often by now. */
export function rewritten(times = Number.POSITIVE_INFINITY) {
  const somebody = { edits: 0 };
  const around: Shop = shop({
    beforeStep: async (step) => {
      if (step !== 'ApplyBatch' || somebody.edits === times) return;
      somebody.edits += 1;
      const theirs = srv(CALC, [`1 1 ${somebody.edits} theirs.example.com`]);
      await edit(around, [{ Action: 'UPSERT', ResourceRecordSet: theirs }]);
    },
  });
  return { around, somebody };
}

/** A second cluster, `other`, whose tasks cannot be listed while it is `broken`. */
export function twoClusters() {
  const broken = { now: false };
  const around = shop({
    before: async ({ operation, input }) => {
      const { cluster } = input as { cluster?: string };
      if (broken.now && operation === 'ListTasks' && cluster?.endsWith('/other')) throw new Error('connection reset');
    },
  });
  around.aws.ecs.admin.createCluster('other');
  return { around, broken };
}

/** The run that the trigger starts for what happens. */
export async function eventRun(around: StillWorld, happens: () => void): Promise<Execution> {
  const events = connectEvents(around);
  happens();
  await events.settled();
  events.off();
  const first = around.started.shift();
  return around.run(first?.input, first?.name);
}

/** What a run says of each value and declaration: `removed task-stopped`. */
export const reasons = ({ outcome }: Pick<Execution, 'outcome'>) =>
  (outcome?.dispositions ?? []).map((one) => `${one.outcome} ${one.reason}`).sort();

/** The same with its port, and whether it is new: `published healthy (new) 32769`. */
export const told = ({ outcome }: Execution) =>
  (outcome?.dispositions ?? [])
    .map((one) => `${one.outcome} ${one.reason}${one.outcome === 'published' && one.isNew ? ' (new)' : ''} ${one.port}`)
    .sort();

/** What the event bus was told: `Instance Published 32769`. */
export const announced = ({ announced: events }: StillWorld) =>
  events.map(({ detailType, detail }) => `${detailType} ${(detail as { port: number }).port}`).sort();

export const causeOf = ({ result }: Execution) => ('cause' in result ? result.cause : '') ?? '';

/** What approves the removals that a run has held. */
export const hashIn = (run: Execution) => /"approve":"([0-9a-f]+)"/.exec(causeOf(run))?.[1] ?? '';
