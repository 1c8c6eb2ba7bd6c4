import type { SeenDeployment } from '../../functions/domain/telling/seen-deployments.ts';
import type { Colour } from '../../functions/domain/words/reason.ts';
import { MAX_DETAIL, MAX_FINDING, printable } from '../../functions/domain/words/text.ts';
import type { ColourCounts, DeploymentStep, DeploymentView } from '../views.ts';
import type { Brief } from './brief.ts';
import type { Instance, KnownName } from './instances.ts';
import type { PlaceOf, Places } from './places.ts';
import { lastOf } from './texts.ts';

/** Milliseconds for which a deployment that is over is shown. */
const SHOWN_FOR = 3_600_000;
/** Deployments, and names of one, that are shown. */
const MOST = 50;
const MOST_NAMES = 20;

/** A deployment of which the last runs speak. Times in milliseconds since the epoch. */
export interface KnownDeployment extends SeenDeployment {
  /** The end of the first run that saw it where it is. */
  readonly since: number;
  /** How it has ended, where ECS names none any more and no run saw the end. */
  readonly ended?: 'done' | 'rolled-back';
  /** The last run that moved its clients. */
  readonly movedBy?: { readonly execution: string; readonly at: number } & NonNullable<SeenDeployment['moved']>;
}

type Told = Pick<Brief, 'execution' | 'endedAt' | 'deployments' | 'trigger'>;

interface Ground {
  readonly full?: { readonly endedAt: number } | undefined;
  readonly now: number;
  readonly names: readonly KnownName[];
  readonly places: Pick<Places, 'of'>;
}

/**
 * The deployments that are worth showing, those that began to be where they are last first.
 *
 * | of a service                                                      | then                                          |
 * | ----------------------------------------------------------------- | --------------------------------------------- |
 * | the last full run, or one after it, saw it under way               | it is shown                                   |
 * | it is over, and some run saw it under way                         | it is shown for an hour                       |
 * | earlier runs saw its shift or a rollback, and all serves by now   | it is over: the same                          |
 * | anything else: its end is long ago, or nobody knows what became of it | nothing is                                |
 */
export function knownDeployments(briefs: readonly Told[], ground: Ground): readonly KnownDeployment[] {
  const words = briefs
    .toSorted((one, other) => other.endedAt - one.endedAt)
    .flatMap(({ execution, endedAt, deployments }) =>
      deployments.map((seen): Word => ({ execution, at: endedAt, seen })),
    );
  return [...Map.groupBy(words, ({ seen }) => seen.service).values()]
    .flatMap((its) => knownOf(its, briefs, ground))
    .sort((one, other) => other.since - one.since)
    .slice(0, MOST);
}

/** What one run said of a deployment. */
interface Word {
  readonly execution: string;
  readonly at: number;
  readonly seen: SeenDeployment;
}

/** @param words of one service, the newest first */
function knownOf(words: readonly Word[], briefs: readonly Told[], ground: Ground): readonly KnownDeployment[] {
  const [last] = words;
  if (!last) return [];
  const its = words.filter(({ seen }) => seen.deployment === last.seen.deployment);
  const isThere = ({ seen }: Word) => seen.status === last.seen.status && seen.stage === last.seen.stage;
  const full = ground.full?.endedAt ?? 0;
  const isUntold = !isOver(last.seen) && last.at < full;
  const ended = isUntold && isSettled(last.seen, ground) ? ENDS[placeOf(last.seen)] : undefined;
  if (isUntold && !ended) return [];
  const since = ended ? untoldSince(last.at, { briefs, full }) : (its.findLast(isThere)?.at ?? last.at);
  const wasSeen = its.some(({ seen }) => !isOver(seen));
  if ((ended || isOver(last.seen)) && !(wasSeen && ground.now - since < SHOWN_FOR)) return [];
  const by = its.find(({ seen }) => seen.moved);
  const { moved: _, ...seen } = last.seen;
  const movedBy = by?.seen.moved && { execution: by.execution, at: by.at, ...by.seen.moved };
  return [{ ...seen, since, ...(ended && { ended }), ...(movedBy && { movedBy }) }];
}

