import type { InMemoryCall } from '../stand-ins/in-memory-client.ts';
import { host } from './fleet.ts';
import { forgetDefinitions } from './inventory.ts';
import { world } from './world.ts';

export const WEB = '_web._tcp';
/** One environment for every container of a task, as anchors and templates make it. */
export const SHARED = [
  { name: 'SERVICE_80_NAME', value: WEB },
  { name: 'SERVICE_81_NAME', value: WEB },
];

export type Mode = 'bridge' | 'host' | 'awsvpc' | 'fargate';

/** What the answers show, as far as they are falsified here. */
export interface Container {
  readonly name?: string;
  readonly lastStatus?: string;
  readonly networkBindings?: readonly { readonly containerPort?: number }[];
  readonly networkInterfaces?: readonly object[];
}
export interface Task {
  readonly lastStatus?: string;
  readonly attachments?: readonly { readonly details?: readonly object[] }[];
  readonly containers?: readonly Container[];
}
export interface Declaring {
  readonly name?: string;
  readonly environment?: readonly object[];
}
export interface Answer {
  readonly tasks?: readonly Task[];
  readonly taskDefinition?: { readonly containerDefinitions?: readonly Declaring[] };
}
export type Distort = (answer: Answer, call: InMemoryCall) => object;

/** Four tasks whose containers share an environment: an app of two ports, a log router, an init container that has finished. */
export function shop(mode: Mode) {
  const lie: { now: Readonly<Record<string, Distort>> } = { now: {} };
  const around = world({
    bareRim: true,
    around: async (call, perform) => {
      const distort = lie.now[call.operation];
      return distort ? distort(structuredClone(await perform()) as Answer, call) : perform();
    },
  });
  const { admin } = around.aws.ecs;
  admin.createCluster('shop');
  const mapping = (port: number) => ({ containerPort: port, ...(mode === 'bridge' && { hostPort: 0 }) });
  const part = (name: string, ports: readonly number[], about: object = {}) => ({
    name,
    image: name,
    portMappings: ports.map(mapping),
    environment: SHARED,
    ...about,
  });
  const definition = admin.registerTaskDefinition({
    family: 'web',
    networkMode: mode === 'fargate' ? 'awsvpc' : mode,
    containerDefinitions: [
      part('init', [], { essential: false }),
      part('log-router', []),
      part('app', [80, 81], { healthCheck: { command: ['CMD', 'true'] } }),
    ],
  });
  const hosts = ['10.0.1.1', '10.0.1.2'].map((address) => host(around, 'shop', address));
  const start = (at: number) =>
    admin.putTask({
      cluster: 'shop',
      taskDefinition: definition,
      service: 'web',
      health: { app: 'HEALTHY' },
      containers: { init: { lastStatus: 'STOPPED', exitCode: 0 } },
      ...(mode !== 'fargate' && { containerInstance: hosts[at % hosts.length] ?? '' }),
      ...(mode === 'bridge' && { hostPorts: { 80: 33_000 + 2 * at, 81: 33_001 + 2 * at } }),
      ...((mode === 'awsvpc' || mode === 'fargate') && { address: `10.0.2.${at + 1}` }),
    });
  // In host mode a port of a host is one task's.
  const tasks = (mode === 'host' ? [0, 1] : [0, 1, 2, 3]).map(start);
  /** New sandboxes, and no definitions in the run bucket: all that ECS has said of them is asked for again. */
  const restart = () => {
    around.restart();
    forgetDefinitions(around.bucket);
  };
  return { around, admin, tasks, start, lie, restart };
}
