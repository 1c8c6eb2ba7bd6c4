import type { StepName } from '../support/world.ts';
import type { CallFault } from './call-faults.ts';
import type { LastingPlace, ObjectFault } from './object-faults.ts';
import type { Run } from './shop.ts';
import type { StepFault } from './step-faults.ts';

/** How a run ends (`statemachines/reconcile.asl.yaml`) and what it leaves in the zone. */
export interface Expectation {
  readonly end: 'ZoneInSync' | 'RemovalsHeld' | 'ZoneContended' | 'RunFailed' | 'OutcomeUnpublished';
  readonly zone: Zone;
}

/** What the zone still lacks (`+`) and still has too much (`-`) after the run, by cluster. */
export const ZONES = {
  right: { main: '', far: '' },
  'far waits': { main: '', far: '+_calc._tcp -_calc._tcp' },
  'far starts wait': { main: '', far: '+_calc._tcp' },
  'all starts wait': { main: '+_calc._tcp +pay', far: '+_calc._tcp' },
  'starts wait': { main: '+_calc._tcp', far: '+_calc._tcp' },
  'main waits': { main: '+_calc._tcp +pay -_calc._tcp -pay', far: '' },
  'main starts wait': { main: '+_calc._tcp', far: '' },
  'calc stops wait': { main: '-_calc._tcp', far: '-_calc._tcp' },
  'calc waits': { main: '+_calc._tcp -_calc._tcp', far: '+_calc._tcp -_calc._tcp' },
  waits: { main: '+_calc._tcp +pay -_calc._tcp -pay', far: '+_calc._tcp -_calc._tcp' },
} as const;
export type Zone = keyof typeof ZONES | 'some wait';

/** Whether the zone is as expected; some wait when what differs is among what may wait. */
export function isAsExpected(left: Readonly<Record<'main' | 'far', string>>, zone: Zone): boolean {
  if (zone !== 'some wait') return left.main === ZONES[zone].main && left.far === ZONES[zone].far;
  const among = (some: string, all: string) =>
    some.split(' ').every((one) => one === '' || all.split(' ').includes(one));
  return among(left.main, ZONES.waits.main) && among(left.far, ZONES.waits.far);
}

const inSync = (zone: Zone = 'right'): Expectation => ({ end: 'ZoneInSync', zone });
const failed: Expectation = { end: 'RunFailed', zone: 'waits' };
const contended = (zone: Zone = 'waits'): Expectation => ({ end: 'ZoneContended', zone });
const unpublished = (zone: Zone = 'waits'): Expectation => ({ end: 'OutcomeUnpublished', zone });

/** What comes of a call that fails for as long as the run lasts; an event run asks again for what it could not read. */
const LASTING: Readonly<Record<string, (run: Run) => Expectation>> = {
  'sqs:ReceiveMessage': () => failed,
  'sqs:SendMessage': () => inSync(),
  'sqs:DeleteMessageBatch': () => inSync(),
  'sqs:GetQueueAttributes': () => inSync(),
  'sqs:ChangeMessageVisibilityBatch': () => failed,
  'states:StartExecution': () => unpublished(),
  'events:PutEvents': () => inSync(),
  'route53:GetHostedZone': () => failed,
  'route53:ListResourceRecordSets': () => failed,
  'route53:ChangeResourceRecordSets': () => contended(),
  'ecs:ListClusters': () => failed,
  'ecs:ListTasks': (run) => (run === 'full' ? inSync('far waits') : contended('far waits')),
  'ecs:DescribeTasks': (run) => (run === 'full' ? inSync('far waits') : contended('far waits')),
  'ecs:DescribeTaskDefinition': (run) => (run === 'full' ? inSync('far waits') : contended('far waits')),
  'ecs:DescribeContainerInstances': (run) => (run === 'full' ? inSync('far waits') : contended('far waits')),
  'ecs:StopTask': () => inSync(),
  'ec2:DescribeInstances': (run) => (run === 'full' ? inSync('waits') : contended()),
  'ec2:DescribeNetworkInterfaces': () => failed,
  'ec2:DescribeSubnets': (run) => (run === 'full' ? inSync('main waits') : contended('main waits')),
  's3:GetObject': () => unpublished(),
  's3:PutObject': () => unpublished(),
};

/** Every call of a run. */
export const CALLS = Object.keys(LASTING);

