import type { Body, Kind } from '../../functions/contracts/payloads.ts';
import type { ApplyResult } from '../../functions/contracts/plan-shapes.ts';
import type { RecordSet } from '../../functions/domain/dns/record-set.ts';
import type { Claim } from '../../functions/domain/ecs/claim.ts';
import type { Host, Task } from '../../functions/domain/ecs/task.ts';
import type { InventoryEntry } from '../../functions/domain/reading/inventory.ts';
import type { Reading, ZoneSnapshot } from '../../functions/domain/reading/reading.ts';
import type { PlannedShift } from '../../functions/domain/telling/kept-shift.ts';
import type { PlanRecord } from '../../functions/domain/telling/plan-record.ts';
import type { SeenDeployment } from '../../functions/domain/telling/seen-deployments.ts';
import { CAPACITY } from '../../functions/domain/zone/capacity.ts';
import type { ChangeUnit } from '../../functions/domain/zone/change.ts';
import {
  CALC,
  CLUSTER,
  claim,
  entryOf,
  instanceArn,
  NOW,
  ourValue,
  planRecord,
  reading,
  SETTINGS,
  taskArn,
} from './builders.ts';

const task: Required<Task> = {
  arn: taskArn('1'),
  cluster: CLUSTER,
  definition: 'd:1',
  version: 3,
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  containerInstance: instanceArn('1'),
  group: 'service:calc',
  startedBy: 'ecs-svc/1',
  disconnected: true,
  startedAt: NOW,
  health: 'HEALTHY',
  networkInterface: { id: 'eni-1', address: '10.0.0.1', subnet: 'subnet-1', vpc: 'vpc-1' },
  containers: [
    {
      name: 'app',
      lastStatus: 'RUNNING',
      health: 'UNKNOWN',
      bindings: [
        {
          bindIP: '0.0.0.0',
          containerPort: 80,
          hostPort: 32_768,
          containerPortRange: '90-99',
          hostPortRange: '32900-32909',
          protocol: 'tcp',
        },
      ],
    },
  ],
  overrides: [{ container: 'app', environment: { SERVICE_80_NAME: 'calc' } }],
};

/** Bodies of one kind: with every field that there is, with the fewest, and damaged, with the place of the damage. */
interface Sample<K extends Kind> {
  readonly full: Body<K>;
  readonly least: Body<K>;
  readonly bad: readonly (readonly [unknown, place: string])[];
}

const written = { print: 'aabbccdd', at: NOW, corrections: 1, since: NOW };
const removal = { name: 'a.', key: 'b.:80', value: '1 1 80 b.' };
const check = {
  kind: 'https',
  path: '/up',
  host: 'app.example.com',
  statuses: [
    [200, 204],
    [300, 399],
  ],
  service: 'shop.Cart',
  timeout: 1_000,
  attempts: 2,
} as const;
const hostOf = { cluster: CLUSTER, containerInstance: instanceArn('1') };
const taskOf = { cluster: CLUSTER, task: taskArn('1') };

const entry: Required<InventoryEntry> = {
  ...entryOf('1'),
  container: 'app',
  containerPort: 80,
  protocol: 'udp',
  ttl: 60,
  containerInstance: instanceArn('1'),
  ec2Instance: 'i-1',
  networkInterface: 'eni-1',
  atPublic: true,
  servesAt: 80,
  hostDrains: true,
  publishedAt: 1,
  absentSince: 2,
  stoppedAt: 3,
  outSince: 3,
  verdictSince: 4,
  writtenAt: 5,
};

const recordSet: Required<RecordSet> = {
  ownerName: CALC,
  type: 'SRV',
  ttl: 5,
  values: [ourValue('10.0.0.1', 80), { ...ourValue('10.0.0.2', 80), spelled: '1 1 80 B.' }, 'no SRV value'],
  policy: 'weighted',
  setIdentifier: 'a',
  weight: 1,
  attributes: ['Region'],
  aliasTarget: { name: 'a.', elsewhere: true, evaluatesHealth: true },
  stored: { Name: CALC },
};
const least: RecordSet = { ownerName: CALC, type: 'A', ttl: 60, values: [], policy: 'other' };

