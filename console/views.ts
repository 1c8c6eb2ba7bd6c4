/**
 * What the page shows, as the server sends it: plain data, made by `console/model` from what runs have kept, from the zone and
 * from executions. Times are milliseconds since the epoch. Texts of workloads and services are printable and bounded before
 * they come here. What could not be asked is absent, and `State.notKnown` says why.
 */

/** How one instance is, as a mark shows it. `left-out`: declared and not published, for another reason than those before. */
export const MARKS = ['published', 'held', 'starting', 'failing', 'left-out'] as const;
export type Mark = (typeof MARKS)[number];

export type MarkCounts = Readonly<Record<Mark, number>>;

/** Of an instance while its service is deployed by DNS: of the revision that is replaced, or of the one that comes. */
export const COLOURS = ['blue', 'green'] as const;
export type Colour = (typeof COLOURS)[number];

/** Instances of one colour: that stand and pass, that stand and are held, that pass and wait outside, and the others. */
export interface ColourCounts {
  readonly serve: number;
  readonly held: number;
  readonly wait: number;
  readonly other: number;
}

/** One of the stages of a deployment, in a row. */
export interface DeploymentStep {
  readonly word: string;
  readonly at: 'passed' | 'here' | 'next';
}

/** A blue/green deployment that DNS shifts, under way or just over. */
export interface DeploymentView {
  readonly service: string;
  readonly cluster: string;
  /** Its id. */
  readonly deployment: string;
  /** Status and stage as ECS has said them last. */
  readonly state: string;
  /** The end of the first run that saw it there. */
  readonly since: number;
  readonly steps: readonly DeploymentStep[];
  /** What DNS does now. */
  readonly says: string;
  /** Why those that are to leave stay. */
  readonly why?: string;
  readonly counts: Readonly<Record<Colour, ColourCounts>>;
  /** As they are shown, the first of them. */
  readonly names: readonly string[];
  readonly testName?: string;
  /** The last run that moved its clients. */
  readonly moved?: {
    readonly execution: string;
    readonly at: number;
    readonly to: Colour;
    readonly published: number;
    readonly removed: number;
  };
}

/** One sentence of what is, as `ecssd status` says it, with the next command. */
export interface Said {
  /** Its id in the table of cases; `in-sync` where all is well. */
  readonly case: string;
  readonly says: string;
  readonly since?: number;
  readonly sinceAtLeast?: boolean;
  readonly next?: string;
}

/** Something that could not be asked, with what that costs. */
export interface NotKnown {
  readonly what: string;
  readonly why: string;
}

export interface Glance {
  readonly deployment: string;
  readonly owner: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly routing?: string;
  /** The worst first; never empty. */
  readonly verdicts: readonly Said[];
  readonly paused?: { readonly by: string; readonly since: number; readonly why?: string };
  readonly fullRun?: { readonly execution: string; readonly endedAt: number };
  /** Milliseconds that two full runs are apart at most, where the deployment says so. */
  readonly apart?: number;
  /** The last full run is older than two intervals: what the page shows may be old. */
  readonly isStale: boolean;
  readonly instances: MarkCounts;
  readonly names: number;
  /** Of the last hour. */
  readonly changes: { readonly published: number; readonly removed: number };
  /** From an event of ECS to the answer of Route 53, milliseconds, over the runs of the last hour. */
  readonly latency?: { readonly median: number; readonly slowest: number; readonly events: number };
  /** Over the runs of the last 24 hours. */
  readonly day?: {
    readonly calls: number;
    readonly transitions: number;
    /** Those that have kept the figures, and those that have not. */
    readonly runs: number;
    readonly untold: number;
    /** Attempts of some have failed, whose calls nobody knows. */
    readonly atLeast?: boolean;
  };
}

/** Of one name, so small that ten thousand instances are quickly sent. */
export interface NameRow {
  readonly name: string;
  /** One letter for each instance, its mark's first: p h s f l; in the order of the instances of `NameView`. */
  readonly marks: string;
  /** Values of others in the same record set. */
  readonly others: number;
  /** When something last changed at it, in the kept runs that were read. */
  readonly changedAt?: number;
}

export interface InstanceView {
  readonly mark: Mark;
  readonly colour?: Colour;
  /** `target:port`, or `container port n` where nothing is published. */
  readonly endpoint: string;
  readonly reason: string;
  /** The reason in words. */
  readonly says: string;
  readonly todo?: string;
  readonly detail?: string;
  readonly value?: string;
  readonly address?: string;
  readonly task?: string;
  readonly service?: string;
  readonly host?: string;
  readonly cluster?: string;
  /** Its checks as the last full run has seen them. */
  readonly check?: {
    readonly kind: string;
    readonly verdict: string;
    readonly cause?: string;
    readonly since?: number;
  };
}

/** Something that a kept run did or said at a name. */
export interface Happening {
  readonly at: number;
  readonly execution: string;
  readonly outcome: 'published' | 'removed' | 'left-out';
  readonly colour?: Colour;
  readonly name: string;
  readonly endpoint: string;
  readonly reason: string;
  readonly says: string;
  readonly detail?: string;
  readonly task?: string;
}

/** How clients reach an address name, by addresses of one type. */
export interface AliasView {
  readonly type: 'A' | 'AAAA';
  /** What clients ask for. */
  readonly name: string;
  /** The record set behind it, and how many addresses are in it. */
  readonly set: string;
  readonly addresses: number;
  /** Whether our alias stands, so that the one leads to the other. */
  readonly stands: boolean;
  /** Of a weighted alias. */
  readonly weight?: number;
  /** What of others stands there, as text. */
  readonly others: readonly string[];
}

