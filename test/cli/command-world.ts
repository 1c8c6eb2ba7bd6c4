import type { Command, Given } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import type { ExecutionView, HistoryEvent, StateMachines } from '../../cli/state-machine.ts';
import { painter } from '../../cli/view/style.ts';
import { definitionReader } from '../../functions/adapters/ecs-definitions.ts';
import { ecsReader } from '../../functions/adapters/ecs-reader.ts';
import { zoneReader, zoneWriter } from '../../functions/adapters/route53-zone.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { type Execution, OWNER, STATE_MACHINE, type StillWorld, ZONE, ZONE_ID } from '../support/world.ts';
import type { Answer } from './terminal.ts';

export interface Asked {
  readonly operands?: readonly string[];
  readonly flags?: readonly string[];
  readonly owner?: string;
  /** Other options with a value, and those that may be repeated. */
  readonly texts?: Readonly<Record<string, string | readonly string[]>>;
  /** What the person answers; `nobody` when none is there; absent: `--yes`. */
  readonly answer?: boolean | 'nobody';
  /** Milliseconds of each pause. */
  readonly pauses?: number[];
  /** Whether nobody takes the answer any more. */
  readonly closed?: boolean;
  /** What differs in the surroundings of the command: parts that cannot be asked, a terminal. */
  readonly around?: (context: Context) => Context;
  /** That the deployment says. */
  readonly schedule?: string;
  /** Stands before the state machines: may fail in their place. */
  readonly before?: (call: keyof StateMachines) => void;
}

/** Runs a command against a world in memory: its zone, its run bucket and its state machine are that world's. */
export async function command(around: StillWorld, what: Command, asked: Asked = {}): Promise<Answer> {
  const { aws, bucket, clock } = around;
  const {
    operands = [],
    flags = [],
    owner,
    texts = {},
    answer,
    pauses = [],
    closed = false,
    schedule,
    before = () => {},
    around: changed,
  } = asked;
  const [lines, told]: [string[], string[]] = [[], []];
  const payloads = payloadsIn({
    get: async (key) => bucket.get(key),
    put: async (key, text) => void bucket.set(key, text),
    revise: async () => {},
  });
  const plain: Context = {
    io: {
      print: (line) => void lines.push(line),
      tell: (line) => void told.push(line),
      progress: () => {},
      variables: {},
      colours: false,
      interactive: typeof answer === 'boolean',
      ask: async (question) => {
        lines.push(question);
        return answer === true;
      },
      pause: async (milliseconds) => {
        pauses.push(milliseconds);
        await clock.sleep(milliseconds);
      },
      closed: () => closed,
      ended: async () => {},
      now: clock.now,
    },
    endpoints: [],
    paint: painter(false),
    deployment: {
      stateMachine: STATE_MACHINE,
      id: `${ACCOUNT}/${REGION}/test`,
      naming: { zone: ZONE, owner: OWNER },
      zoneId: ZONE_ID,
      bucket: 'runs',
      ...(schedule !== undefined && { schedule }),
      definition: JSON.stringify({ States: {} }),
    },
    machines: behind(machinesOf(around), before),
    payloads,
    listing: listingOf(bucket),
    zone: { ...zoneReader(ZONE_ID, aws.clients.route53), ...zoneWriter(ZONE_ID, aws.clients.route53) },
    ecs: ecsReader(aws.clients.ecs),
    definitions: definitionReader(aws.clients.ecs),
  };
  const context = changed?.(plain) ?? plain;
  const given: Given = {
    operands,
    flag: (name) => (name === 'yes' ? answer === undefined : flags.includes(name)),
    text: (name) => (name === 'owner' ? owner : [texts[name] ?? []].flat()[0]),
    texts: (name) => [texts[name] ?? []].flat(),
  };
  const code = await clock.run(what.run(given, { io: context.io, connect: async () => context }));
  return { code, lines, told };
}

/** Outcomes by key, each written when its run had ended; everything else at the beginning of time. */
const listingOf = (bucket: Map<string, string>): Context['listing'] => ({
  list: async (prefix) =>
    [...bucket]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => ({ key, writtenAt: JSON.parse(text).body.endedAt ?? 0 }))
      .sort((one, other) => (one.key < other.key ? -1 : 1)),
});

interface Ledger {
  readonly views: Map<string, ExecutionView>;
  readonly states: Map<string, readonly string[]>;
}

/** Executions of a world, by its run bucket: what Step Functions knows of them. */
const ledgers = new WeakMap<object, Ledger>();

function ledgerOf({ bucket }: Pick<StillWorld, 'bucket'>): Ledger {
  const known = ledgers.get(bucket) ?? { views: new Map(), states: new Map() };
  ledgers.set(bucket, known);
  return known;
}

/** Starts a run that the command finds among the executions, while it is under way as well. Whoever drives the clock sees it end. */
export async function listedRun(around: StillWorld, input: unknown, name: string): Promise<Execution> {
  const { views, states } = ledgerOf(around);
  const began = { name, startedAt: around.clock.now(), input: JSON.stringify(input) };
  views.set(name, { ...began, status: 'RUNNING', error: '', cause: '' });
  const run = await around.start(input, name);
  states.set(name, run.states);
  const { result } = run;
  views.set(name, {
    ...began,
    status: result.status,
    endedAt: around.clock.now(),
    error: 'error' in result ? (result.error ?? '') : '',
    cause: 'cause' in result ? (result.cause ?? '') : '',
  });
  return run;
}

const behind = (machines: StateMachines, before: NonNullable<Asked['before']>): StateMachines =>
  new Proxy(machines, {
    get: (real, call: keyof StateMachines) => {
      const answer = real[call] as (...given: unknown[]) => Promise<unknown>;
      return async (...given: unknown[]) => {
        before(call);
        return answer(...given);
      };
    },
  });

/** Executions that a command starts end before it hears of them; it knows them by their names. */
function machinesOf(around: StillWorld): StateMachines {
  const { views, states } = ledgerOf(around);
  const nameIn = (arn: string) => arn.split(':').at(-1) ?? '';
  return {
    list: async () => [{ arn: STATE_MACHINE, name: 'reconcile' }],
    definition: async () => '{}',
    executions: async (_, most, only) =>
      [...views.values()]
        .toReversed()
        .filter(({ status }) => (only ?? status) === status)
        .slice(0, most),
    lastState: async (arn) => states.get(nameIn(arn))?.at(-1) ?? '',
    history: async (arn, from = { lastId: 0 }) => {
      const events = (from.lastId > 0 ? [] : (states.get(arn) ?? [])).flatMap((state) => [
        { stateEnteredEventDetails: { name: state } },
        { stateExitedEventDetails: { name: state } },
      ]) as unknown as readonly HistoryEvent[];
      return { events, position: { lastId: from.lastId + events.length } };
    },
    execution: async (arn) => views.get(nameIn(arn)) ?? Promise.reject(new Error(`no execution ${arn}`)),
    async start(_, name, input) {
      await listedRun(around, input, name);
      return name;
    },
  };
}
