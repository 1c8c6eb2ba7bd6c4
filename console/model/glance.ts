import { ownerSubtree } from '../../functions/domain/dns/ownership.ts';
import type { RecordSet } from '../../functions/domain/dns/record-set.ts';
import { MAX_FINDING, MAX_MESSAGE, printable } from '../../functions/domain/words/text.ts';
import type { Deployed, Looked } from '../source.ts';
import type { Glance, Said } from '../views.ts';
import type { Brief } from './brief.ts';
import type { KnownName } from './instances.ts';
import { countMarks } from './names.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface AtAGlance {
  readonly deployed: Deployed;
  readonly looked: Looked;
  readonly names: readonly KnownName[];
  readonly briefs: readonly Brief[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function glanceOf({ deployed, looked, names, briefs, now }: AtAGlance): Glance {
  const { full, paused, apart, verdicts } = looked;
  const latency = latencyOf(briefs.filter(within(HOUR, now)));
  const day = dayOf(briefs.filter(within(DAY, now)));
  const routing = routingIn(names);
  return {
    deployment: printable(deployed.id, MAX_FINDING),
    owner: printable(ownerSubtree(deployed.naming), MAX_FINDING),
    zone: printable(deployed.naming.zone, MAX_FINDING),
    zoneId: printable(deployed.zoneId, MAX_FINDING),
    ...(routing !== undefined && { routing }),
    verdicts: verdicts.map(shown),
    ...(paused && {
      paused: {
        by: printable(paused.by ?? '', MAX_FINDING),
        since: paused.since ?? 0,
        ...(paused.reason !== undefined && { why: printable(paused.reason, MAX_FINDING) }),
      },
    }),
    ...(full && { fullRun: { execution: full.execution, endedAt: full.endedAt } }),
    ...(apart !== undefined && { apart }),
    isStale: full !== undefined && apart !== undefined && now - full.endedAt > 2 * apart,
    instances: countMarks(names),
    names: names.length,
    changes: changesIn(briefs.filter(within(HOUR, now))),
    ...(latency && { latency }),
    ...(day && { day }),
  };
}

const shown = ({ case: id, says, next, ...said }: Said): Said => ({
  ...lasting({ ...said, case: printable(id, MAX_FINDING), says: printable(says, MAX_MESSAGE) }),
  ...(next !== undefined && { next: printable(next, MAX_MESSAGE) }),
});

/** Clocks differ; what ends in a far future belongs to no hour. */
const within = (time: number, now: number) => (one: Brief) => Math.abs(now - one.endedAt) <= time;

/**
 * Without the age of the full run, which is only true in the moment in which it is said: the page shows how old it is, second
 * by second.
 */
export const lasting = (said: Said): Said =>
  said.case === 'in-sync' ? { ...said, says: said.says.replace(/, by the full run of .* ago$/, '') } : said;

/** How names are served, where all alike. */
function routingIn(names: readonly KnownName[]): RecordSet['policy'] | undefined {
  const policies = new Set(names.flatMap(({ sets }) => sets.map(({ policy }) => policy)));
  const [only, ...others] = policies;
  return others.length === 0 ? only : undefined;
}

function changesIn(briefs: readonly Brief[]): Glance['changes'] {
  const real = briefs.filter(({ dryRun }) => !dryRun);
  const sum = (what: 'published' | 'removed') => real.reduce((all, one) => all + one[what], 0);
  return { published: sum('published'), removed: sum('removed') };
}

/** Of several runs: the median of their medians, each as often as it has events, and the slowest event of all. */
function latencyOf(briefs: readonly Brief[]): Glance['latency'] | undefined {
  const told = briefs.flatMap(({ latency }) => (latency && latency.events > 0 ? [latency] : []));
  const events = told.reduce((sum, one) => sum + one.events, 0);
  if (events === 0) return undefined;
  let before = 0;
  const sorted = told.toSorted((one, other) => one.median - other.median);
  const middle = sorted.find((one) => {
    before += one.events;
    return 2 * before >= events;
  });
  return { median: middle?.median ?? 0, slowest: Math.max(...told.map(({ slowest }) => slowest)), events };
}

function dayOf(briefs: readonly Brief[]): Glance['day'] | undefined {
  const told = briefs.filter(({ calls, transitions }) => calls !== undefined && transitions !== undefined);
  if (told.length === 0) return undefined;
  const sum = (what: 'calls' | 'transitions' | 'failedAttempts') =>
    told.reduce((all, one) => all + (one[what] ?? 0), 0);
  return {
    calls: sum('calls'),
    transitions: sum('transitions'),
    runs: told.length,
    untold: briefs.length - told.length,
    ...(sum('failedAttempts') > 0 && { atLeast: true }),
  };
}
