import { randomUUID } from 'node:crypto';
import {
  type Change,
  ChangeResourceRecordSetsCommand,
  type ChangeResourceRecordSetsCommandOutput,
  GetHostedZoneCommand,
  type ResourceRecordSet,
  Route53Client,
  type RRType,
} from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Route53Options, type Route53StandIn, route53StandIn } from '../../stand-ins/route53.ts';
import { foreign, foreignSetting, type LawsEndpoint, lawsEndpoint } from '../endpoint.ts';
import { everySet } from './listing.ts';

/** A zone in which a test may do what it likes below a name of its own. */
export interface Playground {
  readonly client: Route53Client;
  readonly zoneId: string;
  /** With final dot. */
  readonly zoneName: string;
  /** A name of this test with final dot: `name('a')` → `a.<test>.<zone>.` */
  name(label: string): string;
  change(...changes: readonly Change[]): Promise<ChangeResourceRecordSetsCommandOutput>;
  /** The error that the batch is refused with. */
  refusal(...changes: readonly Change[]): Promise<Error>;
  /** What the zone holds below this test's name, in the API's order. */
  all(): Promise<ResourceRecordSet[]>;
}

/** A running stand-in (absent on a foreign endpoint) with a playground that is new for each test. */
export interface Stage {
  readonly playground: () => Playground;
  /** Only for tests that ask the stand-in alone. */
  readonly standIn: () => Route53StandIn;
}

/**
 * Sets the stage for the tests of a file: a zone on the endpoint under test, cleaned when all tests are done.
 *
 * @param options of the stand-in; its clock is the real one unless given
 */
export function stage(options: Partial<Route53Options> = {}): Stage {
  let endpoint: LawsEndpoint;
  let standIn: Route53StandIn;
  let client: Route53Client;
  let current: Playground;
  const roots: string[] = [];
  beforeAll(async () => {
    standIn = route53StandIn({ now: Date.now, ...options });
    endpoint = await lawsEndpoint([standIn]);
    client = new Route53Client(endpoint.clientConfig);
  });
  beforeEach(async () => {
    const zoneId = foreign
      ? foreignSetting('LAWS_ZONE_ID')
      : standIn.addHostedZone({ name: 'laws.internal', vpcId: `vpc-${randomUUID()}` });
    current = await playgroundIn(client, zoneId);
    roots.push(current.name('').slice(1));
  });
  afterAll(async () => {
    if (foreign) await cleanUp(current, roots);
    client.destroy();
    await endpoint.close();
  });
  return { playground: () => current, standIn: () => standIn };
}

async function playgroundIn(client: Route53Client, zoneId: string): Promise<Playground> {
  const { HostedZone: zone } = await client.send(new GetHostedZoneCommand({ Id: zoneId }));
  const zoneName = zone?.Name ?? '';
  const root = `t${randomUUID().slice(0, 8)}.${zoneName}`;
  const change = (...changes: readonly Change[]) =>
    client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes: [...changes] } }));
  return {
    client,
    zoneId,
    zoneName,
    name: (label) => `${label}.${root}`,
    change,
    refusal: async (...changes) => {
      const outcome = await change(...changes).catch((error: unknown) => error);
      if (outcome instanceof Error) return outcome;
      throw new Error('the batch was accepted, expected a refusal');
    },
    all: async () => (await everySet(client, zoneId)).filter(({ Name: name }) => name?.endsWith(root)),
  };
}

async function cleanUp({ client, zoneId, change }: Playground, roots: readonly string[]): Promise<void> {
  const ours = (await everySet(client, zoneId)).filter(({ Name: name }) => roots.some((root) => name?.endsWith(root)));
  const batches: ResourceRecordSet[][] = [[]];
  let characters = 0;
  for (const set of ours) {
    const size = JSON.stringify(set).length; // an upper bound of what counts
    if (characters + size > 30_000) {
      batches.push([]);
      characters = 0;
    }
    characters += size;
    batches.at(-1)?.push(set);
  }
  for (const batch of batches) if (batch.length > 0) await change(...batch.map(remove));
}

/** A simple record set. */
export function simple(name: string, type: RRType, ...values: readonly string[]): ResourceRecordSet {
  return { Name: name, Type: type, TTL: 5, ResourceRecords: values.map((Value) => ({ Value })) };
}

/** One of several weighted sets. */
export function weighted(name: string, id: string, weight: number, ...values: readonly string[]): ResourceRecordSet {
  return { ...simple(name, 'SRV', ...values), SetIdentifier: id, Weight: weight };
}

/** One of several multivalue answer sets. */
export function multivalue(name: string, id: string, ...values: readonly string[]): ResourceRecordSet {
  return { ...simple(name, 'SRV', ...values), SetIdentifier: id, MultiValueAnswer: true };
}

export const create = (set: ResourceRecordSet): Change => ({ Action: 'CREATE', ResourceRecordSet: set });
export const remove = (set: ResourceRecordSet): Change => ({ Action: 'DELETE', ResourceRecordSet: set });
export const upsert = (set: ResourceRecordSet): Change => ({ Action: 'UPSERT', ResourceRecordSet: set });
