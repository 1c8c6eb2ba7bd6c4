/** What every reason says of itself: `<what it is>: <why>`, what a person does about it, and the metric that counts it. */
interface Row {
  readonly sentence: string;
  readonly todo?: string;
  readonly metric?: string;
}

interface RowOf {
  /** `holds`: it is not known to pass and stays nevertheless. `eventRun`: an event run may say so, of a removal too. */
  readonly published: Row & { readonly holds: boolean; readonly eventRun: boolean };
  /** `thoughRunning`: it holds although the task still runs, so that seeing it again contradicts nothing. */
  readonly removed: Row & { readonly thoughRunning: boolean; readonly eventRun: boolean };
  /** `runs`: its task may run on a host that lives. Where it claims no name, nothing is looked up by what it says. */
  readonly 'left-out': Row & { readonly claimsName: boolean; readonly runs: boolean };
}

type Rows = { readonly [O in keyof RowOf]: Readonly<Record<string, RowOf[O]>> };

const PASSES = { holds: false, eventRun: true } as const;
const WAITS = { holds: true, eventRun: true } as const;
const HELD = { holds: true, eventRun: false, todo: 'see the detail and the findings' } as const;
const THOUGH_RUNNING = { thoughRunning: true, eventRun: true } as const;
const THOUGH_RUNNING_IF_FULL = { thoughRunning: true, eventRun: false } as const;
const CLAIM = { claimsName: true, runs: true } as const;
const CLAIM_AT_REST = { claimsName: true, runs: false } as const;
/** Only another task definition cures it. */
const FAULTY = { claimsName: false, runs: true, metric: 'DeclarationsInvalid', todo: 'see the detail' } as const;

const GONE = { sentence: 'gone: its host is stopped, terminated or inactive' } as const;
const DRAINS = { sentence: 'host drains: ECS empties its host, and the name has instances elsewhere' } as const;
const NO_ROOM = {
  sentence: 'over capacity: the record set is full',
  todo: "`beyondCapacity: 'spread'`, or spread the service over several names",
  metric: 'InstancesOverCapacity',
} as const;
const PAUSED = { todo: '`ecssd resume` lets runs change the zone again' } as const;
const WITHDRAWN = {
  sentence: 'withdrawn: this deployment takes everything back (remove)',
  todo: '`ecssd remove --undo` publishes again',
} as const;

/**
 * Every reason, by what became of the value or the declaration (design, section 4: the lists are closed). A new one is a row
 * here and the place that decides it: types, checks, metrics and texts follow; `npm run reasons -- --write` documents it.
 */
