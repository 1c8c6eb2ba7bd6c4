import type { KeptOutcome } from '../functions/contracts/outcome.ts';
import type { Reading } from '../functions/domain/reading/reading.ts';
import { type Brief, briefOf } from './model/brief.ts';
import type { KnownDeployment } from './model/deployments.ts';
import type { KnownName } from './model/instances.ts';
import { type Places, placesOf } from './model/places.ts';
import { stateOf } from './model/state.ts';
import type { ListedRun, Looked, Source } from './source.ts';
import type { Action, NotKnown, State } from './views.ts';

/** Milliseconds between two looks at the executions, and after which everything else is asked again. */
export interface Pace {
  readonly runs: number;
  readonly whole: number;
  /** How long after the last page has gone it still looks. */
  readonly linger: number;
}

const PACE: Pace = { runs: 2_500, whole: 30_000, linger: 20_000 };
/** Executions that are listed; outcomes of the last day that are read at first, and that are remembered. */
const MOST_RUNS = 100;
const MOST_OUTCOMES = 300;
const MOST_BRIEFS = 2_000;
const DAY = 86_400_000;

export interface Picture {
  readonly state: State;
  /** The state as JSON text, made once for all pages. */
  readonly text: string;
  /** By the name as it is shown. */
  readonly names: ReadonlyMap<string, KnownName>;
  readonly deployments: readonly KnownDeployment[];
  readonly places: Places;
  readonly briefs: readonly Brief[];
}

export interface Following {
  /** What is known; asked for where nothing is yet. A page that asks is there. */
  picture(): Promise<Picture>;
  /** Hears of each new picture while it listens; gives back how to end that. */
  listen(listener: (picture: Picture) => void): () => void;
  /** Asks again soon, since something was done. */
  hurry(): void;
  /** Nothing is asked any more; what is under way has ended. */
  close(): Promise<void>;
}

/**
 * Looks at a deployment for all pages together: at its executions every few seconds, at zone and kept runs where one has
 * ended or after half a minute, and at nothing while nobody looks. What cannot be asked keeps what was known before.
 */
export function following(source: Source, breaks: () => readonly Action[] = () => [], pace: Pace = PACE): Following {
  const listeners = new Set<(picture: Picture) => void>();
  const asked = askedOf(source);
  let picture: Picture | undefined;
  let looking: Promise<Picture> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let wantedAt = Number.NEGATIVE_INFINITY;
  let closed = false;
  let version = Math.floor(source.now() / 1_000) % 1_000_000;

  const look = (): Promise<Picture> => {
    if (closed) return Promise.reject(new Error('the console is closed'));
    looking ??= asked
      .again(pace.whole)
      .then((known) => {
        if (picture && !known.isNew) return picture;
        const next = pictureOf({ ...known, source, breaks: breaks(), before: picture, version: version + 1 });
        if (next !== picture) version += 1;
        const isNew = next !== picture;
        picture = next;
        if (isNew) for (const listener of [...listeners]) listener(next);
        return next;
      })
      .catch((fault: unknown) => {
        asked.forget(); // what it should have shown nobody has seen
        throw fault;
      })
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };
  const isWanted = () => listeners.size > 0 || source.now() - wantedAt < pace.linger;
  const plan = (wait = pace.runs): void => {
    if (closed || timer || !isWanted()) return;
    timer = setTimeout(() => {
      timer = undefined;
      look()
        .catch(() => {}) // what is wrong is told as not known; a defect must not end the watching
        .finally(() => plan());
    }, wait);
  };
  return {
    async picture() {
      wantedAt = source.now();
      // A look that began before something was done has not seen it.
      if (asked.isStale()) await looking?.catch(() => {});
      const known = picture && timer && !asked.isStale() ? picture : await look();
      plan();
      return known;
    },
    listen(listener) {
      listeners.add(listener);
      plan(picture ? pace.runs : 0);
      return () => {
        listeners.delete(listener);
      };
    },
    hurry() {
      asked.forget();
      clearTimeout(timer);
      timer = undefined;
      plan(0);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      timer = undefined;
      listeners.clear();
      await looking?.catch(() => {});
    },
  };
}

interface Asked {
  readonly looked: Looked;
  readonly runs: readonly ListedRun[];
  readonly briefs: readonly Brief[];
  readonly reading?: Reading;
  readonly notKnown: readonly NotKnown[];
  /** Whether anything was asked again beside the list of runs, or that could not be asked, or can be again. */
  readonly isNew: boolean;
}