const OVER = new Set(['SUCCESSFUL', 'ROLLBACK_SUCCESSFUL']);
const isOver = ({ status }: Pick<SeenDeployment, 'status'>): boolean => OVER.has(status);

/** ECS names no deployment any more that is over: what was seen last says how. */
const ENDS: Readonly<Partial<Record<Place, KnownDeployment['ended']>>> = {
  shift: 'done',
  bake: 'done',
  back: 'rolled-back',
};

/** When the first run ended that reads everything and did not speak of it. */
const untoldSince = (at: number, { briefs, full }: { readonly briefs: readonly Told[]; readonly full: number }) =>
  Math.min(full, ...briefs.flatMap(({ endedAt, trigger }) => (endedAt > at && trigger !== 'events' ? [endedAt] : [])));

/** Whether the last runs found its instances to serve whatever their revision, which they say only where ECS has told so. */
function isSettled(seen: SeenDeployment, { names, places }: Ground): boolean {
  const its = names
    .filter(({ name }) => seen.names.includes(name))
    .flatMap(({ name, instances }) =>
      instances.flatMap((one) => {
        const place = placeIn(places, name, one);
        const isOther = place?.service !== undefined && !isOf(place, seen);
        return one.disposition && !isOther ? [one.disposition] : [];
      }),
    );
  const waits = its.some(({ reason, colour }) => colour || reason === 'held-shift' || reason === 'awaiting-shift');
  return !waits && its.some(({ reason }) => reason === 'running' || reason === 'healthy');
}

/** Where a deployment is; `unknown`: nobody can tell, so that what stands stays. */
type Place = 'before' | 'test' | 'shift' | 'bake' | 'done' | 'back' | 'rolled-back' | 'unknown';

/** As ECS names the stages (ECS API model, ServiceDeploymentLifecycleStage). */
const PLACES: Readonly<Record<string, Place>> = {
  RECONCILE_SERVICE: 'before',
  PRE_SCALE_UP: 'before',
  SCALE_UP: 'before',
  POST_SCALE_UP: 'before',
  TEST_TRAFFIC_SHIFT: 'test',
  POST_TEST_TRAFFIC_SHIFT: 'test',
  PRE_PRODUCTION_TRAFFIC_SHIFT: 'test',
  PRODUCTION_TRAFFIC_SHIFT: 'shift',
  POST_PRODUCTION_TRAFFIC_SHIFT: 'shift',
  BAKE_TIME: 'bake',
  CLEAN_UP: 'bake',
};

type Standing = Pick<KnownDeployment, 'status' | 'stage' | 'ended'>;

/** The status counts before the stage, which may still read forward in a rollback. */
function placeOf({ status, stage = '', ended }: Standing): Place {
  if (ended) return ended;
  if (status === 'ROLLBACK_SUCCESSFUL') return 'rolled-back';
  if (status.startsWith('ROLLBACK_')) return 'back';
  if (status === 'SUCCESSFUL') return 'done';
  if (status === 'PENDING') return 'before';
  return status === 'IN_PROGRESS' && Object.hasOwn(PLACES, stage) ? (PLACES[stage] ?? 'unknown') : 'unknown';
}

const FORWARD = [
  { place: 'before', word: 'before' },
  { place: 'test', word: 'test' },
  { place: 'shift', word: 'production shift' },
  { place: 'bake', word: 'bake' },
  { place: 'done', word: 'done' },
] as const;
const BACK = [
  { place: 'before', word: 'before' },
  { place: 'back', word: 'rolling back' },
  { place: 'rolled-back', word: 'rolled back' },
] as const;

