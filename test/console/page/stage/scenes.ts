import { type HostView, type InstanceView, MARKS, type NameRow } from '../../../../console/views.ts';
import { empty, type Scene, withGlance, withState } from './scene.ts';
import { CALC, small } from './small.ts';

const MINUTE = 60_000;

/** Everything at once that a bad morning has: paused, held, quarantined, a cluster unread, and no full run for long. */
export function bad(now = Date.now()): Scene {
  const scene = small(now);
  const removals = Array.from({ length: 12 }, (_, at) => ({
    name: CALC,
    value: `1 1 ${32_900 + at} ip-10-0-2-${at}.ecs.shop.internal.`,
    since: now - 40 * MINUTE,
  }));
  const approve = {
    id: 'approve',
    group: 'run',
    label: 'Approve the removals',
    says: 'Starts a run that removes what is listed, and nothing else: states:StartExecution with the hash.',
    fields: [],
    typed: 'b7c1f0aa',
  } as const;
  const troubled = withGlance(scene, {
    verdicts: [
      {
        case: 'held',
        says: '12 removals of 1 name are held: nothing explains them',
        since: now - 40 * MINUTE,
        next: 'ecssd approve b7c1f0aa',
      },
      {
        case: 'paused',
        says: 'paused by order of a person: runs plan and report only',
        since: now - 90 * MINUTE,
        next: 'ecssd resume',
      },
      {
        case: 'unread',
        says: 'cluster depot was not read: its 4 instances are held as they are',
        since: now - 70 * MINUTE,
        sinceAtLeast: true,
      },
      {
        case: 'quarantined',
        says: 'Route 53 refuses the changes of _cart._tcp.shop.internal.: RRSet with DNS name is not permitted',
      },
    ],
    paused: { by: 'mira', since: now - 90 * MINUTE, why: 'the database moves' },
    fullRun: { execution: scene.state.runs[1]?.execution ?? '', endedAt: now - 23 * MINUTE },
    isStale: true,
    instances: { published: 3, held: 12, starting: 1, failing: 1, 'left-out': 2 },
  });
  return withState(troubled, { held: { hash: 'b7c1f0aa', removals }, actions: [...scene.state.actions, approve] });
}

/** The local run's: with buttons that break things. */
export function local(now = Date.now()): Scene {
  const scene = small(now);
  const tasks = ['acaaf96a', '1a55486f', '77c0e2d1'].map((value) => ({ value, label: `calc ${value}` }));
  return withState(scene, {
    actions: [
      ...scene.state.actions,
      {
        id: 'scale',
        group: 'break',
        label: 'Scale a service',
        says: 'Sets how many tasks a service wants: ecs:UpdateService.',
        fields: [
          {
            id: 'service',
            label: 'Service',
            options: [
              { value: 'calc', label: 'calc (4 tasks)' },
              { value: 'time', label: 'time (2 tasks)' },
            ],
          },
          { id: 'count', label: 'Tasks', value: '3' },
        ],
      },
      {
        id: 'kill',
        group: 'break',
        label: 'Kill a task',
        says: 'Its process ends at once, as with SIGKILL; ECS sends a task state change.',
        fields: [{ id: 'task', label: 'Task', options: tasks }],
      },
      {
        id: 'lose-events',
        group: 'break',
        label: 'Lose the next events',
        says: 'EventBridge drops them: the schedule has to find out.',
        fields: [{ id: 'count', label: 'How many', value: '5' }],
      },
      {
        id: 'throttle',
        group: 'break',
        label: 'Throttle an API',
        says: 'Answers ThrottlingException: route53:ChangeResourceRecordSets.',
        fields: [],
        refused: 'It is throttled already.',
      },
    ],
  });
}

/** What a workload may say when it means harm: everything must stand there as text. */
export const HOSTILE = '<img src=x onerror="globalThis.harmed=1"><script>globalThis.harmed=1</script>‮"\'&amp;';

