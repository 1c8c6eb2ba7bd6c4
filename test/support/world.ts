import { API_CALLS, type ApiCall } from '../../functions/adapters/aws/call-log.ts';
import { ec2Reader } from '../../functions/adapters/ec2-reader.ts';
import { definitionReader } from '../../functions/adapters/ecs-definitions.ts';
import { instanceReader } from '../../functions/adapters/ecs-instances.ts';
import { ecsReader } from '../../functions/adapters/ecs-reader.ts';
import { serviceReader } from '../../functions/adapters/ecs-services.ts';
import { taskStopper } from '../../functions/adapters/ecs-tasks.ts';
import type { OutgoingEvent } from '../../functions/adapters/event-bus.ts';
import { eventQueue } from '../../functions/adapters/event-queue.ts';
import { exactSoa } from '../../functions/adapters/exact-soa.ts';
import type { Prober } from '../../functions/adapters/http-probe.ts';
import { paced } from '../../functions/adapters/paced.ts';
import { changeReader } from '../../functions/adapters/route53-change.ts';
import { zoneReader, zoneWriter } from '../../functions/adapters/route53-zone.ts';
import { inSessionOfRun } from '../../functions/adapters/session.ts';
import { anywhereReader } from '../../functions/adapters/ssm-reader.ts';
import type { ZoneClient } from '../../functions/adapters/zone-client.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { readEnvironment } from '../../functions/contracts/environment.ts';
import { startRunContract, type TaskEvent } from '../../functions/contracts/events.ts';
import type { OutcomeRecord } from '../../functions/contracts/outcome.ts';
import { spendingOf } from '../../functions/contracts/spending.ts';
import * as contracts from '../../functions/contracts/states.ts';
import { VARIABLES } from '../../functions/contracts/variables.ts';
import { joinFamilies, type ProbeVerdict } from '../../functions/domain/health/verdict.ts';
import type { SendingLimits } from '../../functions/domain/sending/slices.ts';
import type { Capacity } from '../../functions/domain/zone/capacity.ts';
import { callsSoFar, countingCalls } from '../../functions/runtime/calls-made.ts';
import { checkRelease } from '../../functions/runtime/release.ts';
import { applyBatch } from '../../functions/steps/apply-batch.ts';
import { checkHealth } from '../../functions/steps/check-health.ts';
import { collectTasks } from '../../functions/steps/collect-tasks.ts';
import { completeReading } from '../../functions/steps/complete-reading.ts';
import { listClusters } from '../../functions/steps/list-clusters.ts';
import { loadBatch } from '../../functions/steps/load-batch.ts';
import { planChanges } from '../../functions/steps/plan-changes.ts';
import { publishOutcome } from '../../functions/steps/publish-outcome.ts';
import { readTrigger } from '../../functions/steps/read-trigger.ts';
import { saveVerdicts } from '../../functions/steps/save-verdicts.ts';
import { snapshotZone } from '../../functions/steps/snapshot-zone.ts';
import { verifyChanges } from '../../functions/steps/verify-changes.ts';
import { startRun } from '../../functions/triggers/start-run.ts';
import type * as wired from '../../functions/wiring/ports.ts';
import { type Clock, type VirtualClock, virtualClock } from '../stand-ins/clock.ts';
import { seeded } from '../stand-ins/dns/seeded-random.ts';
import { ACCOUNT, type InMemoryAws, type InMemoryAwsOptions, inMemoryAws, REGION } from '../stand-ins/in-memory-aws.ts';
import type { Definition } from '../stand-ins/step-functions/definition.ts';
import { type Outcome, runStateMachine } from '../stand-ins/step-functions/engine.ts';
import { definitionOf } from './definition.ts';
import { DEFAULT_VARIABLES } from './variables.ts';
import { noteWay, wayOf } from './way.ts';
import { behindClients, directly, type Rim } from './wire/rim.ts';

