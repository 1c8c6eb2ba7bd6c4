import type { Reading } from '../../functions/domain/reading/reading.ts';
import { MAX_FINDING, printable } from '../../functions/domain/words/text.ts';
import type { Deployed, ListedRun, Looked } from '../source.ts';
import type { Action, NotKnown, State } from '../views.ts';
import { orders } from './actions.ts';
import { type Brief, changesOf } from './brief.ts';
import { deploymentView, knownDeployments } from './deployments.ts';
import { glanceOf } from './glance.ts';
import { heldNow } from './held.ts';
import { hostViews, portStates } from './hosts.ts';
import { knownNames } from './instances.ts';
import { nameRow } from './names.ts';
import type { Places } from './places.ts';
import { runRows } from './runs.ts';

/** Changes that the page gets at once. */
const MOST_CHANGES = 500;

/** What has been asked so far; what could not be is absent. Times in milliseconds since the epoch. */
export interface Known {
  readonly deployed: Deployed;
  readonly looked: Looked;
  readonly runs: readonly ListedRun[];
  readonly briefs: readonly Brief[];
  readonly reading?: Reading;
  /** Of the reading. */
  readonly places: Places;
  readonly notKnown: readonly NotKnown[];
  readonly breaks: readonly Action[];
  readonly now: number;
}

/** Everything that the page shows without asking for more. */
export function stateOf(known: Known, version: number) {
  const { deployed, looked, runs, briefs, reading, now } = known;
  const { recordSets, dispositions, full, heldSince } = looked;
  const { naming } = deployed;
  const names = knownNames({ naming, ...(recordSets && { recordSets }), ...(dispositions && { dispositions }) });
  const changes = changesOf(briefs, MOST_CHANGES);
  const changedAt = new Map(changes.toReversed().map(({ name, at }) => [name, at]));
  const held = heldNow(full, heldSince);
  const deployments = knownDeployments(briefs, { full, now, names, places: known.places });
  const counting = { names, places: known.places, all: deployments };
  const state: State = {
    version,
    at: now,
    glance: glanceOf({ deployed, looked, names, briefs, now }),
    ...(deployments.length > 0 && { deployments: deployments.map((one) => deploymentView(one, counting)) }),
    names: names.map((one) => nameRow(one, naming, changedAt)),
    hosts: hostViews(reading, portStates(names)),
    runs: runRows(runs, briefs),
    changes,
    ...(held && { held }),
    notKnown: known.notKnown.map(({ what, why }) => ({
      what: printable(what, MAX_FINDING),
      why: printable(why, 2 * MAX_FINDING),
    })),
    actions: [
      ...orders({
        paused: looked.paused !== undefined,
        zoneKnown: recordSets !== undefined,
        held,
        clusters: Object.keys(reading?.clusters ?? {}),
      }),
      ...known.breaks,
    ],
  };
  return { state, names, deployments };
}
