import { stepsOf } from '../../../../console/model/deployments.ts';
import type { Colour, ColourCounts, DeploymentView, InstanceView } from '../../../../console/views.ts';
import { type Scene, withState } from './scene.ts';
import { CALC, small } from './small.ts';

const MINUTE = 60_000;

/** What stands of a deployment at one of its stages: instances of blue and green, in DNS and outside. */
interface Stage {
  readonly status: string;
  readonly stage: string;
  readonly says: string;
  /** Absent once it is settled: nobody has a colour then. */
  readonly inDns?: Colour;
  readonly outside?: Colour;
  readonly to?: Colour;
}

export const STAGES = {
  before: {
    status: 'IN_PROGRESS',
    stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
    says: '2 blue serve, 2 green wait for PRODUCTION_TRAFFIC_SHIFT',
    inDns: 'blue',
    outside: 'green',
  },
  shifted: {
    status: 'IN_PROGRESS',
    stage: 'PRODUCTION_TRAFFIC_SHIFT',
    says: '2 green serve, 2 blue wait behind, serving nobody',
    inDns: 'green',
    outside: 'blue',
    to: 'green',
  },
  done: {
    status: 'SUCCESSFUL',
    stage: 'CLEAN_UP',
    says: 'green serves: there is nothing else any more',
    to: 'green',
  },
  back: {
    status: 'ROLLBACK_SUCCESSFUL',
    stage: 'BAKE_TIME',
    says: '2 blue serve, 2 green wait behind, serving nobody',
    inDns: 'blue',
    outside: 'green',
    to: 'blue',
  },
} as const satisfies Readonly<Record<string, Stage>>;

const NOBODY: ColourCounts = { serve: 0, held: 0, wait: 0, other: 0 };

export function deploymentAt(at: Stage, about: Partial<DeploymentView> = {}): DeploymentView {
  const { status, stage, says, inDns, outside, to } = at;
  const now = Date.now();
  const counts = (colour: Colour) => ({
    ...NOBODY,
    ...(colour === inDns && { serve: 2 }),
    ...(colour === outside && { wait: 2 }),
  });
  return {
    service: 'calc',
    cluster: 'shop',
    deployment: 'd1',
    state: `${status}, ${stage}`,
    since: now - MINUTE,
    steps: stepsOf({ status, stage }),
    says,
    counts: { blue: counts('blue'), green: counts('green') },
    names: [CALC],
    ...(to && { moved: { execution: 'mover', at: now - MINUTE, to, published: 2, removed: 2 } }),
    ...about,
  };
}

/** The usual scene with its calc deployed blue/green. */
export function deployed(at: Stage = STAGES.before, about: Partial<DeploymentView> = {}): Scene {
  const scene = small();
  const deployments = [deploymentAt(at, about)];
  const { inDns, outside } = at;
  const task = (colour: Colour, id: number): InstanceView => ({
    mark: colour === inDns ? 'published' : 'left-out',
    colour,
    endpoint: `ip-10-0-1-17.ecs.shop.internal.:${colour === 'blue' ? 32_801 + id : 41_001 + id}`,
    reason: colour === inDns ? 'healthy' : 'awaiting-shift',
    says: colour === inDns ? 'published: it passes its checks' : 'waiting: its revision is not to serve now',
    task: `${colour}-${id}`,
    service: 'calc',
  });
  const instances = [inDns, outside]
    .flatMap((colour) => (colour ? [colour] : []))
    .flatMap((colour) => [task(colour, 1), task(colour, 2)]);
  const mover = { execution: 'mover', startedAt: Date.now() - MINUTE, status: 'succeeded', trigger: 'events' } as const;
  const { state } = scene;
  const [host, ...hosts] = state.hosts;
  const changes = state.changes.map((one, index) => (index === 0 && inDns ? { ...one, colour: inDns } : one));
  return {
    ...withState(scene, {
      deployments,
      changes,
      runs: at.to ? [{ ...mover, shifted: [`calc to ${at.to}`] }, ...state.runs] : state.runs,
      hosts: host
        ? [{ ...host, tasks: host.tasks.map((one) => ({ ...one, ...(inDns && { colour: inDns }) })) }, ...hosts]
        : [],
    }),
    nameOf: (name) => {
      const view = scene.nameOf(name);
      return view && name === CALC ? { ...view, instances, deployments } : view;
    },
  };
}
