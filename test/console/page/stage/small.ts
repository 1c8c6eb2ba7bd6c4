import type {
  Happening,
  HostView,
  InstanceView,
  NameView,
  RunRow,
  RunView,
  StateEntry,
} from '../../../../console/views.ts';
import { laidOut, type Story } from './graph.ts';
import { empty, type Scene } from './scene.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const CALC = '_calc._tcp.shop.internal.';
const TIME = '_time._tcp.shop.internal.';
const CART = '_cart._tcp.shop.internal.';

/** As executions are named: by what started them, and when. */
const named = (trigger: string, at: number): string =>
  `${trigger}-${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;

/** A deployment as one meets it in the morning: three names, one instance that fails, one that starts. */
export function small(now = Date.now()): Scene {
  const { state, ...rest } = empty(now);
  const runs = runsOf(now);
  const instances = instancesOf(now);
  const happenings = happeningsOf(now);
  const marks = { [CALC]: 'pppf', [TIME]: 'pp', [CART]: 'ps' };
  return {
    ...rest,
    state: {
      ...state,
      glance: {
        ...state.glance,
        verdicts: [{ case: 'in-sync', says: 'in sync: 6 instances of 3 names', since: now - 3 * HOUR }],
        fullRun: { execution: named('schedule', now - 2 * MINUTE), endedAt: now - 2 * MINUTE + 9 * SECOND },
        instances: { published: 6, held: 0, starting: 1, failing: 1, 'left-out': 0 },
        names: 3,
        changes: { published: 5, removed: 3 },
        latency: { median: 2_640, slowest: 7_900, events: 14 },
        day: { calls: 41_220, transitions: 9_840, runs: 331, untold: 0 },
      },
      names: Object.entries(marks).map(([name, of]) => ({
        name,
        marks: of,
        others: name === TIME ? 1 : 0,
        changedAt: now - 4 * MINUTE,
      })),
      hosts: hostsOf(),
      runs,
      changes: happenings,
    },
    nameOf: (name) =>
      name in marks ? nameView(name, name === CALC ? instances : instances.slice(0, 2), happenings) : undefined,
    runOf: (execution) => runView(runs, happenings, execution),
    entriesOf: (_, id) => entriesOf(id, now),
  };
}

function runsOf(now: number): readonly RunRow[] {
  const full = Array.from({ length: 30 }, (_, at) => {
    const startedAt = now - 2 * MINUTE - at * 5 * MINUTE;
    return {
      execution: named('schedule', startedAt),
      startedAt,
      endedAt: startedAt + 9_200,
      status: 'succeeded' as const,
      trigger: 'schedule',
      ended: 'in-sync',
    };
  });
  const events = [1, 4, 11, 12.5, 29, 47, 63, 64, 66, 92, 131].map((minutes) => {
    const startedAt = now - minutes * MINUTE;
    return {
      execution: named('events', startedAt),
      startedAt,
      endedAt: startedAt + 3_400,
      status: 'succeeded' as const,
      trigger: 'events',
      ended: 'in-sync',
      published: 1,
      removed: minutes > 20 ? 1 : 0,
    };
  });
  const others: readonly RunRow[] = [
    { execution: named('events', now - 3 * SECOND), startedAt: now - 3 * SECOND, status: 'running', trigger: 'events' },
    {
      execution: 'dry-check-before-noon',
      startedAt: now - 52 * MINUTE,
      endedAt: now - 52 * MINUTE + 8_000,
      status: 'succeeded',
      trigger: 'manual',
      ended: 'in-sync',
      dryRun: true,
    },
    {
      execution: named('events', now - 78 * MINUTE),
      startedAt: now - 78 * MINUTE,
      endedAt: now - 78 * MINUTE + 4_000,
      status: 'failed',
      trigger: 'events',
      ended: 'contended',
      error: 'ZoneContendedError',
    },
    {
      execution: named('schedule', now - 154 * MINUTE),
      startedAt: now - 154 * MINUTE,
      endedAt: now - 154 * MINUTE + 21_000,
      status: 'failed',
      trigger: 'schedule',
      ended: 'held',
      held: 12,
      error: 'RemovalsHeldError',
    },
  ];
  return [...full, ...events, ...others].toSorted((one, other) => other.startedAt - one.startedAt);
}

function instancesOf(now: number): readonly InstanceView[] {
  const at = (host: number, port: number) => ({
    endpoint: `ip-10-0-1-${host}.ecs.shop.internal.:${port}`,
    value: `1 1 ${port} ip-10-0-1-${host}.ecs.shop.internal.`,
    address: `10.0.1.${host}`,
    host: `i-0a1b2c3d4e5f6${host}0`,
    service: 'calc',
    cluster: 'shop',
  });
  const good = { mark: 'published', reason: 'healthy', says: 'published: it passes its checks' } as const;
  const passing = { kind: 'HTTP /health', verdict: 'passing', since: now - 3 * HOUR };
  return [
    { ...at(17, 32_801), ...good, task: 'acaaf96a41d24a1f9d7b', check: passing },
    { ...at(17, 32_805), ...good, task: '1a55486fc02b4f0c8a11', check: passing },
    { ...at(23, 32_790), ...good, task: '77c0e2d19b5a4f6e9310', check: { ...passing, since: now - 4 * MINUTE } },
    {
      ...at(31, 32_768),
      mark: 'failing',
      reason: 'unhealthy',
      says: 'failing check: its grace is over',
      todo: 'see the detail: the last cause',
      detail: 'GET http://10.0.1.31:32768/health answered 503 after 12 ms',
      task: '9e1f0b7c52d84c1fb0aa',
      check: { kind: 'HTTP /health', verdict: 'failing', cause: 'status 503', since: now - 6 * MINUTE },
    },
  ];
}

const SAYS: Readonly<Record<string, string>> = {
  healthy: 'published: it passes its checks',
  'task-stopped': 'draining or gone: ECS has decided to stop its task, or its container has stopped',
  unhealthy: 'failing check: its grace is over',
  replaced: 'removed: the same port serves the name at another endpoint, or with another priority or weight',
};

function happeningsOf(now: number): readonly Happening[] {
  const one = (
    minutes: number,
    outcome: Happening['outcome'],
    rest: { reason: string; task: string; port: number; name?: string },
  ): Happening => {
    const at = now - minutes * MINUTE;
    const { reason, task, port, name = CALC } = rest;
    return {
      at,
      outcome,
      reason,
      task,
      name,
      says: SAYS[reason] ?? reason,
      execution: named('events', at),
      endpoint: `ip-10-0-1-${17 + (port % 3) * 7}.ecs.shop.internal.:${port}`,
    };
  };
  return [
    one(4, 'published', { reason: 'healthy', task: '77c0e2d1', port: 32_790 }),
    {
      ...one(6, 'left-out', { reason: 'unhealthy', task: '9e1f0b7c', port: 32_768 }),
      detail: 'GET http://10.0.1.31:32768/health answered 503 after 12 ms',
    },
    one(11, 'published', { reason: 'healthy', task: '5d20c7aa', port: 40_112, name: CART }),
    one(12.5, 'removed', { reason: 'task-stopped', task: '0b9911fe', port: 40_101, name: CART }),
    one(29, 'published', { reason: 'healthy', task: '1a55486f', port: 32_805 }),
    one(29, 'removed', { reason: 'task-stopped', task: 'e4f1a2b3', port: 32_799 }),
    one(47, 'published', { reason: 'healthy', task: '3311cc02', port: 51_000, name: TIME }),
    one(47, 'removed', { reason: 'replaced', task: '3311cc02', port: 50_999, name: TIME }),
    one(131, 'published', { reason: 'healthy', task: 'acaaf96a', port: 32_801 }),
  ];
}

function hostsOf(): readonly HostView[] {
  const port = (name: string, number: number, mark: 'published' | 'failing' | 'starting' = 'published') => ({
    name,
    port: number,
    mark,
    reason: mark === 'published' ? 'healthy' : mark === 'failing' ? 'unhealthy' : 'starting',
  });
  const task = (id: string, service: string, ports: HostView['tasks'][number]['ports']) => ({
    id,
    arn: `arn:aws:ecs:eu-central-1:123456789012:task/shop/${id}`,
    service,
    status: 'RUNNING',
    ports,
  });
  return [
    {
      id: 'i-0a1b2c3d4e5f6170',
      cluster: 'shop',
      kind: 'ec2',
      address: '10.0.1.17',
      status: 'ACTIVE',
      tasks: [
        task('acaaf96a41d24a1f9d7b', 'calc', [port(CALC, 32_801)]),
        task('1a55486fc02b4f0c8a11', 'calc', [port(CALC, 32_805)]),
        task('3311cc02aa0b4cf1b7d1', 'time', [port(TIME, 51_000)]),
      ],
    },
    {
      id: 'i-0a1b2c3d4e5f6230',
      cluster: 'shop',
      kind: 'ec2',
      address: '10.0.1.23',
      status: 'DRAINING',
      tasks: [
        task('77c0e2d19b5a4f6e9310', 'calc', [port(CALC, 32_790)]),
        task('5d20c7aa90ff4c6299be', 'cart', [port(CART, 40_112)]),
      ],
    },
    {
      id: 'i-0a1b2c3d4e5f6310',
      cluster: 'shop',
      kind: 'ec2',
      address: '10.0.1.31',
      status: 'ACTIVE',
      tasks: [task('9e1f0b7c52d84c1fb0aa', 'calc', [port(CALC, 32_768, 'failing')])],
    },
    {
      id: 'Fargate',
      cluster: 'shop',
      kind: 'fargate',
      tasks: [
        task('c9d8e7f6a5b44332a1f0', 'cart', [port(CART, 8_080, 'starting')]),
        task('d00dfeed12344321beef', 'time', [port(TIME, 8_081)]),
      ],
    },
  ];
}

const nameView = (name: string, instances: readonly InstanceView[], happenings: readonly Happening[]): NameView => ({
  name,
  ttl: 5,
  routing: 'simple',
  capacity: { most: 400, stand: instances.length },
  instances,
  others: name === TIME ? ['SRV 5 0 10 9000 legacy.shop.internal.'] : [],
  lookup: `dig +short SRV ${name}`,
  happenings: happenings.filter((one) => one.name === name),
});

/** A run of events that published one instance, after one retry. */
const STORY: Story = {
  'StartedByEvents?': { status: 'succeeded', entered: 1, took: 2 },
  WaitForWindow: { status: 'succeeded', entered: 1, took: 1_000 },
  ReadTrigger: { status: 'succeeded', entered: 1, took: 84 },
  SnapshotZone: { status: 'succeeded', entered: 1, took: 412 },
  'AnythingNew?': { status: 'succeeded', entered: 1, took: 1 },
  ListClusters: { status: 'succeeded', entered: 1, took: 120 },
  ObserveClusters: { status: 'succeeded', entered: 1, took: 1_480, iterations: 3 },
  CollectTasks: { status: 'succeeded', entered: 3, took: 840, retries: 1 },
  CheckEndpoints: { status: 'succeeded', entered: 2, took: 620, iterations: 4, failedIterations: 1 },
  LoadBatch: { status: 'succeeded', entered: 4, took: 160 },
  CheckHealth: { status: 'caught', entered: 4, took: 390 },
  SaveVerdicts: { status: 'succeeded', entered: 3, took: 95 },
  BatchUnprobed: { status: 'succeeded', entered: 1, took: 1 },
  ClusterUnread: { status: 'succeeded', entered: 1, took: 1 },
  CompleteReading: { status: 'succeeded', entered: 1, took: 130 },
  PlanChanges: { status: 'succeeded', entered: 1, took: 205 },
  'AnythingToDo?': { status: 'succeeded', entered: 1, took: 1 },
  ApplyBatches: { status: 'succeeded', entered: 1, took: 640, iterations: 1 },
  ApplyBatch: { status: 'succeeded', entered: 1, took: 610, retries: 2 },
  VerifyChanges: { status: 'succeeded', entered: 1, took: 300 },
  'InSync?': { status: 'succeeded', entered: 1, took: 1 },
  PublishOutcome: { status: 'succeeded', entered: 1, took: 140 },
  'Outcome?': { status: 'succeeded', entered: 1, took: 1 },
  ZoneInSync: { status: 'succeeded', entered: 1, took: 1 },
};

function runView(runs: readonly RunRow[], happenings: readonly Happening[], execution: string): RunView | undefined {
  const row = runs.find((one) => one.execution === execution);
  if (!row) return undefined;
  const held = Array.from({ length: row.held ?? 0 }, (_, at) => ({
    name: CART,
    value: `1 1 ${40_100 + at} ip-10-0-1-${40 + at}.ecs.shop.internal.`,
    since: row.startedAt,
  }));
  return {
    ...row,
    ...laidOut(STORY),
    ...(row.error && { cause: 'nothing changed, 7 values stand' }),
    changes: happenings.filter((one) => one.execution === execution),
    heldRemovals: held,
    ...(held.length > 0 && { heldHash: 'b7c1f0aa' }),
    findings: ['checks: the last batch of cluster shop was not probed within 30 s'],
    unread: [],
    notKnown: [],
  };
}

function entriesOf(id: string, now: number): readonly StateEntry[] {
  const at = now - 4 * MINUTE;
  const entry = (order: number): StateEntry => ({
    enteredAt: at + order * 300,
    endedAt: at + order * 300 + 280,
    input: JSON.stringify({
      cluster: { arn: 'arn:aws:ecs:eu-central-1:123456789012:cluster/shop' },
      scope: { services: ['calc'] },
    }),
    output: JSON.stringify({ tasks: 4, observation: 'run/observations/shop.json' }),
    retries: [],
  });
  if (id === 'CollectTasks') {
    const retries = [{ at: at + 90, error: 'ThrottledError', cause: 'DescribeTasks: Rate exceeded' }];
    return [
      { ...entry(0), retries },
      entry(1),
      { ...entry(2), error: 'AccessDeniedError', cause: 'ecs:ListTasks of cluster depot is not allowed' },
    ];
  }
  return id in STORY ? [entry(0)] : [];
}