/** Answers that arrive and are not the whole truth: what each call makes of them, where it is not all the same to it. */
const PARTIAL: Readonly<Record<string, (run: Run) => Expectation>> = {
  // Clusters that are known and not listed are asked for their tasks by name.
  'ecs:ListClusters empty page': () => inSync('all starts wait'),
  'ecs:ListClusters page cut short': () => inSync('far starts wait'),
  // ECS answers for each that was asked for, or its answer is none.
  'ecs:DescribeTasks empty page': (run) => lasting('ecs:DescribeTasks', run),
  'ecs:DescribeTasks page cut short': (run) => lasting('ecs:DescribeTasks', run),
  // Listed as running and then unknown is a contradiction.
  'ecs:DescribeTasks failures': (run) => lasting('ecs:DescribeTasks', run),
  'ecs:DescribeContainerInstances empty page': (run) => lasting('ecs:DescribeContainerInstances', run),
  'ecs:DescribeContainerInstances failures': () => inSync('far starts wait'),
  // What an answer lacks of a task says nothing of what it has published: that stays, what is new waits.
  'ecs:DescribeTasks missing bindings': () => inSync('far starts wait'),
  'ecs:DescribeTasks missing containers': () => inSync('far starts wait'),
  'ec2:DescribeInstances missing addresses': () => inSync('starts wait'),
  // A host without an address: what is published stays, what is new waits.
  'ec2:DescribeInstances empty page': () => inSync('starts wait'),
  // What seems to be missing is created, which Route 53 refuses: nothing is overwritten.
  'route53:ListResourceRecordSets empty page': () => contended(),
  'route53:ListResourceRecordSets page cut short': (run) => inSync(run === 'full' ? 'some wait' : 'right'),
  'sqs:ReceiveMessage empty page': (run) => inSync(run === 'full' ? 'right' : 'waits'),
  'sqs:ReceiveMessage page cut short': (run) => inSync(run === 'full' ? 'right' : 'some wait'),
  // The change took effect, only its answer did not arrive: the next round reads that.
  'route53:ChangeResourceRecordSets malformed body': () => inSync(),
  'route53:ChangeResourceRecordSets forbidden': () => failed,
  's3:PutObject forbidden': () => failed,
  // The messages of the first polls are hidden from the last one.
  'sqs:ReceiveMessage lost answer': (run) => inSync(run === 'full' ? 'right' : 'waits'),
  // Nothing was kept under these keys is an answer that arrives; the outcome can be written.
  's3:GetObject malformed body': () => failed,
  // Payloads cannot be handed on; the outcome tells of it as far as the execution itself can.
  's3:PutObject malformed body': () => failed,
};

const lasting = (call: string, run: Run): Expectation => {
  const rule = LASTING[call];
  if (!rule) throw new Error(`${call} has no rule in LASTING: what comes of a run in which it always fails`);
  return rule(run);
};

/** A run that fails for another reason ends so whatever befalls the calls that every end makes. */
const undisturbed = (run: Run): Expectation => (run === 'failing' ? failed : inSync());

/**
 * | fault                                | expected                                                      |
 * | ------------------------------------ | ------------------------------------------------------------- |
 * | slow, wrong order                    | all the same                                                  |
 * | for a while, lost answer             | retried by the state machine: all the same                    |
 * | for ever, malformed body, forbidden  | by what the call is for (`LASTING`)                           |
 * | empty page, page cut short, failures | by what the call is for (`PARTIAL`), else all the same        |
 * | missing bindings, containers, …      | the same                                                      |
 */
export function expectedOfCall(call: string, kind: CallFault, run: Run): Expectation {
  const partial = PARTIAL[`${call} ${kind}`];
  if (partial) return partial(run);
  if (kind.endsWith('for ever') || kind === 'malformed body' || kind === 'forbidden') return lasting(call, run);
  return undisturbed(run);
}

/**
 * What is lost explains nothing, so that what has stopped waits for a full run, and there only for what nothing explains;
 * a claim that cannot be written is not sent.
 *
 * | object                    | fault                                    | expected                                   |
 * | ------------------------- | ---------------------------------------- | ------------------------------------------ |
 * | a shard of the inventory  | of a later version, may not be written   | contended: its names wait, the others do not |
 * | a shard of the inventory  | lost otherwise                           | full: all the same; event: its stops wait  |
 * | any other                 | any                                      | all the same                               |
 */
export function expectedOfObject(place: LastingPlace, fault: ObjectFault, run: Run): Expectation {
  if (place !== 'a shard of the inventory') return inSync();
  if (fault === 'later version' || fault === 'may not be written') return contended('calc waits');
  return inSync(run === 'full' ? 'right' : 'calc stops wait');
}

/** What comes of a step that never ends well. */
const DEAD: Readonly<Record<Exclude<StepName, 'StartRun'>, (run: Run) => Expectation>> = {
  ReadTrigger: () => failed,
  SnapshotZone: () => failed,
  ListClusters: () => failed,
  CollectTasks: (run) => (run === 'full' ? inSync('waits') : contended()),
  LoadBatch: () => inSync('main starts wait'),
  CheckHealth: () => inSync('main starts wait'),
  SaveVerdicts: () => inSync('main starts wait'),
  CompleteReading: () => failed,
  PlanChanges: () => failed,
  // The change took effect before the function died: the next round reads that, and plans nothing more.
  ApplyBatch: () => inSync(),
  VerifyChanges: () => ({ end: 'RunFailed', zone: 'right' }),
  PublishOutcome: () => unpublished('right'),
};

export interface StepCourse {
  readonly run: Run;
  /** How many calls the step has made when it is killed. */
  readonly calls: number;
}

/** The steps of a run: all but the trigger, which runs before it. */
export const STEPS = Object.keys(DEAD) as (keyof typeof DEAD)[];

/**
 * The messages that a lost invocation has taken are nobody's until they show again: an event run knows of no event then.
 *
 * | fault           | expected                                                                                    |
 * | --------------- | ------------------------------------------------------------------------------------------- |
 * | killed half-way | tried again: all the same                                                                   |
 * | run twice       | all the same, but for the messages that the first invocation took (event run)               |
 * | result lost     | tried again: as run twice                                                                   |
 * | late redrive    | what is too old is read anew: all the same                                                  |
 * | out of memory   | every time: by what the step is for (`DEAD`)                                                |
 */
export function expectedOfStep(step: keyof typeof DEAD, kind: StepFault, { run, calls }: StepCourse): Expectation {
  if (kind === 'out of memory') return DEAD[step](run);
  if (kind === 'late redrive') return inSync();
  const messagesTaken = step === 'ReadTrigger' && (kind !== 'killed half-way' || calls > 0);
  return inSync(run === 'event' && messagesTaken ? 'waits' : 'right');
}
