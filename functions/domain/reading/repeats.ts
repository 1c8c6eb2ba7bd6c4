/** Milliseconds for which an event of the same stop, or of the same start, says nothing new. */
export const REPEATS = 60_000;
/** Events that one sandbox of the trigger remembers, at most. */
export const MOST_QUEUED = 2_000;

/** An event, as far as it is compared. */
export interface EventSeen {
  /** ARN of the task; of the container instance where that drains. */
  readonly task: string;
  /** That ECS wants the task to stop, which is final, or that it runs and is to run on; absent: anything else. */
  readonly tells?: 'stop' | 'start' | 'drain';
  /** Digest of all that a run reads of the task and an event shows; absent where it could not be read. */
  readonly shows?: number;
}

/** What a sandbox has queued and whose execution was acknowledged, the oldest first. */
export type Queued = ReadonlyMap<string, { readonly shows?: number; readonly at: number }>;

/**
 * Whether an event repeats one that was queued less than a minute ago: ECS sends several for each start and each stop.
 *
 * | event tells              | queued before, of its task               | repeats it |
 * | ------------------------ | ---------------------------------------- | ---------- |
 * | a stop                   | a stop                                   | yes        |
 * | a stop                   | nothing, or a start                      | no         |
 * | a start                  | a start that showed the same last        | yes        |
 * | a start                  | nothing, a stop, or one of another look  | no         |
 * | a start, cannot be read  | whatever                                 | no         |
 * | its host drains          | the same                                 | yes        |
 * | anything else            | whatever                                 | no         |
 */
export function isRepeated(queued: Queued, event: EventSeen, now: number): boolean {
  const before = queued.get(keyOf(event) ?? '');
  const again = event.tells !== 'start' || before?.shows === event.shows;
  return before !== undefined && now - before.at < REPEATS && again;
}

/** What is remembered once an event is queued and its execution acknowledged; the oldest make room. */
export function withQueued(queued: Queued, event: EventSeen, now: number): Queued {
  const key = keyOf(event);
  const others = [...queued].filter(([other, { at }]) => other !== key && now - at < REPEATS);
  if (key === undefined) return new Map(others);
  const { shows } = event;
  return new Map([...others.slice(1 - MOST_QUEUED), [key, { at: now, ...(shows !== undefined && { shows }) }]]);
}

/** Starts and stops of a task are remembered apart: a late event of its start takes nothing from its stop. */
function keyOf({ task, tells, shows }: EventSeen): string | undefined {
  if (tells === 'stop' || tells === 'drain') return `${task} ${tells}s`;
  return tells === 'start' && shows !== undefined ? task : undefined;
}