export const REASONS = {
  published: {
    running: { ...PASSES, sentence: 'published: its task runs, and nothing checks it' },
    healthy: { ...PASSES, sentence: 'published: it passes its checks' },
    'held-unread': { ...HELD, eventRun: true, sentence: 'held: its cluster was not read in this run' },
    'held-unattributed': { ...HELD, sentence: 'held: nobody knows whose it is, and not everything could be read' },
    'held-panic': {
      ...HELD,
      metric: 'InstancesHeldByPanic',
      sentence: 'held: it fails, but too few others of the name pass',
    },
    'held-prober': {
      ...HELD,
      sentence: 'held: most probes failed at once, so the health checker is suspected; or nothing judged it',
    },
    'held-contradiction': {
      ...HELD,
      sentence: 'held: ECS contradicts itself about its task, or its answer lacks something of it',
    },
    'held-guard': {
      ...HELD,
      sentence: 'held: nothing explains its removal, which waits for approval',
      todo: '`ecssd approve`, if it is really gone',
    },
    'held-no-address': {
      ...HELD,
      sentence: 'held: its task runs, but tells no address at the moment, or none of the family asked for that passes',
    },
    'held-quarantined': {
      ...WAITS,
      sentence: 'held: it was to leave, but Route 53 refused the change of this name',
      todo: "see the detail: Route 53's message, since when, and the next try",
    },
    'held-contended': {
      ...WAITS,
      sentence: 'held: it was to leave, but others kept changing the name',
      todo: 'see the detail: find out who writes',
    },
    'held-paused': { ...WAITS, ...PAUSED, sentence: 'held: it was to leave, but the deployment is paused' },
    'held-shift': {
      ...WAITS,
      sentence:
        'held: its revision is not to serve any more, but too few instances of the other pass; or nobody can tell',
      todo: 'see the detail: how many pass, and where the deployment stands',
    },
    'held-until-full': { ...WAITS, sentence: 'held: the next full run decides about it' },
  },
  removed: {
    'task-stopped': {
      thoughRunning: false,
      eventRun: true,
      sentence: 'draining or gone: ECS has decided to stop its task, or its container has stopped',
    },
    'host-gone': { ...THOUGH_RUNNING_IF_FULL, ...GONE },
    'host-draining': { ...THOUGH_RUNNING, ...DRAINS },
    shifted: {
      ...THOUGH_RUNNING,
      sentence: 'shifted: the deployment of its service has gone over to another revision, of which enough pass',
    },
    unhealthy: {
      ...THOUGH_RUNNING_IF_FULL,
      sentence: 'removed: its check fails, and enough others of the name pass',
      todo: 'see the detail: the last cause',
    },
    unexplained: {
      thoughRunning: false,
      eventRun: false,
      sentence: 'removed: every cluster was read, and nothing accounts for it',
    },
    ignored: { ...THOUGH_RUNNING_IF_FULL, sentence: 'removed on purpose: by SERVICE_<port>_IGNORE or publishTasks' },
    replaced: {
      ...THOUGH_RUNNING,
      sentence: 'removed: the same port serves the name at another endpoint, or with another priority or weight',
    },
    'over-capacity': { ...THOUGH_RUNNING_IF_FULL, ...NO_ROOM },
    withdrawn: { ...THOUGH_RUNNING, ...WITHDRAWN },
  },
  'left-out': {
    'invalid-name': { ...FAULTY, sentence: 'bad name: SERVICE_<port>_NAME or _ADDRESS_NAME is no name below the zone' },
    'invalid-port': { ...FAULTY, sentence: 'bad port: <port> of SERVICE_<port>_NAME is not 1–65535' },
    'invalid-value': { ...FAULTY, sentence: 'bad value: another variable of the port cannot be read' },
    'too-many': {
      ...FAULTY,
      sentence: 'too many: its task declares more names than one may',
      todo: 'split the task, or declare less',
    },
    'reserved-name': {
      ...FAULTY,
      sentence: 'bad name: it lies at or below the owner label',
      todo: 'choose another name',
    },
    ignored: { ...CLAIM, sentence: 'left out on purpose: by SERVICE_<port>_IGNORE or publishTasks' },
    'no-binding': {
      ...CLAIM,
      sentence:
        'no port mapping: the task has no binding of that container port and protocol, in each family published',
      todo: 'add a port mapping; mind `_udp`',
    },
    'no-address': {
      ...CLAIM,
      sentence: 'no host address: the task or EC2 tells none that others reach, of a family that is published',
      todo: 'see the detail: let docker bind to an address of the host',
    },
    'port-varies': {
      ...CLAIM,
      sentence: 'another port: clients of an address name learn no port, so all of its instances serve at one',
      todo: 'see the detail: a fixed host port, the same for all; another port takes another name',
    },
    'no-definition': {
      claimsName: false,
      runs: true,
      sentence: 'unknown: ECS does not know its task definition any more, so nobody can tell what it declares',
      todo: 'replace the task',
    },
    starting: {
      ...CLAIM_AT_REST,
      sentence: 'starting: not RUNNING yet, or not passing within its grace',
      todo: 'wait',
    },
    stopping: { ...CLAIM_AT_REST, sentence: 'draining: ECS stops its task, or its container has stopped' },
    'awaiting-shift': {
      ...CLAIM,
      sentence: 'waiting: its revision is not to serve now, waits until enough of it pass, or nobody can tell',
      todo: 'see the detail: where the deployment of its service stands',
    },
    'host-draining': { ...CLAIM, ...DRAINS, todo: 'nothing, or take the host back (ACTIVE)' },
    'host-gone': { ...CLAIM_AT_REST, ...GONE, todo: 'nothing runs there any more; ECS replaces tasks of services' },
    unhealthy: { ...CLAIM, sentence: 'failing check: its grace is over', todo: 'see the detail: the last cause' },
    unprobed: { ...CLAIM, sentence: 'not judged: nothing could check it', todo: 'see the detail and the findings' },
    'over-capacity': { ...CLAIM, ...NO_ROOM },
    conflict: {
      ...CLAIM,
      sentence:
        'other owner: a CNAME, a record set of another routing policy or, of an address name, addresses or an alias of others stand at the name, or others kept changing it',
      todo: 'see the detail: remove what stands there, find out who writes',
    },
    quarantined: {
      ...CLAIM,
      sentence: 'quarantined: Route 53 refused the change of this name, or something of others stands at its address',
      todo: "see the detail: Route 53's message, since when, and the next try; or what to remove",
    },
    paused: { ...CLAIM, ...PAUSED, sentence: 'paused: it was to be published, but runs only plan and report' },
    withdrawn: { ...CLAIM, ...WITHDRAWN },
  },
} as const satisfies Rows;

