import type { RunRow, RunStatus, RunView, StateStatus } from '../../views.ts';

/** How something ended, by a shape, a word and a tone; never by its colour alone. */
export interface End {
  readonly word: string;
  readonly tone: Tone;
  /** Of a square of 10 × 10. */
  readonly path: string;
}

export type Tone = 'good' | 'hold' | 'bad' | 'start' | 'out';

const TICK = 'M1.9 4.6.5 6l3.2 3.2L9.5 3 8.1 1.6 3.7 6.4z';
const CROSS = 'M2.3.8 5 3.5 7.7.8 9.2 2.3 6.5 5 9.2 7.7 7.7 9.2 5 6.5 2.3 9.2.8 7.7 3.5 5 .8 2.3z';
const BARS = 'M1 1h3v8H1zM6 1h3v8H6z';
const DIAMOND = 'M5 .4 9.6 5 5 9.6.4 5z';
const SQUARE = 'M1 1h8v8H1zM3 3v4h4V3z';
const RING = 'M5 1a4 4 0 1 1 0 8a4 4 0 1 1 0-8zM5 2.7a2.3 2.3 0 1 0 0 4.6a2.3 2.3 0 1 0 0-4.6z';
const WEDGE = 'M5 .9a4.1 4.1 0 1 1-4.1 4.1H5z';
/** A tick in a disc, an exclamation mark in a triangle, as holes. */
const DONE = 'M5 .4a4.6 4.6 0 1 1 0 9.2a4.6 4.6 0 1 1 0-9.2zM4.3 7.3 7.9 3.7 7.1 2.9 4.3 5.7 2.9 4.3 2.1 5.1z';
const WARNING = 'M5 .6l4.7 8.6H.3zM4.5 3.6v2.9h1V3.6zM4.5 7.1v1h1v-1z';

const ENDS = {
  running: { word: 'running', tone: 'start', path: WEDGE },
  'in-sync': { word: 'in sync', tone: 'good', path: TICK },
  succeeded: { word: 'succeeded', tone: 'good', path: TICK },
  paused: { word: 'paused', tone: 'hold', path: BARS },
  held: { word: 'removals held', tone: 'hold', path: SQUARE },
  contended: { word: 'contended', tone: 'hold', path: DIAMOND },
  failed: { word: 'failed', tone: 'bad', path: CROSS },
  'timed-out': { word: 'timed out', tone: 'bad', path: CROSS },
  aborted: { word: 'aborted', tone: 'out', path: RING },
} as const satisfies Record<string, End>;

/** All that a run can end in, for a legend. */
export const RUN_ENDS: readonly End[] = [
  ENDS['in-sync'],
  ENDS.held,
  ENDS.paused,
  ENDS.contended,
  ENDS.failed,
  ENDS.aborted,
  ENDS.running,
];

/** What its outcome says counts for more than what Step Functions calls it. */
export function endOf({ status, ended }: { readonly status: RunStatus; readonly ended?: string }): End {
  if (status === 'running') return ENDS.running;
  const told: Readonly<Record<string, End>> = ENDS;
  return (ended !== undefined && told[ended]) || told[status] || { word: ended ?? status, tone: 'out', path: RING };
}

const OF_STATE: Readonly<Record<StateStatus, End>> = {
  waiting: { word: 'not entered', tone: 'out', path: RING },
  running: ENDS.running,
  succeeded: ENDS.succeeded,
  failed: ENDS.failed,
  caught: { word: 'failed, and caught', tone: 'hold', path: DIAMOND },
};

export const endOfState = (status: StateStatus): End => OF_STATE[status];

/** How a sentence of what is stands out. */
export function toneOf(verdict: string): Tone {
  if (verdict === 'in-sync') return 'good';
  if (['nothing-published', 'first-run', 'waiting', 'not-known'].includes(verdict)) return 'start';
  return ['failing', 'owner-taken', 'late', 'never-run'].includes(verdict) ? 'bad' : 'hold';
}

const OF_TONE: Readonly<Record<Tone, string>> = { good: DONE, hold: WARNING, bad: CROSS, start: WEDGE, out: RING };

export const pathOfTone = (tone: Tone): string => OF_TONE[tone];

/** What started a run, in words. */
export const triggerText = ({ trigger }: Pick<RunRow, 'trigger'>): string => trigger ?? 'not said';

const BY: Readonly<Record<string, string>> = { events: ' by events', schedule: ' by the schedule', manual: ' by hand' };

/** The same within a sentence: `started by hand`. Of what does not say it, nothing is said. */
export const startedText = ({ trigger }: Pick<RunRow, 'trigger'>): string =>
  `started${trigger === undefined ? '' : (BY[trigger] ?? ` by ${trigger}`)}`;

/** In which state a run is that is under way: the innermost one, since a Map runs as long as what is in it. */
export function isIn({ states }: Pick<RunView, 'states'>): string | undefined {
  const running = states.filter(({ status }) => status === 'running');
  return running.find(({ id }) => !running.some(({ inside }) => inside === id))?.id;
}

/** A row of the time line: the runs that one thing started. */
export interface Lane {
  readonly trigger: string;
  readonly dots: readonly { readonly run: RunRow; readonly percent: number }[];
}

export interface TimeLine {
  readonly lanes: readonly Lane[];
  readonly ticks: readonly { readonly at: number; readonly percent: number }[];
}

const LANES = ['events', 'schedule', 'manual'];

/** Runs by what started them, from the oldest to now. */
export function timeLineOf(runs: readonly RunRow[], now: number): TimeLine {
  const from = Math.min(now - 60_000, ...runs.map(({ startedAt }) => startedAt));
  const percentOf = (at: number) => Math.round(Math.max(0, Math.min(1, (at - from) / (now - from))) * 10_000) / 100;
  const triggers = [...new Set([...LANES, ...runs.map(triggerText)])].filter((trigger) =>
    runs.some((run) => triggerText(run) === trigger),
  );
  return {
    lanes: triggers.map((trigger) => ({
      trigger,
      dots: runs
        .filter((run) => triggerText(run) === trigger)
        .map((run) => ({ run, percent: percentOf(run.startedAt) })),
    })),
    ticks: ticksOf(from, now).map((at) => ({ at, percent: percentOf(at) })),
  };
}

const MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080];

/** Round moments between two, at most eight. */
export function ticksOf(from: number, to: number): readonly number[] {
  const step = (MINUTES.find((minutes) => (to - from) / (minutes * 60_000) <= 8) ?? 43_200) * 60_000;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, at) => first + at * step);
}
