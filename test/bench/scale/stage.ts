import { AsyncLocalStorage } from 'node:async_hooks';
import { API_CALLS, type ApiCall } from '../../../functions/adapters/aws/call-log.ts';
import type { Clock } from '../../stand-ins/clock.ts';
import { seeded } from '../../stand-ins/dns/seeded-random.ts';
import { ACCOUNT, REGION } from '../../stand-ins/in-memory-aws.ts';
import type { Around, InMemoryCall } from '../../stand-ins/in-memory-client.ts';
import type { ZoneChange } from '../../stand-ins/route53.ts';
import { runStateMachine } from '../../stand-ins/step-functions/engine.ts';
import { definitionOf } from '../../support/definition.ts';
import { isWanted } from '../../support/fleet.ts';
import { STATE_MACHINE, type StepName, type StillWorld, world, ZONE_ID } from '../../support/world.ts';
import { latencyOf, TRANSITION_MS } from '../stage/latency.ts';
import { stopwatch } from './stopwatch.ts';
import type { Transcripts, Writing } from './transcripts.ts';

/** As the adapters' clients are set (functions/adapters/aws/client-settings.ts): full jitter from these milliseconds on. */
const ATTEMPTS = 3;
const THROTTLE_PAUSE = 1_000;
const FAULT_PAUSE = 50;
const THROTTLES = new Set(['ThrottlingException', 'Throttling', 'RequestLimitExceeded', 'PriorRequestNotComplete']);

/** One call of a function. */
export interface Invocation {
  readonly step: StepName;
  readonly from: number;
  until: number;
  /** Milliseconds of this machine's CPU. */
  cpu: number;
  readonly writing?: Writing | undefined;
}

export interface Run {
  readonly name: string;
  readonly from: number;
  until: number;
  /** The state that it ended in. */
  end: string;
  /** States that it entered. */
  transitions: number;
  /** Events in its history. */
  events: number;
  /** Bytes of the largest input or output of a state. */
  payload: number;
  /** Execution's output or error, as it stands in the console. */
  text: string;
}

/** What has been done since the last time that it was taken. */
export interface Doings {
  /** Attempts by operation of ECS, EC2, Route 53 and SQS; StartExecution and PutEvents too. */
  readonly calls: Map<string, number>;
  /** Attempts beyond the first ones. */
  retries: number;
  readonly s3: { gets: number; puts: number; bytesRead: number; bytesWritten: number; largest: number };
  readonly invocations: Invocation[];
  readonly runs: Run[];
  readonly changes: ZoneChange[];
  /** Calls of the trigger that came to an end in vain. */
  lost: number;
}

const nothing = (): Doings => ({
  calls: new Map(),
  retries: 0,
  s3: { gets: 0, puts: 0, bytesRead: 0, bytesWritten: 0, largest: 0 },
  invocations: [],
  runs: [],
  changes: [],
  lost: 0,
});

export interface Stage {
  readonly world: StillWorld;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** The doings so far; from now on they are counted anew. */
  take(): Doings;
  /** What past runs have handed on within themselves is expired, which saves memory here. */
  forget(): void;
  /** Does the work, and everything that it starts, to the end. */
  settle(work: () => Promise<unknown>): Promise<void>;
  /** One full run, as the schedule starts it. */
  full(): Promise<void>;
  /** From now on what ECS says of tasks reaches the trigger; returns what ends it. */
  connect(): () => void;
  /** From now on what functions are told is written down; or no more. */
  write(transcripts: Transcripts | undefined): void;
  /** From now on no function has forgotten anything that another one has read; or each sandbox remembers for itself. */
  share(shared: boolean): void;
  /** Every call of this cluster's tasks and hosts fails, until said otherwise. */
  cut(cluster: string | undefined): void;
  /** Nothing is left in the buckets of ECS and Route 53. */
  empty(): Promise<void>;
}

