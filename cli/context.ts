import { type DefinitionReader, definitionReader } from '../functions/adapters/ecs-definitions.ts';
import { type EcsReader, ecsReader } from '../functions/adapters/ecs-reader.ts';
import { type ZoneReader, type ZoneWriter, zoneReader, zoneWriter } from '../functions/adapters/route53-zone.ts';
import { type RunListing, runListing, runStore } from '../functions/adapters/run-store.ts';
import { type Payloads, payloadsIn } from '../functions/contracts/crossing.ts';
import { type Deployment, findDeployment } from './deployment.ts';
import type { Io } from './io.ts';
import { type StateMachines, stateMachines } from './state-machine.ts';
import { type Paint, painter } from './view/style.ts';

/** A deployment with everything that commands ask of it. */
export interface Context {
  readonly io: Io;
  readonly paint: Paint;
  readonly deployment: Deployment;
  readonly machines: StateMachines;
  readonly payloads: Payloads;
  readonly listing: RunListing;
  readonly zone: ZoneReader & ZoneWriter;
  readonly ecs: EcsReader;
  readonly definitions: DefinitionReader;
}

/** Finds the deployment; endpoint, Region and credentials are those of the SDK's own variables and files. */
export async function connect(io: Io, stateMachine: string | undefined): Promise<Context> {
  const machines = stateMachines();
  const deployment = await findDeployment(machines, stateMachine);
  return {
    io,
    paint: painter(io.colours),
    deployment,
    machines,
    payloads: payloadsIn(runStore(deployment.bucket)),
    listing: runListing(deployment.bucket),
    zone: { ...zoneReader(deployment.zoneId), ...zoneWriter(deployment.zoneId) },
    ecs: ecsReader(),
    definitions: definitionReader(),
  };
}