export type Outcome = keyof typeof REASONS;
export type PublishedReason = keyof (typeof REASONS)['published'];
export type RemovedReason = keyof (typeof REASONS)['removed'];
export type LeftOutReason = keyof (typeof REASONS)['left-out'];
/** Reasons of declarations that only another task definition cures. */
export type DeclarationFaultReason = {
  [R in LeftOutReason]: (typeof REASONS)['left-out'][R] extends Pick<typeof FAULTY, 'metric'> ? R : never;
}[LeftOutReason];

/** The row of a reason; undefined for a code of another version. */
export function reasonRow<O extends Outcome>(outcome: O, reason: string): RowOf[O] | undefined {
  const rows: Rows[O] = REASONS[outcome];
  return Object.hasOwn(rows, reason) ? rows[reason] : undefined;
}

/** A reason code as a person reads it; a code of another version stands for itself. */
export const reasonText = ({ outcome, reason }: { readonly outcome: Outcome; readonly reason: string }): string =>
  reasonRow(outcome, reason)?.sentence ?? `${outcome}: ${reason}`;

/** Whether a declaration claims a name of the zone. */
export const claimsName = ({ leftOut }: { readonly leftOut?: { readonly reason: LeftOutReason } }): boolean =>
  leftOut === undefined || REASONS['left-out'][leftOut.reason].claimsName;

/** What a change of a name that is not made brings about: what was to leave is held, what was to come is left out. */
export const WITHHELD = {
  quarantined: { published: 'held-quarantined', leftOut: 'quarantined' },
  contended: { published: 'held-contended', leftOut: 'conflict' },
  paused: { published: 'held-paused', leftOut: 'paused' },
} as const satisfies Record<string, { readonly published: PublishedReason; readonly leftOut: LeftOutReason }>;

/** How many dispositions each metric of a reason counts, zero included. */
export function reasonMetrics(dispositions: readonly Disposition[]): ReadonlyMap<string, number> {
  const rows: readonly Row[] = Object.values(REASONS).flatMap((all) => Object.values<Row>(all));
  const counts = new Map(rows.flatMap(({ metric }) => (metric === undefined ? [] : [[metric, 0]])));
  for (const { outcome, reason } of dispositions) {
    const metric = reasonRow(outcome, reason)?.metric;
    if (metric !== undefined) counts.set(metric, (counts.get(metric) ?? 0) + 1);
  }
  return counts;
}

/** Of an instance while its service is deployed: of the revision that is replaced, or of the one that comes. */
export type Colour = 'blue' | 'green';

/** What a run decided about one value or one declared instance; each carries exactly one reason (L6). */
export type Disposition = {
  /** Fully qualified owner name; where the declaration claims none, what it says, printable and bounded. */
  readonly name: string;
  readonly target?: string;
  readonly port?: number;
  /** Task ARN, where it is known. */
  readonly task?: string;
  /** For people, printable, at most 200 characters: the text that was given, the last cause of a failing check. */
  readonly detail?: string;
  /** Absent where nothing is deployed by DNS. */
  readonly colour?: Colour;
} & (
  | { readonly outcome: 'published'; readonly reason: PublishedReason; readonly isNew?: boolean }
  | { readonly outcome: 'removed'; readonly reason: RemovedReason }
  | { readonly outcome: 'left-out'; readonly reason: LeftOutReason }
);