const snapshot: Required<ZoneSnapshot> = {
  takenAt: NOW,
  recordSets: [recordSet, least],
  marker: { deployment: 'd', withdrawn: true },
  total: 3,
  soa: least,
  strangers: 'a.',
  addresses: { right: ['10.0.0.1'], wrong: ['b.'], before: 'c.' },
};

const everyClaim: Required<Claim> = {
  ...claim('1'),
  containerPort: 80,
  protocol: 'tcp',
  ttl: 60,
  containerInstance: instanceArn('1'),
  ec2Instance: 'i-1',
  networkInterface: 'eni-1',
  atPublic: true,
  vpc: 'vpc-1',
  service: 'calc',
  startedBy: 'ecs-svc/1',
  shift: {
    share: 'none',
    service: 'arn:aws:ecs:eu-west-1:123456789012:service/main/calc',
    requested: 2,
    isTest: true,
    declared: CALC,
    deployment: 'arn:aws:ecs:eu-west-1:123456789012:service-deployment/main/calc/1',
    direction: 'forward',
    state: 'IN_PROGRESS, BAKE_TIME',
    status: 'IN_PROGRESS',
    stage: 'BAKE_TIME',
    colour: 'green',
  },
  disconnected: true,
  hostDrains: true,
  startedAt: NOW,
  endpoint: {
    address: '10.0.0.1',
    address6: '2001:db8::1',
    probeAt: '10.0.0.2',
    vpc: 'vpc-1',
    priority: 1,
    weight: 1,
    port: 80,
    target: 'a.',
    servesAt: 80,
  },
  leftOut: { reason: 'stopping', detail: 'it stops', taskStops: true, at: 'a.:80', unplaced: true },
  containerHealth: 'UNKNOWN',
  taskUnhealthy: true,
  check,
  graceEndsAt: NOW,
};

const host: Required<Host> = {
  containerInstance: instanceArn('1'),
  state: 'live',
  ec2Instance: 'i-1',
  address: '10.0.0.1',
  address6: '2001:db8::1',
  publicAddress: '192.0.2.1',
  vpc: 'vpc-1',
  unasked: true,
  draining: true,
  disconnected: true,
};

const whole: Required<Reading> = {
  now: NOW,
  clusters: { [CLUSTER]: 'read', a: 'unread', b: 'gone', c: 'asked' },
  unread: [{ cluster: 'a', error: 'AccessDenied', cause: '' }],
  judged: [
    { claim: everyClaim, verdict: { state: 'passing', by: 'check' }, probe: { state: 'passing' } },
    {
      claim: claim('2'),
      verdict: { state: 'failing', cause: 'no' },
      probe: { state: 'failing', cause: 'no', kind: 'timeout' },
    },
    {
      claim: claim('3'),
      verdict: { state: 'unknown', cause: 'no', source: 'probe' },
      probe: { state: 'unprobed', cause: 'no', kind: 'no-route' },
    },
    { claim: claim('4') },
  ],
  remarks: ['a remark'],
  listed: [taskArn('1')],
  sizes: { [CLUSTER]: 1 },
  hosts: [host, { containerInstance: 'i', state: 'unknown' }],
  taskFates: { a: 'stopped', b: 'running', c: 'missing', d: 'unknown' },
  hostFates: { a: 'live', b: 'gone', c: 'unknown' },
  addressTaken: [taskArn('1')],
  remembered: [
    { name: CALC, written, values: { k: entry, l: entryOf('2') }, former: true },
    { name: 'a.', values: {} },
  ],
  inventory: { clusterReadings: { [CLUSTER]: NOW }, formerOpen: true },
  lost: [{ key: 'k', access: 'read', why: 'no', damaged: true }],
  idleAddresses: { 'ip-10-0-0-1.ecs.a.': NOW },
  held: [{ ...removal, since: NOW }],
  addresses: { recordSets: [least], lookedFor: ['a.'] },
  quarantine: { 'a.': { reason: 'no', since: 1, lastTried: 2, tries: 3 } },
  effort: { clusters: 1, groups: 1, probeBatches: 2, clustersBeyond: ['a'], probesBeyond: 3 },
};

const unit: Required<ChangeUnit> = {
  name: CALC,
  kind: 'name',
  changes: [{ action: 'UPSERT', recordSet, replaces: least }],
  needs: ['a.'],
  follows: true,
  beside: [{ type: 'SRV', policy: 'simple', ttl: 5 }],
  retry: true,
  written,
};