/** The stages as a row of steps. Of one of which nobody can tell no step is where it is. */
export function stepsOf(seen: Standing): readonly DeploymentStep[] {
  const place = placeOf(seen);
  const steps = place === 'back' || place === 'rolled-back' ? BACK : FORWARD;
  const here = steps.findIndex((one) => one.place === place);
  const isEnd = place === 'done' || place === 'rolled-back';
  return steps.map(({ word }, at) => ({
    word,
    at: at < here || (at === here && isEnd) ? 'passed' : at === here ? 'here' : 'next',
  }));
}

/** What is counted of a deployment: at its names, or at one. */
export interface Counting {
  /** Everything that is known. */
  readonly names: readonly KnownName[];
  readonly places: Pick<Places, 'of'>;
  /** All deployments that are shown: of a name that several have, an instance of nobody knows which is of none. */
  readonly all: readonly KnownDeployment[];
}

/** An instance of a deployment, with its checks as the last full run has seen them. */
interface Found {
  readonly one: Instance;
  readonly check: PlaceOf['check'];
}

/** What the page shows of a deployment; of one name of it only what is there. @param at the name, where only that counts */
export function deploymentView(known: KnownDeployment, counting: Counting, at?: string): DeploymentView {
  const { service, cluster, deployment, status, stage, since, ended, testName, movedBy } = known;
  const own = counting.names.filter(({ name }) =>
    at === undefined ? known.names.includes(name) : name === at && namesOf(known).includes(name),
  );
  const instances = own.flatMap((name) =>
    name.instances
      .filter((one) => isIts(one, { name: name.name, known, counting }))
      .map((one): Found => ({ one, check: placeIn(counting.places, name.name, one)?.check })),
  );
  const counts = { blue: countsOf(instances, 'blue'), green: countsOf(instances, 'green') };
  const shown = (name: string) =>
    counting.names.find((one) => one.name === name)?.shown ?? printable(name, MAX_FINDING);
  const why = instances.find(({ one }) => one.disposition?.reason === 'held-shift')?.one.disposition?.detail;
  return {
    service: lastOf(service),
    cluster: lastOf(cluster),
    deployment: lastOf(deployment),
    state: printable([status, stage, ended && 'then over'].filter(Boolean).join(', '), MAX_FINDING),
    since,
    steps: stepsOf(known),
    says: at !== undefined && at === testName ? testSays(counts) : saysOf(placeOf(known), counts),
    ...(why !== undefined && { why: printable(why, MAX_DETAIL) }),
    counts,
    names: known.names.slice(0, MOST_NAMES).map(shown),
    ...(testName !== undefined && { testName: shown(testName) }),
    ...(movedBy && {
      moved: {
        execution: printable(movedBy.execution, MAX_FINDING),
        at: movedBy.at,
        to: movedBy.direction === 'forward' ? 'green' : 'blue',
        published: movedBy.published,
        removed: movedBy.removed,
      },
    }),
  };
}

export const namesOf = ({ names, testName }: SeenDeployment): readonly string[] =>
  testName === undefined ? names : [...names, testName];

interface Whose {
  readonly name: string;
  readonly known: KnownDeployment;
  readonly counting: Counting;
}

/** Where nobody has read yet where an instance runs, it is of the only deployment at its name. */
function isIts(instance: Instance, { name, known, counting: { places, all } }: Whose): boolean {
  if (instance.disposition?.colour === undefined) return false;
  const place = placeIn(places, name, instance);
  if (place?.service === undefined) return all.filter((one) => namesOf(one).includes(name)).length === 1;
  return isOf(place, known);
}

const placeIn = (places: Pick<Places, 'of'>, name: string, { key, disposition }: Instance): PlaceOf | undefined => {
  const task = disposition?.task;
  return places.of({ name, ...(key !== undefined && { key }), ...(task !== undefined && { task }) });
};

const isOf = ({ service, cluster }: PlaceOf, seen: SeenDeployment): boolean =>
  service === nameOf(seen.service) && cluster === seen.cluster;

const nameOf = (service: string): string => service.slice(service.lastIndexOf('/') + 1);