export const ZONE = 'shop.internal.';
export const OWNER = 'ecs';
export const ZONE_ID = 'Z0TEST';
/** The timeout of the functions that read and write, in milliseconds (infra/steps.ts). */
const FUNCTION_MS = 110_000;
export const STATE_MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:reconcile`;

export interface WorldOptions extends Partial<Omit<InMemoryAwsOptions, 'clock'>> {
  readonly environment?: Readonly<Record<string, string>>;
  /** The world that this deployment shares zone and ECS with. */
  readonly beside?: World;
  /** What earlier runs of this deployment have left; a new run bucket unless given. */
  readonly bucket?: Map<string, string>;
  /** Awaited before each step, which may throw in its place. */
  readonly beforeStep?: (step: StepName, payload: unknown) => Promise<void> | void;
  /** Runs each step in the place of who asks for it: may run it never, twice, or lose what it says. */
  readonly aroundStep?: (step: StepName, run: () => Promise<unknown>) => Promise<unknown>;
  /** The run bucket, the bus and Step Functions are asked without calls even where calls can fail: quicker. */
  readonly bareRim?: boolean;
  /** What one name can hold; that of Route 53 unless given. */
  readonly capacity?: Capacity;
  /** Probes in the place of `health`: over the wire, say. */
  readonly prober?: Prober;
  /** Milliseconds by which the steps' clock is ahead: what was stopped and is redriven goes on that much later. */
  readonly later?: () => number;
  /** Which sandbox of the trigger takes the next event: each remembers only its own. */
  readonly sandbox?: () => number;
  /** Around each start that the trigger asks for: may wait, or throw in its place. */
  readonly aroundStart?: <T>(start: () => Promise<T>) => Promise<T>;
  readonly onQueueStart?: (name: string, input: unknown) => void;
  /**
   * Whether the next call of a function gets a sandbox with a memory of its own, as Lambda gives each of those under way;
   * else all functions share one.
   */
  readonly sandboxes?: () => boolean;
  /** Smaller batches and slices than Route 53 would allow. */
  readonly sending?: SendingLimits;
  /** What the functions ask of the zone, of each sandbox anew; Route 53 in memory unless given. */
  readonly zoneClient?: (around: Pick<World, 'aws' | 'clock'>) => ZoneClient;
  /** Twelve digits: the account of the zone, where it is not everybody's. */
  readonly zoneAccount?: string;
  /** Runs another definition than the deployed one: what a part of it is for shows where it is missing. */
  readonly definition?: Definition;
}

/** Those of the state machine. */
export const STEP_NAMES = [
  'ReadTrigger',
  'SnapshotZone',
  'ListClusters',
  'CollectTasks',
  'LoadBatch',
  'CheckHealth',
  'SaveVerdicts',
  'CompleteReading',
  'PlanChanges',
  'ApplyBatch',
  'VerifyChanges',
  'PublishOutcome',
] as const satisfies readonly StepName[];

type Work = (input: never, time: { readonly until: number }) => Promise<unknown>;
type Steps = ReturnType<typeof stepsOf>;
export type StepName = keyof Steps;

export interface World {
  readonly clock: Clock;
  readonly aws: InMemoryAws;
  /** The run bucket: key → text. */
  readonly bucket: Map<string, string>;
  /** What probes find: `address:port` → verdict; passing unless set. */
  readonly health: Map<string, ProbeVerdict>;
  /** Executions that were asked for by name: the trigger's and those for messages that are left. */
  readonly started: { readonly name: string; readonly input: unknown }[];
  /** Events of ours on the default bus. */
  readonly announced: readonly OutgoingEvent[];
  /** Step Functions, for whoever starts executions beside the trigger. */
  readonly executions: Rim['executions'];
  /** Calls of ECS, EC2, Route 53, SQS and Step Functions: operation → how often. */
  readonly called: Map<string, number>;
  /** One step with its contract on both sides, as Lambda runs it. */
  step(name: StepName, payload: unknown): Promise<unknown>;
  /** One step without its contract and without copies, for models that make many thousand calls. */
  call(name: StepName, payload: unknown): Promise<unknown>;
  /** Starts the deployed state machine; whoever drives the clock sees it end. */
  start(input: unknown, name?: string): Promise<Execution>;
  /** Updates the stack, or rolls it back: the definition for executions to come, and all functions or only some at once. */
  update(release: string, functions?: readonly StepName[]): void;
  /** New sandboxes: what the functions remembered between two runs is gone. */
  restart(): void;
  /** The SRV values at a declared name as they stand in the zone now. */
  values(name: string): readonly string[];
}

export interface Execution {
  readonly name: string;
  /** The state that it ended in: `ZoneInSync`, `RemovalsHeld`, … */
  readonly end: string;
  readonly result: Outcome;
  readonly outcome: OutcomeRecord | undefined;
  /** Names of the states in the order in which they were entered. */
  readonly states: readonly string[];
  /** Events in its history. */
  readonly events: number;
  /** What GetExecutionHistory would give. */
  readonly history: Awaited<ReturnType<typeof runStateMachine>>['history'];
  /** What it did besides the straight way (`way.ts`). */
  readonly way: readonly string[];
  /** Events of ours that it has put onto the default bus. */
  readonly announced: readonly OutgoingEvent[];
}

/** A world that stands still until something is run in it; waits take no real time. */
export interface StillWorld extends World {
  readonly clock: VirtualClock;
  /** Runs the deployed state machine to its end. */
  run(input: unknown, name?: string): Promise<Execution>;
}

export function world(options: Omit<WorldOptions, 'beside'> & { readonly beside?: StillWorld } = {}): StillWorld {
  const clock = options.beside?.clock ?? virtualClock();
  const inner = worldOn(clock, options);
  const run: StillWorld['run'] = async (input, name) => {
    const before = new Map(inner.called);
    const execution = await clock.run(inner.start(input, name));
    const calls = [...inner.called].map(([what, times]) => [what, times - (before.get(what) ?? 0)] as const);
    noteWay({ ...execution, calls: calls.filter(([, times]) => times > 0) });
    return execution;
  };
  return { ...inner, clock, run };
}

/** The real steps over services in memory, on a clock that somebody else drives. */
export function worldOn(clock: Clock, options: WorldOptions = {}): World {
  const random = options.random ?? seeded(1);
  const called = options.beside?.called ?? new Map<string, number>();
  const count = (operation: string) => void called.set(operation, (called.get(operation) ?? 0) + 1);
  const before: NonNullable<WorldOptions['before']> = async (call) => {
    count(call.operation);
    API_CALLS.publish({ service: call.service, operation: call.operation, attempts: 1 } satisfies ApiCall);
    await options.before?.(call);
  };
  const aws = options.beside?.aws ?? inMemoryAws({ ...options, before, clock, random });
  const bucket = options.bucket ?? new Map<string, string>();
  const health = options.beside?.health ?? new Map<string, ProbeVerdict>();
  const started: { name: string; input: unknown }[] = [];
  const announced: OutgoingEvent[] = [];
  if (!options.beside) {
    const accountId = options.zoneAccount;
    aws.route53.addHostedZone({ id: ZONE_ID, name: ZONE, vpcId: 'vpc-1', ...(accountId && { accountId }) });
  }
  const queues = `${options.environment?.OWNER_LABEL ?? OWNER}-events`;
  createQueues(aws, queues);
  const kept = { bucket, started, announced, clock, random, onStart: options.onQueueStart };
  const { executions, ...bare } =
    options.around && !options.bareRim ? behindClients(kept, options.around) : directly(kept);
  const rim: Rim = {
    ...bare,
    executions: {
      start: (...asked) => {
        count('StartExecution');
        return executions.start(...asked);
      },
    },
  };
  const stepClock = { ...clock, now: () => clock.now() + (options.later?.() ?? 0) };
  const start = (release?: string) => {
    const environment = { ...options.environment, ...(release !== undefined && { RELEASE: release }) };
    return stepsOf({
      aws,
      clock: stepClock,
      random,
      health,
      queues,
      rim,
      environment,
      triggers: options,
      sending: options.sending,
      capacity: options.capacity,
      prober: options.prober,
      zoneClient: options.zoneClient?.({ aws, clock }) ?? aws.clients.route53,
    });
  };
  let steps = start();
  let deployed: string | undefined;
  const releases = new Map<StepName, string>();
  const around = options.aroundStep ?? ((_: StepName, run: () => Promise<unknown>) => run());
  // Which of the idle ones Lambda takes is not documented.
  let idle = new Map<StepName, Steps[]>();
  const inSandbox = (name: StepName, run: (sandbox: Steps) => Promise<unknown>) => {
    if (name === 'StartRun' || !options.sandboxes?.()) return run(steps); // it looks after its own
    const among = idle;
    const free = among.get(name) ?? [];
    among.set(name, free);
    const [sandbox = start(releases.get('PublishOutcome'))] = free.splice(Math.floor(random() * free.length), 1);
    return run(sandbox).finally(() => free.push(sandbox));
  };
  let runs = 0;

  /** When Lambda would end what begins now. */
  const ending = () => ({ until: stepClock.now() + FUNCTION_MS });
  const call = async (name: StepName, payload: unknown) => {
    await options.beforeStep?.(name, payload);
    return around(name, () =>
      inSandbox(name, (sandbox) => inSessionOfRun(sandbox[name].work as Work)(payload as never, ending())),
    );
  };
  const step = async (name: StepName, payload: unknown) => {
    await options.beforeStep?.(name, payload);
    const run = async (sandbox: Steps) => {
      const { contract, work } = sandbox[name];
      if (name !== 'PublishOutcome' && name !== 'StartRun') checkRelease(payload, releases.get(name));
      const event = JSON.parse(JSON.stringify(payload));
      const output = await inSessionOfRun(work as Work)(contract.input.parse(event) as never, ending());
      const told = spendingOf(name)?.({ event, output, calls: callsSoFar() }) ?? output;
      return JSON.parse(JSON.stringify(contract.output.parse(told)));
    };
    return around(name, () => inSandbox(name, (sandbox) => countingCalls(() => run(sandbox))));
  };
  return {
    clock,
    aws,
    bucket,
    health,
    started,
    announced,
    executions: rim.executions,
    called,
    step,
    call,
    restart: () => {
      idle = new Map();
      steps = start(releases.get('PublishOutcome'));
    },
    update(release, functions = Object.keys(steps) as StepName[]) {
      for (const name of functions) releases.set(name, release);
      if (functions.length === Object.keys(steps).length) deployed = release;
      idle = new Map();
      steps = start(releases.get('PublishOutcome'));
    },
    values: (name) =>
      aws.route53
        .recordSets(ZONE_ID)
        .filter((set) => set.Name === `${name}.${ZONE}` && set.Type === 'SRV')
        .flatMap(({ ResourceRecords = [] }) => ResourceRecords.map(({ Value = '' }) => Value))
        .sort(),
    async start(input, name) {
      runs += 1;
      const execution = name ?? `run-${queues}-${runs}`;
      const { history, ...result } = await runStateMachine({
        definition: options.definition ?? definitionOf(deployed),
        input,
        clock,
        random,
        execution: {
          arn: `${STATE_MACHINE.replace('stateMachine', 'execution')}:${execution}`,
          name: execution,
          stateMachineArn: STATE_MACHINE,
          stateMachineName: 'reconcile',
          roleArn: `arn:aws:iam::${ACCOUNT}:role/reconcile`,
        },
        invoke: (resource, payload) => step(resource.split(':').at(-1) as StepName, payload),
      });
      const states = history.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
      return {
        name: execution,
        end: states.at(-1) ?? '',
        result,
        states,
        events: history.length,
        history,
        outcome: outcomeOf(bucket, execution),
        way: wayOf(history),
        announced: announced.filter(({ detail }) => Reflect.get(detail, 'execution') === execution),
      };
    },
  };
}

function outcomeOf(bucket: ReadonlyMap<string, string>, execution: string): OutcomeRecord | undefined {
  const key = [...bucket.keys()].find((one) => one.startsWith('outcomes/') && one.endsWith(`/${execution}.json`));
  return key === undefined ? undefined : JSON.parse(bucket.get(key) ?? '').body;
}

interface Parts {
  readonly aws: InMemoryAws;
  readonly clock: Clock;
  readonly random: () => number;
  readonly health: ReadonlyMap<string, ProbeVerdict>;
  readonly queues: string;
  readonly rim: Rim;
  readonly environment: Readonly<Record<string, string>>;
  readonly capacity: Capacity | undefined;
  readonly prober: Prober | undefined;
  readonly zoneClient: ZoneClient;
  readonly triggers: Pick<WorldOptions, 'sandbox' | 'sandboxes' | 'aroundStart'>;
  readonly sending: SendingLimits | undefined;
}

/**
 * The trigger in as many sandboxes as events have come to, each with a memory of its own and one event at a time: in the one
 * that is asked for, or, where functions have several, in the first that is free.
 */
function triggersOf(...[ports, settings, around]: [...Parameters<typeof startRun>, Parts['triggers']]) {
  const { aroundStart = (start) => start() } = around;
  const executions: typeof ports.executions = {
    start: (...asked) => aroundStart(() => ports.executions.start(...asked)),
  };
  const sandboxes: { readonly work: ReturnType<typeof startRun>; busy: Promise<unknown>; waiting: number }[] = [];
  const choose = () => {
    if (around.sandbox) return around.sandbox();
    const free = sandboxes.findIndex(({ waiting }) => waiting === 0);
    return free >= 0 || !around.sandboxes?.() ? Math.max(0, free) : sandboxes.length;
  };
  return (event: TaskEvent) => {
    const which = choose();
    const one = sandboxes[which] ?? {
      work: startRun({ ...ports, executions }, settings),
      busy: Promise.resolve(),
      waiting: 0,
    };
    sandboxes[which] = one;
    one.waiting += 1;
    const done = one.busy
      .then(() => one.work(event))
      .finally(() => {
        one.waiting -= 1;
      });
    one.busy = done.catch(() => {});
    return done;
  };
}

function createQueues({ sqs }: InMemoryAws, name: string): void {
  const context = { region: REGION, accountId: ACCOUNT, requestId: 'setup' };
  const create = sqs.operations.CreateQueue;
  void create?.({ QueueName: name, Attributes: { VisibilityTimeout: '3600' } } as never, context);
  void create?.({ QueueName: `${name}-dead` } as never, context);
}

/** What the template writes where a deployment says nothing. */
const DEFAULT_ENVIRONMENT: Readonly<Record<string, string>> = {
  ...DEFAULT_VARIABLES,
  HEALTH_CHECK: 'on',
  RELEASE: '',
};

function stepsOf(parts: Parts) {
  const { aws, clock, random, health, queues, environment } = parts;
  const url = (name: string) => `http://127.0.0.1/${ACCOUNT}/${name}`;
  const variables = readEnvironment(
    {
      ...DEFAULT_ENVIRONMENT,
      HOSTED_ZONE_ID: ZONE_ID,
      ZONE_NAME: ZONE,
      OWNER_LABEL: OWNER,
      DEPLOYMENT_ID: `${ACCOUNT}/${REGION}/test`,
      RUN_BUCKET: 'runs',
      EVENT_QUEUE_URL: url(queues),
      DEAD_LETTER_QUEUE_URL: url(`${queues}-dead`),
      STATE_MACHINE_ARN: STATE_MACHINE,
      ...environment,
    },
    ...Object.values(VARIABLES).flat(),
  );
  const { objects, executions, bus } = parts.rim;
  const zone = zoneReader(ZONE_ID, parts.zoneClient);
  const probes: Prober = parts.prober ?? {
    probe: async (targets) =>
      targets.map(({ address, address6, port }) => {
        const at = (one: string) => health.get(`${one}:${port}`) ?? ({ state: 'passing' } as const);
        return address6 === undefined ? at(address) : joinFamilies(at(address), at(address6));
      }),
  };
  /** By the names that `functions/wiring/ports.ts` has. */
  const ports = {
    payloads: payloadsIn(objects),
    zone,
    ecs: ecsReader(aws.clients.ecs),
    definitions: definitionReader(aws.clients.ecs),
    instances: instanceReader(aws.clients.ecs),
    ec2: ec2Reader(aws.clients.ec2),
    anywhere: variables.ECS_ANYWHERE ? anywhereReader(aws.clients.ssm) : undefined,
    shifts:
      variables.SHIFT_HOOK !== undefined || variables.PUBLISH_PRIMARY_TASK_SET
        ? {
            services: serviceReader(aws.clients.ecs),
            hook: variables.SHIFT_HOOK,
            primaryTaskSets: variables.PUBLISH_PRIMARY_TASK_SET,
          }
        : undefined,
    changes: changeReader(parts.zoneClient),
    tasks: taskStopper(aws.clients.ecs),
    probes,
    queue: eventQueue(variables.EVENT_QUEUE_URL, aws.clients.sqs),
    deadLetters: eventQueue(variables.DEAD_LETTER_QUEUE_URL, aws.clients.sqs),
    bus,
    executions,
    clock,
    random,
  } satisfies Omit<Readonly<Record<keyof typeof wired, unknown>>, 'writableZone'>;
  const atPace = <I, O>(work: (input: I) => Promise<O>) => paced(work, variables.REQUEST_SHARE, clock);
  const writableZone = exactSoa(zoneWriter(ZONE_ID, parts.zoneClient), zone);
  return {
    ReadTrigger: { contract: contracts.readTriggerContract, work: readTrigger(ports) },
    SnapshotZone: { contract: contracts.snapshotZoneContract, work: atPace(snapshotZone(ports, variables)) },
    ListClusters: { contract: contracts.listClustersContract, work: atPace(listClusters(ports, variables)) },
    CollectTasks: { contract: contracts.collectTasksContract, work: atPace(collectTasks(ports, variables)) },
    LoadBatch: { contract: contracts.loadBatchContract, work: loadBatch(ports) },
    CheckHealth: { contract: contracts.checkHealthContract, work: checkHealth(ports) },
    SaveVerdicts: { contract: contracts.saveVerdictsContract, work: saveVerdicts(ports) },
    CompleteReading: { contract: contracts.completeReadingContract, work: atPace(completeReading(ports, variables)) },
    PlanChanges: {
      contract: contracts.planChangesContract,
      work: planChanges(ports, variables, parts.sending, parts.capacity),
    },
    ApplyBatch: { contract: contracts.applyBatchContract, work: atPace(applyBatch({ ...ports, zone: writableZone })) },
    VerifyChanges: { contract: contracts.verifyChangesContract, work: atPace(verifyChanges(ports, variables)) },
    PublishOutcome: { contract: contracts.publishOutcomeContract, work: publishOutcome(ports, variables) },
    StartRun: { contract: startRunContract, work: triggersOf(ports, variables, parts.triggers) },
  } as const;
}
