import type { KeptOutcome } from '../../functions/contracts/outcome.ts';
import type { SeenDeployment } from '../../functions/domain/telling/seen-deployments.ts';
import { isChange } from '../../functions/domain/telling/summary.ts';
import { readable } from '../../functions/domain/words/readable.ts';
import { type Disposition, reasonText } from '../../functions/domain/words/reason.ts';
import { MAX_DECLARATION, printable } from '../../functions/domain/words/text.ts';
import type { Happening } from '../views.ts';

/** What is remembered of a kept outcome: of thousands of instances, those that it changed. Times in milliseconds. */
export interface Brief {
  readonly execution: string;
  readonly trigger?: string;
  readonly dryRun: boolean;
  readonly paused: boolean;
  readonly ended: KeptOutcome['state'];
  readonly endedAt: number;
  readonly published: number;
  readonly removed: number;
  readonly held: number;
  readonly error: string;
  /** What it published and removed. */
  readonly changes: readonly Happening[];
  /** What it left out. */
  readonly leftOut: readonly Happening[];
  /** What it saw of services that DNS shifts; of a dry run too, which has moved none. */
  readonly deployments: readonly SeenDeployment[];
  readonly latency?: KeptOutcome['latency'];
  readonly calls?: number;
  readonly transitions?: number;
  /** Attempts that failed, whose calls nobody knows. */
  readonly failedAttempts?: number;
}

/** Happenings of one run that are remembered: of a whole fleet that comes at once, the first ones. */
const MOST_OF_ONE = 500;
const MOST_EXECUTION = 80;
const MOST_ENDPOINT = 300;

export function briefOf(outcome: KeptOutcome): Brief {
  const { execution, trigger, state, endedAt, dryRun = false, latency } = outcome;
  const { calls, transitions, failedAttempts } = outcome;
  const changes = dryRun ? [] : outcome.dispositions.filter(isChange);
  const count = (what: Disposition['outcome']) => changes.filter((one) => one.outcome === what).length;
  const leftOut = dryRun ? [] : outcome.dispositions.filter((one) => one.outcome === 'left-out');
  const happened = (some: readonly Disposition[]) =>
    some.slice(0, MOST_OF_ONE).map((one) => happening(one, { execution, endedAt }));
  return {
    execution,
    ...(trigger !== undefined && { trigger: printable(trigger, MOST_EXECUTION) }),
    dryRun,
    paused: outcome.paused !== undefined,
    ended: state,
    endedAt,
    published: count('published'),
    removed: count('removed'),
    held: outcome.held.length,
    error: printable(outcome.error, 2 * MOST_EXECUTION),
    changes: happened(changes),
    leftOut: happened(leftOut),
    deployments: outcome.deployments ?? [],
    ...(latency && { latency }),
    ...(calls !== undefined && { calls }),
    ...(transitions !== undefined && { transitions }),
    ...(failedAttempts !== undefined && { failedAttempts }),
  };
}

export function happening(
  disposition: Disposition,
  { execution, endedAt }: { readonly execution: string; readonly endedAt: number },
): Happening {
  const { name, outcome, reason, task, detail, colour, ...at } = readable(disposition);
  return {
    at: endedAt,
    execution: printable(execution, MOST_EXECUTION),
    outcome,
    ...(colour && { colour }),
    name,
    endpoint: endpointText(at),
    reason,
    says: reasonText({ outcome, reason }),
    ...(detail !== undefined && { detail }),
    ...(task !== undefined && { task: printable(task, MOST_ENDPOINT) }),
  };
}

/** `target:port`, as far as there is one. */
export const endpointText = ({ target, port }: { readonly target?: string; readonly port?: number }): string =>
  target === undefined ? '' : printable(`${target}:${port ?? ''}`, MOST_ENDPOINT);

/** Everything that these runs changed, the newest first. */
export const changesOf = (briefs: readonly Brief[], most: number): readonly Happening[] =>
  newestFirst(briefs)
    .flatMap(({ changes }) => changes)
    .slice(0, most);

/** The same of one name, with each time that something was left out for another reason than in the run before. */
export function happeningsAt(asked: string, briefs: readonly Brief[], most: number): readonly Happening[] {
  const name = printable(asked, MAX_DECLARATION);
  const said = new Map<string, string>();
  const found: Happening[] = [];
  for (const { changes, leftOut } of newestFirst(briefs).toReversed()) {
    for (const one of changes.filter((change) => change.name === name)) {
      said.delete(placeOf(one));
      found.push(one);
    }
    for (const one of leftOut.filter((left) => left.name === name)) {
      if (said.get(placeOf(one)) !== one.reason) found.push(one);
      said.set(placeOf(one), one.reason);
    }
  }
  return found.toReversed().slice(0, most);
}

const placeOf = ({ endpoint, task = '' }: Happening): string => `${endpoint} ${task}`;

const newestFirst = (briefs: readonly Brief[]): readonly Brief[] =>
  briefs.toSorted((one, other) => other.endedAt - one.endedAt);
