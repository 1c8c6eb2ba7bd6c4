import type { Difference } from '../../functions/domain/telling/replay.ts';
import { isChange } from '../../functions/domain/telling/summary.ts';
import { type Disposition, reasonText } from '../../functions/domain/words/reason.ts';
import { printableTexts } from '../../functions/domain/words/text.ts';
import type { ReplayedPass, Silent } from '../replaying.ts';
import { explain } from './explanation.ts';
import { besideRows, changeRow, heldRow, SIGNS } from './plan-report.ts';
import { type Paint, plural, shortId, timeText } from './style.ts';
import { table } from './table.ts';

/** One decision that would differ, in the words of `plan` and `explain`. */
export interface Otherwise {
  readonly about: Difference['about'];
  readonly name: string;
  /** `<target>:<port>`, or the SRV value of what is held; empty where the name as a whole is meant. */
  readonly endpoint: string;
  readonly task?: string;
  /** What the run decided, and what this version does: nothing where it does not speak of it. */
  readonly before: readonly Decided[];
  readonly now: readonly Decided[];
}

interface Decided {
  /** What becomes of it: `+` it comes, `-` it goes, `~` it is rewritten, `!` it is held; empty: it stays as it is. */
  readonly sign: string;
  /** The reason code, where there is one. */
  readonly reason?: string;
  readonly text: string;
}

export function otherwise(difference: Difference): Otherwise {
  const { about } = difference;
  switch (difference.about) {
    case 'instance': {
      const [one] = [...difference.before, ...difference.now].map(explain);
      const { name = '', endpoint = '', task } = one ?? {};
      const before = difference.before.map(decidedOf);
      return { about, name, endpoint, ...(task !== undefined && { task }), before, now: difference.now.map(decidedOf) };
    }
    case 'change': {
      const told = (all: typeof difference.now) => printableTexts(all).flatMap(valuesOf);
      return { about, ...nameOf(difference), endpoint: '', before: told(difference.before), now: told(difference.now) };
    }
    case 'beside': {
      const told = (all: typeof difference.now) =>
        printableTexts(all)
          .flatMap(({ what, name }) => besideRows({ beside: { made: [], removed: [], [what]: [name] } }))
          .map(({ change, why }) => ({ sign: SIGNS[change], text: why }));
      return { about, ...nameOf(difference), endpoint: '', before: told(difference.before), now: told(difference.now) };
    }
    case 'declaration': {
      const [{ name = '', task = '', port = 0, because = '' } = {}] = difference.now;
      const reason = 'ignored';
      const before = [{ sign: '', reason, text: reasonText({ outcome: 'left-out', reason }) }];
      const now = [{ sign: SIGNS.add, text: `published once it is healthy: ${because}` }];
      return { about, ...printableTexts({ name, endpoint: `container port ${port}`, task }), before, now };
    }
    case 'held': {
      const told = (all: typeof difference.now) =>
        all.map(heldRow).map(({ change, why }) => ({
          sign: SIGNS[change],
          reason: why,
          text: reasonText({ outcome: 'published', reason: why }),
        }));
      const [row] = [...difference.before, ...difference.now].map(heldRow);
      const { name = '', endpoint = '' } = row ?? {};
      return { about, name, endpoint, before: told(difference.before), now: told(difference.now) };
    }
  }
}

const nameOf = ({ before, now }: { before: readonly { name: string }[]; now: readonly { name: string }[] }) => {
  const [one] = printableTexts([...before, ...now].map(({ name }) => name));
  return { name: one ?? '' };
};

function decidedOf(disposition: Disposition): Decided {
  const { text, reason } = explain(disposition);
  return { sign: isChange(disposition) ? SIGNS[changeRow(disposition).change] : '', reason, text };
}

function valuesOf({
  created,
  removed,
}: {
  created: readonly string[];
  removed: readonly string[];
}): readonly Decided[] {
  if (created.length + removed.length === 0) return [{ sign: SIGNS.rewrite, text: 'time to live' }];
  return [
    ...created.map((text) => ({ sign: SIGNS.add, text })),
    ...removed.map((text) => ({ sign: SIGNS.remove, text })),
  ];
}

/** One pass, and what would be decided otherwise; nothing where nothing would. */
export function passLines(pass: ReplayedPass, all: readonly Otherwise[], paint: Paint): readonly string[] {
  if (all.length === 0) return [];
  const rows = all.map(({ name, endpoint, task, before, now }) => [
    `  ${name}`,
    endpoint,
    task === undefined ? '' : paint('dim', shortId(task)),
    `${paint('yellow', sideText(before))} → ${paint('cyan', sideText(now))}`,
  ]);
  return [passHead(pass, paint), ...table(rows)];
}

export const sameAsText = (pass: ReplayedPass, other: string, paint: Paint): string =>
  `${passHead(pass, paint)}  the same as in ${other}`;

const passHead = ({ plannedAt, kind, trigger, execution, pass }: ReplayedPass, paint: Paint) =>
  [paint('dim', timeText(plannedAt)), `${kind} pass ${pass}`, trigger, paint('dim', execution)].join('  ');

const sideText = (all: readonly Decided[]): string =>
  all
    .map(({ sign, text, reason }) => `${sign} ${text}${reason === undefined ? '' : ` (${reason})`}`.trim())
    .join(', ') || 'nothing';

/** Runs that an explanation names. */
const NAMED = 5;

/** Which runs say nothing, by why. */
export function silentLines(silent: readonly Silent[], paint: Paint): readonly string[] {
  return [...Map.groupBy(silent, ({ why }) => why)].map(([why, all]) => {
    const names = all
      .slice(0, NAMED)
      .map(({ execution, pass }) => `${execution}${pass === undefined ? '' : `, pass ${pass}`}`);
    const more = all.length > NAMED ? ` … and ${all.length - NAMED} more` : '';
    return paint('dim', `says nothing, since ${why}: ${names.join('; ')}${more}`);
  });
}

export interface Counted {
  readonly runs: number;
  readonly passes: number;
  /** Passes of which something would be decided otherwise. */
  readonly differing: number;
}

export const replayTotal = ({ runs, passes, differing }: Counted): string =>
  differing === 0
    ? `this version decides everything as ${plural(runs, 'run')} did (${plural(passes, 'pass', 'passes')})`
    : `this version decides otherwise in ${differing} of ${plural(passes, 'pass', 'passes')} of ${plural(runs, 'run')}`;

export const NOTHING_REPLAYED =
  'no run could be replayed: start one of the deployed version with ecssd reconcile, then replay it; where the deployed version keeps too little, ecssd plan says after the deployment what a run would change';

export const SETTINGS_KEPT =
  'replayed with the settings that each run had: those of the deployment, not defaults of this version';