export interface NameView {
  readonly name: string;
  readonly ttl?: number;
  readonly routing?: string;
  /** Instances that one answer can hold, and how many stand. */
  readonly capacity?: { readonly most: number; readonly stand: number };
  readonly instances: readonly InstanceView[];
  /** Of its services, with what is at this name; absent where none is deployed. */
  readonly deployments?: readonly DeploymentView[];
  /** Of an address name whose zone could be read, one for each type of address that it has. */
  readonly aliases?: readonly AliasView[];
  /** Values and record sets of others at the name, as text. */
  readonly others: readonly string[];
  /** A command that asks DNS for it. */
  readonly lookup: string;
  /** The newest first. */
  readonly happenings: readonly Happening[];
}

export interface HostView {
  /** Container instance or EC2 instance; `Fargate` and awsvpc tasks have one entry a cluster. */
  readonly id: string;
  readonly cluster: string;
  readonly kind: 'ec2' | 'fargate' | 'unknown';
  readonly address?: string;
  readonly status?: string;
  readonly tasks: readonly HostTask[];
}

export interface HostTask {
  readonly id: string;
  readonly arn: string;
  readonly service?: string;
  readonly status?: string;
  readonly colour?: Colour;
  readonly ports: readonly {
    readonly name: string;
    readonly port?: number;
    readonly mark: Mark;
    readonly reason: string;
  }[];
}

export type RunStatus = 'running' | 'succeeded' | 'failed' | 'timed-out' | 'aborted';

export interface RunRow {
  readonly execution: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly status: RunStatus;
  /** What started it: `events`, `schedule`, `manual`; absent where it does not say. */
  readonly trigger?: string;
  readonly dryRun?: boolean;
  readonly paused?: boolean;
  /** How its outcome names its end: in-sync, paused, held, contended, failed. */
  readonly ended?: string;
  readonly published?: number;
  readonly removed?: number;
  readonly held?: number;
  /** Services whose clients it has moved, and where to: `calc to green`. */
  readonly shifted?: readonly string[];
  readonly error?: string;
}

export type StateStatus = 'waiting' | 'running' | 'succeeded' | 'failed' | 'caught';

/** A state of the state machine, laid out; x and y are of its middle, in units of the page. */
export interface GraphState {
  readonly id: string;
  readonly kind: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly status: StateStatus;
  /** Milliseconds, over all its entries. */
  readonly took?: number;
  readonly entered: number;
  /** Attempts beyond the first of each entry. */
  readonly retries: number;
  /** Of a Map: iterations begun, and those that failed. */
  readonly iterations?: number;
  readonly failedIterations?: number;
  /** The Map in which it stands. */
  readonly inside?: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  /** Only a fault goes this way. */
  readonly caught?: boolean;
  readonly taken: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface RunView extends RunRow {
  readonly cause?: string;
  readonly width: number;
  readonly height: number;
  readonly states: readonly GraphState[];
  readonly edges: readonly GraphEdge[];
  readonly changes: readonly Happening[];
  readonly heldRemovals: readonly { readonly name: string; readonly value: string; readonly since?: number }[];
  readonly heldHash?: string;
  readonly findings: readonly string[];
  readonly unread: readonly string[];
  /** What of it could not be asked; without its history there are no states. */
  readonly notKnown: readonly NotKnown[];
}

/** One entry of a state in one execution: what went in and out, as far as the history tells. */
export interface StateEntry {
  readonly enteredAt: number;
  readonly endedAt?: number;
  readonly input?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly retries: readonly { readonly at: number; readonly error: string; readonly cause: string }[];
}

/** Everything that the page shows without asking for more. */
export interface State {
  /** Counts up with each change of what is below. */
  readonly version: number;
  readonly at: number;
  readonly glance: Glance;
  /** Blue/green deployments that DNS shifts; absent where none is under way or just over. */
  readonly deployments?: readonly DeploymentView[];
  /** By name. */
  readonly names: readonly NameRow[];
  readonly hosts: readonly HostView[];
  /** The newest first. */
  readonly runs: readonly RunRow[];
  /** Of the kept runs that were read, the newest first, at most 500. */
  readonly changes: readonly Happening[];
  readonly held?: { readonly hash: string; readonly removals: RunView['heldRemovals'] };
  readonly notKnown: readonly NotKnown[];
  /** What the person may order here. */
  readonly actions: readonly Action[];
}

/** A field of an action that the page asks for. */
export interface ActionField {
  readonly id: string;
  readonly label: string;
  /** What may be chosen; a text is typed where it is absent. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly value?: string;
}

/** A button. Those of `group: 'break'` exist in the local run only. */
export interface Action {
  readonly id: string;
  readonly group: 'run' | 'break';
  readonly label: string;
  /** What it does, in a sentence, with the calls that AWS would see: `ecs:StopTask`. */
  readonly says: string;
  readonly fields: readonly ActionField[];
  /**
   * A text that must be typed before it is done: the hash of held removals. The page sends what was typed as `typed`, beside
   * the fields, and the server compares it again.
   */
  readonly typed?: string;
  /** Why it cannot be done now; the button is shown and says so. */
  readonly refused?: string;
}

export interface ActionResult {
  readonly done: boolean;
  /** What was done, or why not, with the call. */
  readonly says: string;
  /** The run that it has started, to be opened. */
  readonly execution?: string;
}

/** What the page sends with an action: the values of its fields by their ids, and what was typed where that is wanted. */
export type ActionRequest = Readonly<Record<string, string>>;