/** Asks the source, no more than has changed. */
function askedOf(source: Source) {
  const briefs = new Map<string, Brief>();
  let looked: Looked | undefined;
  let runs: readonly ListedRun[] = [];
  let runsText = '';
  let reading: { readonly execution: string; readonly body: Reading | undefined } | undefined;
  let kept: readonly NotKnown[] = [];
  let told = '';
  /** Something was done, and no look has begun since. */
  let stale = false;
  const tell = (what: string, fault: unknown): NotKnown => ({ what, why: source.says(fault) });

  const outcomes = async (): Promise<readonly NotKnown[]> => {
    const most = briefs.size === 0 ? MOST_OUTCOMES : MOST_BRIEFS;
    const found = await source.outcomes(new Set(briefs.keys()), most);
    for (const outcome of found.outcomes) briefs.set(outcome.execution, briefOf(outcome));
    forgetOld(briefs, source.now() - DAY);
    return found.skipped.map((why) => ({ what: 'an outcome', why }));
  };
  const read = async (full: KeptOutcome | undefined): Promise<readonly NotKnown[]> => {
    if (!full || reading?.execution === full.execution) return [];
    reading = { execution: full.execution, body: await source.reading(full.execution) };
    return reading.body
      ? []
      : [{ what: 'hosts and tasks', why: 'what the last full run has read is not kept any more' }];
  };
  return {
    forget: () => {
      stale = true;
    },
    isStale: () => stale,
    async again(whole: number): Promise<Asked> {
      const notKnown: NotKnown[] = [];
      const wasStale = stale;
      stale = false;
      const wary = <T>(what: string, ask: Promise<T>, otherwise: T): Promise<T> =>
        ask.catch((fault: unknown) => {
          notKnown.push(tell(what, fault));
          return otherwise;
        });
      runs = await wary('the list of runs', source.runs(MOST_RUNS), runs);
      const text = runs.map(({ name, status }) => `${name} ${status}`).join();
      const isDue = !looked || wasStale || text !== runsText || source.now() - looked.at >= whole;
      if (isDue) {
        const before = looked;
        const next = await source.look();
        looked = joined(next, before);
        kept = [
          ...next.notKnown.filter(({ what }) => what !== 'the list of runs'),
          ...(await outcomes().catch((fault: unknown) => [tell('what runs have kept', fault)])),
          ...(await read(looked.full).catch((fault: unknown) => [tell('hosts and tasks', fault)])),
        ];
        runsText = text;
      }
      const all = [...notKnown, ...kept];
      const once = [...new Map(all.map((one) => [one.what, one])).values()];
      const body = reading?.body;
      if (!looked) throw new Error('nothing was looked at');
      const isNew = isDue || told !== JSON.stringify(once);
      told = JSON.stringify(once);
      return { looked, runs, briefs: [...briefs.values()], ...(body && { reading: body }), notKnown: once, isNew };
    },
  };
}

/** What could not be asked this time stays as it was known before; the verdicts say that it may be old. */
function joined(next: Looked, before: Looked | undefined): Looked {
  if (!before) return next;
  const stays = <K extends keyof Looked>(key: K): Partial<Looked> =>
    next[key] === undefined && before[key] !== undefined ? { [key]: before[key] } : {};
  const zone = next.recordSets ? {} : { ...stays('recordSets'), ...stays('paused') };
  const told = next.dispositions ? {} : { ...stays('dispositions'), ...stays('full'), ...stays('heldSince') };
  return { ...next, ...zone, ...told };
}

function forgetOld(briefs: Map<string, Brief>, oldest: number): void {
  const byAge = [...briefs.values()].toSorted((one, other) => other.endedAt - one.endedAt);
  for (const { execution } of byAge.filter(({ endedAt }, at) => endedAt < oldest || at >= MOST_BRIEFS)) {
    briefs.delete(execution);
  }
}

interface Drawn extends Asked {
  readonly source: Source;
  readonly breaks: readonly Action[];
  readonly before: Picture | undefined;
  readonly version: number;
}

/** The picture of what is known; the one before where nothing of it has changed but its time. */
function pictureOf({ source, before, version, ...known }: Drawn): Picture {
  const places = placesOf(known.reading);
  const about = { deployed: source.deployed, now: source.now(), places, ...known };
  const { state, names, deployments } = stateOf(about, version);
  if (before && JSON.stringify({ ...state, version: before.state.version, at: before.state.at }) === before.text) {
    return before;
  }
  return {
    state,
    text: JSON.stringify(state),
    names: new Map(names.map((one) => [one.shown, one])),
    deployments,
    places,
    briefs: known.briefs,
  };
}