/** One that is not to serve now is left out for that, whatever its checks say: whether it passes the last full reading tells. */
function countsOf(instances: readonly Found[], colour: Colour): ColourCounts {
  const counts = { serve: 0, held: 0, wait: 0, other: 0 };
  for (const { one, check } of instances) {
    const { mark, disposition } = one;
    if (disposition?.colour !== colour) continue;
    if (mark === 'published') counts.serve += 1;
    else if (mark === 'held') counts.held += 1;
    else if (disposition.reason === 'awaiting-shift' && (check?.verdict ?? 'passing') === 'passing') counts.wait += 1;
    else counts.other += 1;
  }
  return counts;
}

type Counts = DeploymentView['counts'];

/**
 * What DNS does now, in a sentence.
 *
 * | the deployment is         | of those that serve      | of the others                                        |
 * | ------------------------- | ------------------------ | ---------------------------------------------------- |
 * | before the shift          | blue serve               | green wait for the stage at which traffic shifts     |
 * | from the shift on         | green serve              | blue serve while too few green pass; then they wait  |
 * | in a rollback             | blue serve               | green serve while too few blue pass; then they wait |
 * | where nobody can tell     | what stands stays        | nothing enters                                       |
 * | over, and settled         | all serve                | there are none                                       |
 */
function saysOf(place: Place, { blue, green }: Counts): string {
  if (place === 'unknown') {
    const stands = `${standing(blue)} blue and ${standing(green)} green stand`;
    return `nobody can tell which serves: ${stands}, and stay as they are`;
  }
  // Once it is settled, runs tell nobody's colour any more.
  if ((place === 'done' || place === 'rolled-back') && total(blue) + total(green) === 0) {
    return `${place === 'done' ? 'green' : 'blue'} serves: there is nothing else any more`;
  }
  const isBefore = place === 'before' || place === 'test';
  const isForward = !isBefore && place !== 'back' && place !== 'rolled-back';
  const [serving, others] = isForward
    ? [colours('green', green), colours('blue', blue)]
    : [colours('blue', blue), colours('green', green)];
  const waits = isBefore ? 'for PRODUCTION_TRAFFIC_SHIFT' : 'behind, serving nobody';
  const told = [
    ...serving.some('serve', 'serves', serving.standing),
    ...others.some('serve', 'serves', others.standing, `until enough ${serving.word} pass`),
    ...(serving.standing + others.standing === 0 ? [`no ${serving.word} serves`] : []),
    ...serving.some('wait', 'waits', serving.wait, 'to enter'),
    ...serving.some('do not pass', 'does not pass', serving.other, 'yet'),
    ...others.some('wait', 'waits', others.wait, waits),
    ...(isBefore ? others.some('do not pass', 'does not pass', others.other, 'yet') : []),
    ...(isBefore && others.standing + others.wait + others.other === 0 ? [`no ${others.word} runs yet`] : []),
  ];
  return told.join(', ');
}

/** Under the test name what comes answers, and nothing else. */
function testSays({ green }: Counts): string {
  const its = colours('green', green);
  const told = [
    its.standing > 0 ? its.are('answer', 'answers', its.standing) : 'no green answers',
    ...its.some('do not pass', 'does not pass', its.wait + its.other, 'yet'),
  ];
  return `${told.join(', ')} under the test name`;
}

const total = ({ serve, held, wait, other }: ColourCounts): number => serve + held + wait + other;

const standing = ({ serve, held }: ColourCounts): number => serve + held;

/** The parts of a sentence about those of one colour. */
function colours(word: Colour, counts: ColourCounts) {
  const are = (many: string, one: string, count: number, rest = '') =>
    `${count} ${word} ${count === 1 ? one : many}${rest === '' ? '' : ` ${rest}`}`;
  return {
    word,
    ...counts,
    standing: standing(counts),
    are,
    some: (many: string, one: string, count: number, rest = ''): readonly string[] =>
      count === 0 ? [] : [are(many, one, count, rest)],
  };
}
