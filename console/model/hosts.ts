import { endpointKey } from '../../functions/domain/ecs/claim.ts';
import type { Host } from '../../functions/domain/ecs/task.ts';
import type { Judged } from '../../functions/domain/health/judged.ts';
import type { Reading } from '../../functions/domain/reading/reading.ts';
import { MAX_DECLARATION, printable } from '../../functions/domain/words/text.ts';
import type { HostTask, HostView } from '../views.ts';
import type { KnownName } from './instances.ts';
import { lastOf } from './texts.ts';

const MAX_STATUS = 100;

type Port = HostTask['ports'][number];

/** What a port is said to be, by name and task, and by endpoint where there is one. */
export type PortStates = ReadonlyMap<string, PortState>;
/** With the name as it is shown. */
type PortState = Pick<Port, 'name' | 'mark' | 'reason'>;

export function portStates(names: readonly KnownName[]): PortStates {
  const found = new Map<string, PortState>();
  for (const { name, shown, instances } of names) {
    for (const { mark, key = '', disposition } of instances) {
      const state = { name: shown, mark, reason: disposition?.reason ?? 'not in a run yet' };
      const task = disposition?.task ?? '';
      found.set(`${name} ${key} ${task}`, state);
      if (!found.has(`${name}  ${task}`)) found.set(`${name}  ${task}`, state);
    }
  }
  return found;
}

/** Hosts with their tasks, as the last full reading saw them: those of ECS first, then what needs none, by cluster. */
export function hostViews(
  reading: Pick<Reading, 'hosts' | 'judged'> | undefined,
  states: PortStates,
): readonly HostView[] {
  if (!reading) return [];
  const hosts = new Map(reading.hosts.map((host) => [host.containerInstance, host]));
  const groups = Map.groupBy(reading.judged, ({ claim }) => claim.containerInstance ?? `fargate ${claim.cluster}`);
  for (const id of hosts.keys()) if (!groups.has(id)) groups.set(id, []);
  return [...groups]
    .map(([id, judged]) => hostView(hosts.get(id), { id, judged, states }))
    .sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
}

const sortKey = ({ cluster, kind, id }: HostView): string => JSON.stringify([cluster, kind, id]);

function hostView(
  host: Host | undefined,
  { id, judged, states }: { readonly id: string; readonly judged: readonly Judged[]; readonly states: PortStates },
): HostView {
  const [first] = judged;
  const instance = host?.containerInstance ?? first?.claim.containerInstance;
  const cluster = first?.claim.cluster ?? clusterIn(id);
  const address = host?.address ?? judged.find(({ claim }) => !claim.awsvpc && claim.endpoint)?.claim.endpoint?.address;
  const tasks = Map.groupBy(judged, ({ claim }) => claim.task);
  return {
    id: instance === undefined ? 'Fargate' : lastOf(host?.ec2Instance ?? instance),
    cluster: lastOf(cluster),
    kind: instance === undefined ? 'fargate' : host ? 'ec2' : 'unknown',
    ...(address !== undefined && instance !== undefined && { address: printable(address, MAX_STATUS) }),
    ...(host && { status: printable(statusOf(host), MAX_STATUS) }),
    tasks: [...tasks].map(([arn, all]) => taskView(arn, all, states)).sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

const statusOf = ({ state, draining, disconnected }: Host): string =>
  [state, ...(draining ? ['drains'] : []), ...(disconnected ? ['its agent is disconnected'] : [])].join(', ');

function taskView(arn: string, judged: readonly Judged[], states: PortStates): HostTask {
  const service = judged.find(({ claim }) => claim.service !== undefined)?.claim.service;
  const colour = judged.find(({ claim }) => claim.shift?.colour)?.claim.shift?.colour;
  return {
    id: lastOf(arn),
    arn: printable(arn, MAX_DECLARATION),
    ...(service !== undefined && { service: printable(service, MAX_DECLARATION) }),
    ...(colour && { colour }),
    ports: judged.map(({ claim }): Port => {
      const { name, endpoint, containerPort, leftOut } = claim;
      const key = endpoint ? endpointKey(endpoint) : '';
      const said = states.get(`${name} ${key} ${arn}`) ?? states.get(`${name}  ${arn}`);
      const port = endpoint?.port ?? containerPort;
      return {
        name: said?.name ?? printable(name, MAX_DECLARATION),
        ...(port !== undefined && { port }),
        mark: said?.mark ?? 'left-out',
        reason: said?.reason ?? leftOut?.reason ?? 'not in a run yet',
      };
    }),
  };
}

/** `arn:aws:ecs:…:container-instance/<cluster>/<id>` names its cluster. */
const clusterIn = (arn: string): string => arn.split('/').at(-2) ?? '';