const applied: Required<ApplyResult> = {
  index: 1,
  applied: ['a.'],
  moved: ['b.'],
  refused: [{ name: 'c.', message: 'no' }],
  stale: ['d.'],
  changeIds: ['/change/C1'],
  findings: ['a finding'],
  obstacles: { 'b.': '0123' },
  uncertain: true,
};

const where = { ...taskOf, containerInstance: instanceArn('1'), awsvpc: false, atPublic: true as const };
const plannedValue = { ...where, key: 'b.:80', value: '1 1 80 b.', target: 'b.' };
const dispositions: PlanRecord['dispositions'] = [
  {
    outcome: 'published',
    reason: 'running',
    name: CALC,
    target: 'b.',
    port: 80,
    task: taskArn('1'),
    detail: 'd',
    isNew: true,
    colour: 'blue',
  },
  { outcome: 'removed', reason: 'unhealthy', name: CALC },
  { outcome: 'left-out', reason: 'invalid-name', name: 'a' },
];

const shift: Required<PlannedShift> = {
  service: 'arn:aws:ecs:eu-west-1:111111111111:service/shop/web',
  cluster: CLUSTER,
  deployment: 'arn:aws:ecs:eu-west-1:111111111111:service-deployment/shop/web/d',
  direction: 'forward',
  serving: ['ecs-svc/2'],
  tested: [],
  moved: [{ name: CALC, published: 1, removed: 2 }],
  entered: ['ecs-svc/2'],
  ttl: 5,
  names: [CALC],
};

const seen: Required<SeenDeployment> = {
  service: 'arn:aws:ecs:eu-west-1:111111111111:service/shop/web',
  cluster: CLUSTER,
  deployment: 'arn:aws:ecs:eu-west-1:111111111111:service-deployment/shop/web/d',
  status: 'IN_PROGRESS',
  stage: 'BAKE_TIME',
  names: [CALC],
  testName: 'b.',
  moved: { direction: 'forward', published: 1, removed: 2 },
};

const plan: Required<PlanRecord> = {
  shifts: [shift],
  deployments: [seen],
  from: {
    coverage: { kind: 'event', names: [CALC] },
    settings: {
      ...SETTINGS,
      beyondCapacity: 'spread',
      onDraining: 'deregister',
      capacity: CAPACITY,
      minimumTtl: 2,
      negativeTtl: 60,
    },
    run: { trigger: 'manual', round: 1, looks: 0, startedAt: NOW, events: 3 },
    quarantine: { 'a.': { reason: 'no', since: 1, lastTried: 2, tries: 3 } },
  },
  kind: 'event',
  plannedAt: NOW,
  paused: { since: NOW, by: 'anna', reason: 'move' },
  clusters: { [CLUSTER]: 'read' },
  unread: [{ cluster: 'a', error: 'AccessDenied', cause: '' }],
  sizes: { [CLUSTER]: 1 },
  names: [
    {
      name: CALC,
      created: [plannedValue],
      removed: [{ ...plannedValue, reason: 'unhealthy', service: 'calc' }],
      declined: ['b.:80 task'],
      steps: 2,
    },
  ],
  beside: { made: ['a.'], marked: ['b.'], removed: ['c.'] },
  takenOver: [{ ...plannedValue, name: CALC }],
  found: [{ name: CALC, keys: ['b.:80'] }],
  dispositions,
  held: [removal],
  heldHash: '0123',
  approved: { hash: '0123', removals: [removal] },
  ours: 1,
  batches: 2,
  events: 3,
  slice: 1,
  slices: [['a.'], ['b.']],
  unwritten: ['b.'],
  starting: [{ ...where, name: CALC, graceEndsAt: NOW }],
  unhealthy: [{ ...taskOf, name: CALC, cause: 'no' }],
  proberSuspected: true,
  conflicts: ['a.'],
  contended: [{ name: CALC, corrections: 3, since: NOW, nextTry: NOW }],
  nearQuotas: [{ quota: 'records in the zone', name: CALC, used: 8, limit: 10 }],
  findings: ['a finding'],
};

const outcome: Body<'outcome'> = {
  execution: 'run-1',
  state: 'in-sync',
  endedAt: NOW,
  error: '',
  cause: '',
  dispositions,
  refused: [],
  held: [],
  findings: [],
};

