import type { ServiceDeployment } from '@aws-sdk/client-ecs';
import { authorization, readCredentials } from '../../service/basic-auth.ts';
import { tryEach } from '../../srv/lookup.ts';
import type { LocalRun } from '../boot.ts';
import { lookUpAt } from '../rollout/lookup.ts';
import { placesOf } from '../rollout/places.ts';
import { type Answered, coloursOf } from '../rollout/progress.ts';
import type { Begun } from '../rollout/roll-out.ts';
import { type Serving, servingAt, wrongWith } from './serving.ts';

/** What ECS says of a deployment and of the tasks of its service. */
export interface Seen {
  readonly deployment: ServiceDeployment;
  readonly serving: Serving;
  /** Where the old version runs, as `address:port`, and where the new one does. */
  readonly blue: readonly string[];
  readonly green: readonly string[];
}

/** Sees a deployment from outside, by calls to AWS and by DNS. */
export interface Observer {
  look(): Promise<Seen>;
  /** What DNS answers: how often it leads to each version. */
  answered(): Promise<Answered>;
  /** What was wrong with one more answer of DNS, if anything. An answer during which ECS has moved on is not judged. */
  judge(): Promise<string | undefined>;
  /** So many answers of DNS were judged while this version served. */
  judged(serving: Serving): number;
  /** Whether the new version runs there, or has. */
  isGreen(place: string): boolean;
}

export function observe(
  run: LocalRun,
  of: { readonly cluster: string; readonly service: string },
  begun: Begun,
): Observer {
  const { clients } = run.cloud;
  const lookUp = lookUpAt({ dnsPort: run.dnsPort, zone: run.zone.name });
  /** All that have ever run: who is asked about may be gone meanwhile. */
  const known = new Map<string, string>();
  const counts = new Map<Serving, number>();
  let before: Serving | undefined;

  const deploymentNow = async (): Promise<ServiceDeployment> => {
    const serviceDeploymentArns = [begun.deployment];
    const { serviceDeployments: [deployment = {}] = [] } = await clients.ecs.describeServiceDeployments({
      serviceDeploymentArns,
    });
    return deployment;
  };
  const placesNow = async () => {
    const places = await placesOf(clients, of.cluster, of.service);
    for (const [place, owner] of places) known.set(place, owner);
    return places;
  };
  const coloursAt = async (deployment: ServiceDeployment, answered: readonly string[]): Promise<Answered> => {
    if (answered.some((place) => !known.has(place))) await placesNow();
    return coloursOf({ deployment, answered, places: known });
  };
  const greenOf = ({ targetServiceRevision }: ServiceDeployment) =>
    `ecs-svc/${targetServiceRevision?.arn?.split('/').at(-1)}`;
  let green = '';

  return {
    async look() {
      const places = await placesNow();
      const deployment = await deploymentNow();
      green = greenOf(deployment);
      const runAt = (isGreen: boolean) =>
        [...places].flatMap(([place, owner]) => ((owner === green) === isGreen ? place : [])).sort();
      return { deployment, serving: servingAt(deployment), blue: runAt(false), green: runAt(true) };
    },
    answered: async () => coloursAt(await deploymentNow(), await lookUp(begun.name)),
    async judge() {
      const answered = await lookUp(begun.name);
      const deployment = await deploymentNow();
      const serving = servingAt(deployment);
      const isCertain = serving === before;
      before = serving;
      const wrong = wrongWith(serving, await coloursAt(deployment, answered));
      if (!isCertain) return undefined;
      counts.set(serving, (counts.get(serving) ?? 0) + 1);
      return wrong && `at ${deployment.status} ${deployment.lifecycleStage} ${wrong}`;
    },
    judged: (serving) => counts.get(serving) ?? 0,
    isGreen: (place) => known.get(place) === green,
  };
}

/** Calls calc as a client with SRV does; an instance that fails is a failure, though the next one would answer. */
export function caller({ dnsServer, zone }: Pick<LocalRun, 'dnsServer' | 'zone'>) {
  const headers = { authorization: authorization(readCredentials('CALC', {})) };
  const answers = new Map<string, number>();
  return {
    async ask(): Promise<string | undefined> {
      const { value, endpoint, tries } = await tryEach(
        `_calc._tcp.${zone.name}`,
        async ({ address, port }) => {
          const url = `http://${address}:${port}/calc/6*7`;
          const response = await fetch(url, { headers, signal: AbortSignal.timeout(2_000) });
          if (!response.ok) throw new Error(`${address}:${port} answers ${response.status}`);
          return ((await response.json()) as { readonly value?: unknown }).value;
        },
        { server: dnsServer },
      );
      const place = `${endpoint.address}:${endpoint.port}`;
      if (value !== 42) return `${place} answers ${value}`;
      if (tries > 1) return `${place} was the ${tries}. instance that was tried`;
      answers.set(place, (answers.get(place) ?? 0) + 1);
      return undefined;
    },
    /** So many answers came from places like this. */
    answersOf: (isOne: (place: string) => boolean): number =>
      [...answers].reduce((sum, [place, count]) => sum + (isOne(place) ? count : 0), 0),
  };
}

/** Where the values of the name lead that stand in the zone, by Route 53 itself: `address:port`. */
export async function valuesOf({ cloud, zone }: LocalRun, name: string): Promise<readonly string[]> {
  const { ResourceRecordSets: sets = [] } = await cloud.clients.route53.listResourceRecordSets({
    HostedZoneId: zone.id,
  });
  const standing = sets.filter(({ Name, Type }) => Type === 'SRV' && Name === `${name}.${zone.name}.`);
  return standing.flatMap(({ ResourceRecords = [] }) =>
    ResourceRecords.map(({ Value = '' }) => {
      const [, , port, target = ''] = Value.split(' ');
      const addresses = sets.find(({ Name, Type }) => Type === 'A' && Name === target)?.ResourceRecords;
      return `${addresses?.[0]?.Value}:${port}`;
    }),
  );
}
