import type {
  Action,
  ActionRequest,
  ActionResult,
  Happening,
  NameView,
  RunView,
  State,
  StateEntry,
} from '../../../../console/views.ts';

/** All that a scripted server answers. */
export interface Scene {
  readonly state: State;
  readonly nameOf: (name: string) => NameView | undefined;
  /** What older runs have changed at a name. */
  readonly pastOf?: (name: string) => readonly Happening[];
  readonly runOf: (execution: string) => RunView | undefined;
  readonly entriesOf: (execution: string, state: string) => readonly StateEntry[];
  readonly act: (id: string, request: ActionRequest) => ActionResult;
}

const MINUTE = 60_000;

export const NO_MARKS = { published: 0, held: 0, starting: 0, failing: 0, 'left-out': 0 } as const;

/** The buttons that each deployment has, in the words of their server. */
export const ORDERS: readonly Action[] = [
  order('run', 'Run now', 'Starts a full run: states:StartExecution. It reads everything and changes what is due.'),
  order('dry-run', 'Dry run', 'Starts a run that plans and reports only: states:StartExecution with dryRun.'),
  order('pause', 'Pause', 'From then on every run plans and reports only: s3:PutObject of control/pause.json.'),
  {
    ...order('resume', 'Resume', 'Runs change the zone again: s3:DeleteObject of control/pause.json.'),
    refused: 'It is not paused.',
  },
];

function order(id: string, label: string, says: string): Action {
  return { id, group: 'run', label, says, fields: [] };
}

/** Nothing has ever happened: the scene that others are made of. */
export function empty(now = Date.now()): Scene {
  return {
    state: {
      version: 1,
      at: now,
      glance: {
        deployment: 'shop',
        owner: 'ecs.shop.internal',
        zone: 'shop.internal',
        zoneId: 'Z0123456789ABCDEFGHIJ',
        verdicts: [
          { case: 'never-run', says: 'no run has ever started, so nothing is published', next: 'ecssd reconcile' },
        ],
        apart: 5 * MINUTE,
        isStale: false,
        instances: NO_MARKS,
        names: 0,
        changes: { published: 0, removed: 0 },
      },
      names: [],
      hosts: [],
      runs: [],
      changes: [],
      notKnown: [],
      actions: ORDERS,
    },
    nameOf: () => undefined,
    runOf: () => undefined,
    entriesOf: () => [],
    act: (id) => ({ done: true, says: `${id} was asked for` }),
  };
}

/** The same with something else in its state. */
export const withState = (scene: Scene, changed: Partial<State>): Scene => ({
  ...scene,
  state: { ...scene.state, ...changed },
});

export const withGlance = (scene: Scene, changed: Partial<State['glance']>): Scene =>
  withState(scene, { glance: { ...scene.state.glance, ...changed } });