const target = { id: 0, address: '10.0.0.1', port: 80, check };

/** A copy of a body in which one place holds something else. */
function damaged(body: unknown, place: string, instead: unknown): readonly [unknown, string] {
  const copy: unknown = JSON.parse(JSON.stringify(body));
  const path = place.split('.');
  const last = path.pop() ?? '';
  const at = path.reduce((one, key) => (one as Record<string, unknown>)[key], copy) as Record<string, unknown>;
  if (instead === undefined) delete at[last];
  else at[last] = instead;
  return [copy, place];
}

/** Bodies of every kind. */
export const SAMPLES: { readonly [K in Kind]: Sample<K> } = {
  scope: {
    full: { names: [CALC], hosts: [hostOf], tasks: [{ ...taskOf, version: 1, queuedAt: NOW }] },
    least: { names: [], hosts: [], tasks: [taskOf] },
    bad: [
      [{ names: [CALC], hosts: [] }, 'tasks'],
      [{ names: [CALC], hosts: [{ cluster: CLUSTER }], tasks: [] }, 'hosts.0.containerInstance'],
    ],
  },
  permitted: {
    full: [{ ...removal, reason: 'unhealthy', task: 'task' }],
    least: [],
    bad: [
      [[{ name: CALC, key: 'b.:80', reason: 'unhealthy' }], '0.value'],
      [[{ ...removal, reason: 1 }], '0.reason'],
    ],
  },
  receipts: {
    full: [{ receipt: 'r', receiveCount: 1, sentAt: NOW }],
    least: [],
    bad: [
      [[{ receipt: 'r', receiveCount: 1 }], '0.sentAt'],
      [['r'], '0'],
    ],
  },
  snapshot: {
    full: snapshot,
    least: { takenAt: NOW, recordSets: [] },
    bad: [
      damaged(snapshot, 'recordSets', {}),
      damaged(snapshot, 'recordSets.0.policy', 'random'),
      damaged(snapshot, 'recordSets.0.values.1', { port: 80 }),
      damaged(snapshot, 'soa.ttl', '60'),
    ],
  },
  'clusters-beyond': { full: [CLUSTER], least: [], bad: [[[1], '0']] },
  group: {
    full: [
      {
        cluster: CLUSTER,
        scope: { names: ['a.'], hosts: [], tasks: [{ cluster: CLUSTER, task: 't' }] },
        tasks: 7,
        reads: 2,
      },
    ],
    least: [{ cluster: CLUSTER }],
    bad: [
      [[{ tasks: 7 }], '0.cluster'],
      [[{ cluster: 'a', tasks: -1 }], '0.tasks'],
    ],
  },
  observation: {
    full: {
      clusters: [
        { cluster: CLUSTER, reading: 'read', listed: 1, tasks: 2, reads: 3 },
        { cluster: 'a', reading: 'gone', listed: 0 },
        { cluster: 'b', reading: 'unread', error: 'E', cause: 'c' },
      ],
      claims: [everyClaim, claim('2')],
      listed: [taskArn('1')],
      hosts: [host],
      observedAt: NOW,
      remarks: ['a remark'],
      beyond: [1],
      wanted: 2,
    },
    least: { clusters: [], claims: [], listed: [], hosts: [] },
    bad: [
      [{ clusters: [], claims: [{ name: 'a.' }], listed: [], hosts: [] }, 'claims.0.task'],
      [{ clusters: [{ cluster: 'a', reading: 'unread' }], claims: [], listed: [], hosts: [] }, 'clusters.0.error'],
    ],
  },
  targets: { full: [target], least: [], bad: [[[{ ...target, address: 'localhost' }], '0.address']] },
  fault: { full: { error: 'E', cause: 'c' }, least: { error: 'E', cause: '' }, bad: [[{ error: 'E' }, 'cause']] },
  verdicts: {
    full: [
      { id: 0, state: 'passing' },
      { id: 1, state: 'failing', cause: 'no', kind: 'timeout' },
      { id: 2, state: 'unprobed', cause: 'no', kind: 'no-route' },
    ],
    least: [],
    bad: [
      [[{ id: 0, state: 'failing' }], '0.cause'],
      [[{ id: 0, state: 'splendid' }], '0.state'],
    ],
  },
  reading: {
    full: whole,
    least: reading({ judged: [{ claim: claim('1') }] }),
    bad: [
      damaged(whole, 'judged.0.claim.task', 1),
      damaged(whole, 'judged.0.claim.leftOut.reason', 'a whim'),
      damaged(whole, 'judged.1.verdict.cause', undefined),
      damaged(whole, 'clusters.a', 'perhaps'),
      damaged(whole, 'taskFates.d', 'asleep'),
      damaged(whole, 'remembered.0.values.l.lastSeen', 'yesterday'),
      damaged(whole, 'effort.probesBeyond', undefined),
    ],
  },
  plan: {
    full: plan,
    least: planRecord(),
    bad: [
      damaged(plan, 'names.0.removed.0.key', 1),
      damaged(plan, 'dispositions.1.outcome', 'lost'),
      damaged(plan, 'dispositions.1.reason', undefined),
      damaged(plan, 'batches', -1),
      damaged(plan, 'from.settings.naming.owner', undefined),
      damaged(plan, 'from.coverage.names', undefined),
      damaged(plan, 'nearQuotas.0.quota', 'patience'),
    ],
  },
  batch: {
    full: [unit],
    least: [{ name: CALC, kind: 'soa', changes: [], needs: [] }],
    bad: [damaged([unit], '0.changes.0.action', 'REPLACE'), damaged([unit], '0.changes.0.recordSet.values', 'a')],
  },
  applied: {
    full: applied,
    least: { index: 0, applied: [], moved: [], refused: [], stale: [], changeIds: [] },
    bad: [damaged(applied, 'moved', undefined), damaged(applied, 'obstacles', [])],
  },
  outcome: {
    full: {
      ...outcome,
      deployments: [seen],
      trigger: 'manual',
      startedAt: NOW,
      dryRun: true,
      refused: [{ name: 'a.', message: 'no' }],
      held: [removal],
      heldHash: '0123',
      ours: 1,
      approval: { approved: 1, removed: 0, standing: [{ ...removal, reason: 'running', detail: 'd' }] },
      findings: ['a finding'],
    },
    least: outcome,
    bad: [
      damaged(outcome, 'dispositions', 1),
      damaged(outcome, 'state', 'splendid'),
      damaged({ ...outcome, deployments: [seen] }, 'deployments.0.status', 1),
    ],
  },
  index: {
    full: { outcome: 'outcomes/2026-11-22/run-1.json' },
    least: { outcome: 'outcomes/2026-11-22/run-1.json' },
    bad: [[{}, 'outcome']],
  },
  held: {
    full: [removal],
    least: [],
    bad: [
      [[{ name: 'a.', key: 'k' }], '0.value'],
      ['all', ''],
    ],
  },
  inventory: {
    full: {
      names: [
        { name: 'a.', written, values: [{ key: 'b.:80', entry }] },
        { name: '__proto__', values: [] },
      ],
    },
    least: { names: [{ name: 'a.', values: [{ key: 'k', entry: entryOf('1') }] }] },
    bad: [
      [{ names: {} }, 'names'],
      [{ names: [{ name: 'a.', values: {} }] }, 'names.0.values'],
      [
        { names: [{ name: 'a.', values: [{ key: 'k', entry: { ...entry, task: 1 } }] }] },
        'names.0.values.0.entry.task',
      ],
      [
        { names: [{ name: 'a.', values: [{ key: 'k', entry: { ...entry, lastSeen: 'yesterday' } }] }] },
        'names.0.values.0.entry.lastSeen',
      ],
    ],
  },
  progress: {
    full: {
      since: NOW,
      lists: [{ question: 'a', items: [taskArn('1')], next: '"token"' }],
      sets: [{ question: 'all', items: [recordSet], next: '{"name":"a."}' }],
      tasks: [{ question: 'a', tasks: [task], missing: [taskArn('2')] }],
      instances: [
        { question: 'a', instances: [{ arn: 'a', status: 'ACTIVE', ec2Instance: 'i-1', disconnected: true }] },
      ],
    },
    least: { since: NOW, lists: [], sets: [], tasks: [], instances: [] },
    bad: [
      [{ since: NOW, lists: [], sets: [], tasks: [] }, 'instances'],
      [{ since: NOW, lists: [{ question: 'a' }], sets: [], tasks: [], instances: [] }, 'lists.0.items'],
      [
        { since: NOW, lists: [], sets: [], tasks: [{ question: 'a', tasks: [{}], missing: [] }], instances: [] },
        'tasks.0.tasks.0.arn',
      ],
    ],
  },
  'cluster-readings': {
    full: { readings: [{ cluster: 'c', readAt: NOW }], formerTaken: true },
    least: { readings: [], formerTaken: false },
    bad: [[{ readings: [] }, 'formerTaken']],
  },
  hints: {
    full: { written, values: { 'b.:80': entry } },
    least: { values: {} },
    bad: [
      [{ values: [] }, 'values'],
      [{ values: { k: 1 } }, 'values.k'],
    ],
  },
  'probe-wishes': {
    full: [{ cluster: CLUSTER, batches: 7, tasks: 3_000, reads: 62 }],
    least: [],
    bad: [
      [{ a: 7 }, ''],
      [[{ cluster: 'a', batches: -1 }], '0.batches'],
      [[{ batches: 1 }], '0.cluster'],
    ],
  },
  'held-now': {
    full: [{ ...removal, since: NOW }],
    least: [],
    bad: [
      [[removal], '0.since'],
      [{}, ''],
      [['a'], '0'],
    ],
  },
  quarantine: {
    full: { 'a.': { reason: 'no', since: 1, lastTried: 2, tries: 3 } },
    least: {},
    bad: [
      [[], ''],
      [{ a: 'no' }, 'a'],
      [{ a: { reason: 'no', since: -1, lastTried: 2, tries: 3 } }, 'a.since'],
    ],
  },
  'idle-addresses': {
    full: { 'ip-10-0-0-1.ecs.a.': NOW },
    least: {},
    bad: [
      [{ a: 'long ago' }, 'a'],
      [null, ''],
      [3, ''],
    ],
  },
  services: {
    full: [{ name: 'web', startedBy: ['ecs-svc/1'] }],
    least: [],
    bad: [
      [{}, ''],
      [[{ name: 'web' }], '0.startedBy'],
    ],
  },
  shifts: {
    full: [
      {
        service: 'arn:aws:ecs:eu-west-1:111111111111:service/shop/web',
        deployment: 'arn:aws:ecs:eu-west-1:111111111111:service-deployment/shop/web/d',
        direction: 'forward',
        serving: ['ecs-svc/2'],
        tested: [],
        changeIds: ['/change/C1'],
        appliedAt: NOW,
        ttl: 5,
        insyncAt: NOW,
      },
    ],
    least: [],
    bad: [
      [{}, ''],
      [[{ service: 'a', deployment: 'b', direction: 'up', changeIds: [], appliedAt: 1, ttl: 5 }], '0.direction'],
      [[{ service: 'a', deployment: 'b', direction: 'back', changeIds: [], appliedAt: 1, ttl: -5 }], '0.ttl'],
    ],
  },
  definitions: {
    full: [
      {
        arn: 'arn:aws:ecs:eu-west-1:111111111111:task-definition/calc:1',
        networkMode: 'bridge',
        containers: [
          {
            name: 'app',
            environment: { SERVICE_80_NAME: 'calc' },
            labels: { SERVICE_80_WEIGHT: '2' },
            portMappings: [{ containerPort: 80, containerPortRange: '90-99', hostPort: 8_080, protocol: 'tcp' }],
            secrets: ['SERVICE_81_NAME'],
            healthCheck: { interval: 30, retries: 3, startPeriod: 0 },
          },
        ],
      },
    ],
    least: [
      { arn: 'a', networkMode: 'awsvpc', containers: [{ name: '', environment: {}, labels: {}, portMappings: [] }] },
    ],
    bad: [
      [{}, ''],
      [[{ arn: 'a', networkMode: 1, containers: [] }], '0.networkMode'],
      [[{ arn: 'a', networkMode: 'none', containers: [{ name: 'app' }] }], '0.containers.0.environment'],
      [
        [
          {
            arn: 'a',
            networkMode: 'none',
            containers: [{ name: 'app', environment: {}, labels: {}, portMappings: [{ protocol: 'sctp' }] }],
          },
        ],
        '0.containers.0.portMappings.0.protocol',
      ],
    ],
  },
};