export function hostile(now = Date.now()): Scene {
  const scene = small(now);
  const name = `_a/b%2f#?${HOSTILE}._tcp.shop.internal.`;
  const long = 'x'.repeat(250);
  const instance: InstanceView = {
    mark: 'failing',
    endpoint: `${HOSTILE}:1`,
    reason: 'unhealthy',
    says: HOSTILE,
    todo: HOSTILE,
    detail: HOSTILE + long,
    value: HOSTILE,
    task: HOSTILE,
    service: HOSTILE,
    check: { kind: HOSTILE, verdict: HOSTILE, cause: long },
  };
  const happening = {
    at: now,
    execution: `e ${HOSTILE}`,
    outcome: 'left-out',
    name,
    endpoint: HOSTILE,
    reason: HOSTILE,
    says: HOSTILE,
    detail: long,
    task: HOSTILE,
  } as const;
  const view = { name, instances: [instance], others: [HOSTILE], lookup: `dig ${HOSTILE}`, happenings: [happening] };
  return {
    ...withState(scene, {
      names: [{ name, marks: 'f', others: 1 }, ...scene.state.names],
      changes: [happening, ...scene.state.changes],
      hosts: [
        {
          id: HOSTILE,
          cluster: HOSTILE,
          kind: 'unknown',
          status: HOSTILE,
          tasks: [{ id: HOSTILE, arn: long, service: HOSTILE, ports: [{ name, mark: 'failing', reason: HOSTILE }] }],
        },
      ],
      notKnown: [{ what: HOSTILE, why: long }],
      glance: {
        ...scene.state.glance,
        deployment: HOSTILE,
        verdicts: [{ case: 'failing', says: HOSTILE + long, next: HOSTILE }],
      },
    }),
    nameOf: (asked) => (asked === name ? view : scene.nameOf(asked)),
  };
}

/** Marks of a fleet: most are well. */
const LETTERS = 'pppppppppppppppppppppppppppppppphsfl';

/** Ten thousand instances in 1,500 names, one of which has 4,000. */
export function large(now = Date.now()): Scene {
  const scene = small(now);
  const marksOf = (seed: number, count: number) =>
    Array.from({ length: count }, (_, at) => LETTERS[(seed * 7 + at * 13) % LETTERS.length]).join('');
  const names: readonly NameRow[] = Array.from({ length: 1_500 }, (_, at) => ({
    name: at === 700 ? '_all._tcp.shop.internal.' : `_service-${String(at).padStart(4, '0')}._tcp.shop.internal.`,
    marks: marksOf(at, at === 700 ? 4_000 : 4),
    others: at % 97 === 0 ? 2 : 0,
    changedAt: now - at * 1_000,
  }));
  const all: readonly InstanceView[] = Array.from({ length: 4_000 }, (_, at) => ({
    mark: 'published',
    endpoint: `ip-10-${at >> 8}-${at & 255}-7.ecs.shop.internal.:${32_768 + (at % 20_000)}`,
    reason: 'healthy',
    says: 'published: it passes its checks',
    value: `1 1 ${32_768 + (at % 20_000)} ip-10-${at >> 8}-${at & 255}-7.ecs.shop.internal.`,
    task: `${at.toString(16).padStart(8, '0')}a41d24a1f9d7b`,
    service: 'all',
    host: `i-${at.toString(16).padStart(17, '0')}`,
    cluster: 'shop',
    check: { kind: 'HTTP /health', verdict: 'passing', since: now - MINUTE * at },
  }));
  const happenings = Array.from({ length: 500 }, (_, at) => ({
    ...(scene.state.changes[at % scene.state.changes.length] as Scene['state']['changes'][number]),
    at: now - at * 30_000,
    endpoint: `ip-10-1-${at >> 8}-${at & 255}.ecs.shop.internal.:32768`,
    name: names[at]?.name ?? '',
  }));
  return {
    ...withState(scene, { names, hosts: hostsOf(names), changes: happenings }),
    nameOf: (name) => {
      const row = names.find((one) => one.name === name);
      const instances = row && (row.marks.length > 4 ? all : all.slice(0, row.marks.length));
      return (
        instances && {
          name,
          ttl: 5,
          capacity: { most: 4_000, stand: instances.length },
          instances,
          others: [],
          lookup: `dig SRV ${name}`,
          happenings,
        }
      );
    },
  };
}

/** Twenty tasks a host. */
function hostsOf(names: readonly NameRow[]): readonly HostView[] {
  const ports = names.flatMap(({ name, marks }) => [...marks].map((letter) => ({ name, letter })));
  return Array.from({ length: Math.ceil(ports.length / 20) }, (_, host) => ({
    id: `i-${host.toString(16).padStart(17, '0')}`,
    cluster: `shop-${host % 4}`,
    kind: 'ec2',
    address: `10.0.${host >> 8}.${host & 255}`,
    status: 'ACTIVE',
    tasks: ports.slice(host * 20, host * 20 + 20).map(({ name, letter }, at) => {
      const id = `${host.toString(16).padStart(4, '0')}${at.toString(16).padStart(4, '0')}aabbccddeeff00112233`;
      const mark = MARKS.find((one) => one.startsWith(letter)) ?? 'published';
      return {
        id,
        arn: `arn:aws:ecs:eu-central-1:123456789012:task/shop-${host % 4}/${id}`,
        service: name.slice(1).split('.')[0] ?? '',
        status: 'RUNNING',
        ports: [{ name, port: 32_768 + at, mark, reason: mark === 'published' ? 'healthy' : mark }],
      };
    }),
  }));
}

export { empty, small };
