import { definitionReader } from '../functions/adapters/ecs-definitions.ts';
import { ecsReader } from '../functions/adapters/ecs-reader.ts';
import { roleSessions } from '../functions/adapters/role-credentials.ts';
import { zoneReader, zoneWriter } from '../functions/adapters/route53-zone.ts';
import { runListing, runStore } from '../functions/adapters/run-store.ts';
import { zoneClient } from '../functions/adapters/zone-client.ts';
import { payloadsIn } from '../functions/contracts/crossing.ts';
import { sessionName } from '../functions/domain/words/session-name.ts';
import { type Deployment, findDeployment } from './deployment.ts';
import type { Io } from './io.ts';
import { stateMachines } from './state-machine.ts';
import { tellEndpoint } from './tell-endpoint.ts';
import { painter } from './view/style.ts';

/** A deployment with everything that commands ask of it. */
export type Context = Awaited<ReturnType<typeof connect>>;

/** Finds the deployment; endpoint, Region and credentials are those of the SDK's own variables and files. */
export async function connect(io: Io, stateMachine: string | undefined) {
  const endpoints = await tellEndpoint(io);
  const machines = stateMachines();
  const deployment = await findDeployment(machines, stateMachine);
  return {
    io,
    paint: painter(io.colours),
    endpoints,
    deployment,
    machines,
    payloads: payloadsIn(runStore(deployment.bucket)),
    listing: runListing(deployment.bucket),
    zone: zoneOf(deployment, io),
    ecs: ecsReader(),
    definitions: definitionReader(),
  };
}

/** By the role of the zone where it has one, as the functions: CloudTrail shows who has ordered what by the session's name. */
function zoneOf({ zoneId, zoneRole }: Deployment, { variables }: Pick<Io, 'variables'>) {
  const who = variables.USER || variables.LOGNAME || variables.USERNAME || String(process.pid);
  const session = sessionName(`ecssd-${who}`);
  const client = zoneClient(zoneRole && roleSessions(zoneRole, () => session));
  return { ...zoneReader(zoneId, client), ...zoneWriter(zoneId, client) };
}

/** The same, with another listener for what is told beside the answer; nobody hears it unless one is given. */
export const telling = (context: Context, tell: Context['io']['tell'] = () => {}): Context => ({
  ...context,
  io: { ...context.io, tell },
});