/** @param records that the zone may have: 10,000 unless raised */
export function startStage({ records, seed }: { readonly records: number; readonly seed: number }): Stage {
  const random = seeded(seed);
  const owner = new AsyncLocalStorage<Invocation>();
  const watch = stopwatch<Invocation>((invocation, milliseconds) => {
    invocation.cpu += milliseconds;
  });
  let doings = nothing();
  let cut: string | undefined;
  let shared = false;
  let transcripts: Transcripts | undefined;
  const given = new AsyncLocalStorage<unknown>();

  const count = ({ service, operation, input }: InMemoryCall, attempt: number) => {
    if (attempt > 1) doings.retries += 1;
    if (service !== 's3') doings.calls.set(operation, (doings.calls.get(operation) ?? 0) + 1);
    else if (operation === 'PutObject') {
      const body: string | Uint8Array = Reflect.get(input, 'Body') ?? '';
      const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
      doings.s3.puts += 1;
      doings.s3.bytesWritten += bytes;
      doings.s3.largest = Math.max(doings.s3.largest, bytes);
    } else doings.s3.gets += 1;
  };
  const around: Around = async (call, perform) => {
    const invocation = owner.getStore();
    for (let attempt = 1; ; attempt += 1) {
      await inner.clock.sleep(latencyOf(call.service, call.operation));
      watch.belongsTo(undefined);
      count(call, attempt);
      try {
        if (cut !== undefined && String(Reflect.get(call.input, 'cluster') ?? '').endsWith(`/${cut}`))
          throw downFault();
        const answer = await perform();
        if (call.service === 's3') doings.s3.bytesRead += bytesOf(answer);
        if (attempt > 1) tellAttempts(call, attempt);
        invocation?.writing?.note(call, { answer });
        watch.belongsTo(invocation);
        return answer;
      } catch (fault) {
        watch.belongsTo(invocation);
        const base = pauseAfter(fault);
        if (base === undefined || attempt === ATTEMPTS) {
          if (attempt > 1) tellAttempts(call, attempt);
          invocation?.writing?.note(call, { fault });
          throw fault;
        }
        await inner.clock.sleep(Math.floor(random() * base * 2 ** (attempt - 1)));
      }
    }
  };

  const pending = new Set<Promise<unknown>>();
  const follow = (work: Promise<unknown>) => {
    pending.add(work);
    void work.finally(() => pending.delete(work));
  };
  const inner: StillWorld = world({
    random,
    sandboxes: () => !shared,
    ecs: { throttle: true },
    ec2: { throttle: true },
    route53: { throttle: true, limits: { setsPerZone: records } },
    around,
    aroundStep: async (step, run) => {
      const from = inner.clock.now();
      const writing = transcripts?.begin(step, given.getStore(), from);
      const invocation: Invocation = { step, from, until: 0, cpu: 0, writing };
      doings.invocations.push(invocation);
      watch.belongsTo(invocation);
      const end = (succeeded: boolean) => {
        invocation.until = inner.clock.now();
        watch.belongsTo(undefined);
        writing?.end(succeeded);
      };
      try {
        const output = await owner.run(invocation, run);
        end(true);
        return output;
      } catch (fault) {
        end(false);
        throw fault;
      }
    },
    onQueueStart: (name, input) => follow(execute(name, input)),
  });
  inner.aws.route53.onChange((change) => doings.changes.push(change));

  const definition = definitionOf();
  // What the interpreter does belongs to no step.
  const clock: Clock = {
    now: inner.clock.now,
    sleep: (...asked) => inner.clock.sleep(...asked).then(() => watch.belongsTo(undefined)),
  };
  async function execute(name: string, input: unknown): Promise<void> {
    const run: Run = {
      name,
      from: inner.clock.now(),
      until: 0,
      end: '',
      transitions: 0,
      events: 0,
      payload: 0,
      text: '',
    };
    const { history: _, ...outcome } = await runStateMachine({
      definition,
      input,
      clock,
      random,
      execution: {
        arn: `${STATE_MACHINE.replace('stateMachine', 'execution')}:${name}`,
        name,
        stateMachineArn: STATE_MACHINE,
        stateMachineName: 'reconcile',
        roleArn: `arn:aws:iam::${ACCOUNT}:role/reconcile`,
      },
      invoke: (resource, payload) =>
        given.run(payload, () => inner.step(resource.split(':').at(-1) as StepName, payload)),
      transitionMs: TRANSITION_MS,
      onEvent: ({ stateEnteredEventDetails: entered, stateExitedEventDetails: exited, ...event }) => {
        run.events += 1;
        const { lambdaFunctionScheduledEventDetails: asked, lambdaFunctionSucceededEventDetails: answered } = event;
        for (const text of [entered?.input, exited?.output, asked?.input, answered?.output]) {
          if (text !== undefined) run.payload = Math.max(run.payload, Buffer.byteLength(text));
        }
        if (entered?.name === undefined) return;
        run.transitions += 1;
        run.end = entered.name;
      },
    });
    run.until = inner.clock.now();
    run.text = outcome.status === 'SUCCEEDED' ? JSON.stringify(outcome.output) : `${outcome.error}: ${outcome.cause}`;
    doings.runs.push(run);
  }

  const settle = async (work: () => Promise<unknown>) => {
    follow(work());
    const all = async () => {
      while (pending.size > 0) await Promise.all(pending);
    };
    await inner.clock.run(all());
  };
  let runs = 0;
  return {
    world: inner,
    random,
    forget() {
      for (const key of inner.bucket.keys()) if (key.startsWith('runs/')) inner.bucket.delete(key);
    },
    take() {
      const taken = doings;
      doings = nothing();
      return taken;
    },
    settle,
    full() {
      runs += 1;
      return settle(() => execute(`full-${runs}`, { trigger: 'schedule' }));
    },
    connect() {
      return inner.aws.ecs.admin.onTaskChange((event) => {
        if (!isWanted(event.detail)) return;
        const call = inner.step('StartRun', event).catch(() => {
          doings.lost += 1;
        });
        follow(call);
      });
    },
    write: (wanted) => {
      transcripts = wanted;
    },
    share: (wanted) => {
      shared = wanted;
    },
    cut: (cluster) => {
      cut = cluster;
    },
    async empty() {
      const context = { region: REGION, accountId: ACCOUNT, requestId: 'others' };
      const { ecs, route53 } = inner.aws;
      const cluster = [...(await listed(ecs.operations.ListClusters?.({} as never, context)))][0];
      await spend(async () => ecs.operations.ListTasks?.({ cluster } as never, context));
      await spend(async () => ecs.operations.DescribeTaskDefinition?.({ taskDefinition: 's0' } as never, context));
      await spend(async () => route53.operations.GetHostedZone?.({ Id: ZONE_ID } as never, context));
    },
  };
}

async function listed(answer: unknown): Promise<readonly string[]> {
  return Reflect.get((await answer) as object, 'clusterArns') as readonly string[];
}

/** Somebody else makes calls until there is nothing left. */
async function spend(call: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await call();
    } catch {
      return;
    }
  }
}

/** As the SDK tells of each call. */
function tellAttempts({ service, operation }: InMemoryCall, attempts: number): void {
  API_CALLS.publish({ service, operation, attempts } satisfies ApiCall);
}

/** How long the SDK waits at most before it tries again; undefined where it does not. */
function pauseAfter(fault: unknown): number | undefined {
  const { name, $metadata } = fault as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  if (THROTTLES.has(name)) return THROTTLE_PAUSE;
  return ($metadata?.httpStatusCode ?? 0) >= 500 ? FAULT_PAUSE : undefined;
}

function downFault(): Error {
  return Object.assign(new Error('the service is down'), {
    name: 'ServerException',
    $fault: 'server',
    $metadata: { httpStatusCode: 500 },
  });
}

function bytesOf(answer: object): number {
  const body: unknown = Reflect.get(answer, 'Body');
  return body instanceof Uint8Array ? body.byteLength : 0;
}
