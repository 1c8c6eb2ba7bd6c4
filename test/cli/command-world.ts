import type { Command, Given } from '../../cli/command.ts';
import type { Context } from '../../cli/context.ts';
import type { ExecutionView, HistoryEvent, StateMachines } from '../../cli/state-machine.ts';
import { painter } from '../../cli/view/style.ts';
import { definitionReader } from '../../functions/adapters/ecs-definitions.ts';
import { ecsReader } from '../../functions/adapters/ecs-reader.ts';
import { zoneReader, zoneWriter } from '../../functions/adapters/route53-zone.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { OWNER, STATE_MACHINE, type StillWorld, ZONE, ZONE_ID } from '../support/world.ts';
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
}

/** Runs a command against a world in memory: its zone, its run bucket and its state machine are that world's. */
export async function command(around: StillWorld, what: Command, asked: Asked = {}): Promise<Answer> {
  const { aws, bucket, clock } = around;
  const { operands = [], flags = [], owner, texts = {}, answer, pauses = [], closed = false, around: changed } = asked;
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
      now: clock.now,
    },
    paint: painter(false),
    deployment: {
      stateMachine: STATE_MACHINE,
      id: `${ACCOUNT}/${REGION}/test`,
      naming: { zone: ZONE, owner: OWNER },
      zoneId: ZONE_ID,
      bucket: 'runs',
      definition: JSON.stringify({ States: {} }),
    },
    machines: machinesOf(around),
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

/** Executions end before whoever started them hears of it. */
function machinesOf(around: StillWorld): StateMachines {
  const views = new Map<string, ExecutionView>();
  const histories = new Map<string, readonly HistoryEvent[]>();
  return {
    list: async () => [{ arn: STATE_MACHINE, name: 'reconcile' }],
    definition: async () => '{}',
    executions: async () => [],
    history: async (arn, from = { lastId: 0 }) => {
      const events = from.lastId > 0 ? [] : (histories.get(arn) ?? []);
      return { events, position: { lastId: from.lastId + events.length } };
    },
    execution: async (arn) => views.get(arn) ?? Promise.reject(new Error(`no execution ${arn}`)),
    async start(_, name, input) {
      const startedAt = around.clock.now();
      const { result, states } = await around.start(input, name);
      histories.set(
        name,
        states.flatMap((state) => [
          { stateEnteredEventDetails: { name: state } },
          { stateExitedEventDetails: { name: state } },
        ]) as unknown as readonly HistoryEvent[],
      );
      views.set(name, {
        name,
        status: result.status,
        startedAt,
        endedAt: around.clock.now(),
        input: JSON.stringify(input),
        error: 'error' in result ? (result.error ?? '') : '',
        cause: 'cause' in result ? (result.cause ?? '') : '',
      });
      return name;
    },
  };
}
