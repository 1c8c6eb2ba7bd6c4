/** A revision of a service, and how many tasks of it ECS is to run, where it tells. */
export interface Revision {
  readonly arn: string;
  readonly requested?: number;
  /** Of production traffic, in percent, where the deployment tells it. */
  readonly weight?: number;
}

/** A service and its deployment as ECS describes them, reduced to what tells which revision serves. */
export interface ServiceState {
  /** Its ARN. */
  readonly service: string;
  readonly cluster: string;
  /** As in the group of its tasks, `service:<name>`. */
  readonly name: string;
  /** ROLLING, BLUE_GREEN, LINEAR, CANARY, or what else ECS says. */
  readonly strategy: string;
  /** ECS, CODE_DEPLOY or EXTERNAL. */
  readonly controller: string;
  readonly hooks: readonly LifecycleHook[];
  /** All that are active. */
  readonly revisions: readonly Revision[];
  /** The current deployment; absent where ECS names none. */
  readonly deployment?: DeploymentState | 'unreadable';
  /** Of CodeDeploy and external controllers. */
  readonly taskSets?: readonly TaskSet[];
}

/** Some tasks of a service that are replaced together. */
export interface TaskSet {
  /** Which its tasks have as `startedBy`. */
  readonly id: string;
  readonly isPrimary: boolean;
  /** How many tasks of it ECS is to run, where it tells. */
  readonly requested?: number;
}

export interface LifecycleHook {
  /** ARN of its function, which may have an alias or a version behind it. */
  readonly target: string;
  readonly stages: readonly string[];
  /** What the service hands to it: any JSON. */
  readonly details?: unknown;
}

export interface DeploymentState {
  readonly arn: string;
  readonly status: string;
  /** Absent before the first one. */
  readonly stage?: string;
  readonly target?: Revision;
  readonly sources: readonly Revision[];
  /** ARN of the revision that a rollback goes back to. */
  readonly rollback?: string;
}

/** Which revisions of a service serve, by what their tasks have as `startedBy`. */
export interface RevisionShares {
  /** `all`: whatever runs. `unknown`: nobody can tell, so that nothing enters and nothing leaves. */
  readonly kind: 'all' | 'some' | 'unknown';
  readonly production: readonly string[];
  /** Known, and serving nobody. Tasks that are in neither list are of a revision that nobody knows. */
  readonly others: readonly string[];
  /** Known, and nobody can tell whether they serve; certainly nobody tests them. In neither of the two lists. */
  readonly quiet?: readonly string[];
  /** What stands under the test name. */
  readonly test: readonly string[];
  /** How many tasks of those that serve are wanted, where ECS tells of each. */
  readonly requested?: number;
  /** As the service declares it. */
  readonly testName?: string;
  /** ARN of the deployment. */
  readonly deployment?: string;
  readonly direction?: 'forward' | 'back';
  /** Before traffic shifts; from then on; nothing more is to come. */
  readonly phase?: 'before' | 'shifting' | 'finished';
  /** What ECS says of the deployment. */
  readonly status?: string;
  readonly stage?: string;
  /** What the tasks of the revision that the deployment brings have as `startedBy`. */
  readonly brings?: string;
  /** The same of those that it replaces, or goes back to. */
  readonly replaces?: readonly string[];
  /** For people: where the deployment stands. */
  readonly state?: string;
  /** For people: why nobody can tell, or why a service that has the hook is published as without it. */
  readonly why?: string;
}

/** What the tasks of a revision have as `startedBy`: the digits at the end of its ARN (docs/deployments.md). */
export const startedByOf = (revisionArn: string): string =>
  `ecs-svc/${revisionArn.slice(revisionArn.lastIndexOf('/') + 1)}`;

/** The same of several, each once. */
const startersOf = (revisionArns: readonly string[]): readonly string[] => [...new Set(revisionArns.map(startedByOf))];

/** The stages at which our hook is called (ECS API model, DeploymentLifecycleHook). */
export const PRODUCTION_STAGE = 'PRODUCTION_TRAFFIC_SHIFT';
export const TEST_STAGE = 'TEST_TRAFFIC_SHIFT';

/** In their order (ECS API model, ServiceDeploymentLifecycleStage). */
const STAGES: readonly string[] = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  TEST_STAGE,
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  PRODUCTION_STAGE,
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
];

const ROLLBACKS = new Set(['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED']);
/** Strategies that DNS does not follow: their hooks are called for steps of traffic, or not at all. */
const OTHER_STRATEGIES = new Set(['ROLLING', 'LINEAR', 'CANARY']);

/** Nobody can tell which revision serves. */
export const unknownShares = (why: string): RevisionShares => ({
  kind: 'unknown',
  production: [],
  others: [],
  test: [],
  why,
});

const ALL: RevisionShares = { kind: 'all', production: [], others: [], test: [] };

/**
 * Which revisions of a service serve. The status is looked at before the stage, which may still read forward in a rollback.
 *
 * | the service                                      | production                      | under the test name        |
 * | ------------------------------------------------ | ------------------------------- | -------------------------- |
 * | has no hook of ours at PRODUCTION_TRAFFIC_SHIFT  | all                             | none                       |
 * | has it with another strategy than BLUE_GREEN     | all, which is said              | none                       |
 * | no deployment, one revision                      | all                             | none                       |
 * | PENDING                                          | the sources, of several those with traffic | none            |
 * | IN_PROGRESS before PRODUCTION_TRAFFIC_SHIFT      | the sources; at first none      | the target, from TEST_TRAFFIC_SHIFT on |
 * | IN_PROGRESS from PRODUCTION_TRAFFIC_SHIFT on     | the target                      | the target                 |
 * | SUCCESSFUL                                       | the target                      | none                       |
 * | any status of a rollback                         | its revision, else the sources  | none                       |
 * | ROLLBACK_REQUESTED, of several sources           | unknown until one is named      | unknown                    |
 * | anything else: unreadable, stopped, not known    | unknown                         | unknown                    |
 * | of CodeDeploy or an external controller, if asked for | the task set that is PRIMARY | none                      |
 *
 * @param hook ARN of our function; where there is none, no service has it
 * @param primaryTaskSets whether task sets are looked at
 */
export function revisionShares(
  state: ServiceState,
  hook: string | undefined,
  primaryTaskSets: boolean,
): RevisionShares {
  if (state.controller !== 'ECS') return primaryTaskSets ? ofTaskSets(state) : ALL;
  const own = state.hooks.filter(({ target }) => hook && (target === hook || target.startsWith(`${hook}:`)));
  if (!own.some(({ stages }) => stages.includes(PRODUCTION_STAGE))) return ALL;
  const testName = testNameOf(own);
  return { ...ofDeployment(state), ...(testName !== undefined && { testName }) };
}

function ofTaskSets({ taskSets = [] }: ServiceState): RevisionShares {
  const primary = taskSets.find(({ isPrimary }) => isPrimary);
  if (!primary) return unknownShares('ECS shows no task set of it that is PRIMARY');
  const { id, requested } = primary;
  const others = taskSets.filter((one) => one !== primary).map((one) => one.id);
  return {
    ...ALL,
    kind: 'some',
    production: [id],
    others,
    state: `${id} is PRIMARY`,
    ...(requested !== undefined && { requested }),
    ...(others.length === 0 && { phase: 'finished' }),
  };
}

function ofDeployment(service: ServiceState): RevisionShares {
  const { strategy, revisions, deployment } = service;
  if (OTHER_STRATEGIES.has(strategy)) {
    return { ...ALL, why: `its strategy is ${strategy}, of which DNS follows no shift; want BLUE_GREEN` };
  }
  if (deployment === 'unreadable') return unknownShares('ECS does not tell of its deployment');
  if (!deployment) {
    const among = `ECS names no deployment of it, and ${revisions.length} active revisions`;
    return revisions.length === 1 ? ALL : unknownShares(among);
  }
  const { arn, status, stage, target, sources, rollback } = deployment;
  const state = stage === undefined ? status : `${status}, ${stage}`;
  const about = {
    deployment: arn,
    state,
    status,
    ...(stage !== undefined && { stage }),
    ...(target && { brings: startedByOf(target.arn) }),
    replaces: startersOf([...sources.map((one) => one.arn), ...(rollback ? [rollback] : [])]),
  };
  const nobodyKnows = (why: string) => ({ ...unknownShares(why), ...about });
  if (strategy !== 'BLUE_GREEN') return nobodyKnows(`nothing is known of its strategy ${strategy}; want BLUE_GREEN`);
  const some = (serving: readonly string[], test: readonly string[] = [], quiet: readonly string[] = []) => ({
    ...sharesAmong(service, deployment, { serving, quiet }),
    test: test.map(startedByOf),
    ...about,
  });
  const all = sources.map((one) => one.arn);
  // Of two sources one may have come while its own deployment was under way, and have served nobody yet: it stays as it is.
  const quiet = sources.some(({ weight = 0 }) => weight > 0) ? sources.flatMap(withoutTraffic) : [];
  const from = all.filter((arn) => !quiet.includes(arn));

  if (ROLLBACKS.has(status)) {
    if (status === 'ROLLBACK_REQUESTED' && rollback === undefined && all.length > 1) {
      return nobodyKnows(`of ${all.length} revisions ECS does not tell yet which one it goes back to (${state})`);
    }
    const phase = status === 'ROLLBACK_SUCCESSFUL' ? 'finished' : 'shifting';
    return { ...some(rollback === undefined ? all : [rollback]), direction: 'back', phase };
  }
  if (!target) return nobodyKnows(`ECS tells of no revision that its deployment brings (${state})`);
  const forward = { direction: 'forward' } as const;
  if (status === 'PENDING') return { ...some(from, [], quiet), ...forward, phase: 'before' };
  if (status === 'SUCCESSFUL') return { ...some([target.arn]), ...forward, phase: 'finished' };
  const at = STAGES.indexOf(stage ?? '');
  if (status !== 'IN_PROGRESS' || at < 0) return nobodyKnows(`its deployment is ${state}`);
  const test = at >= STAGES.indexOf(TEST_STAGE) ? [target.arn] : [];
  return at < STAGES.indexOf(PRODUCTION_STAGE)
    ? { ...some(from, test, quiet), ...forward, phase: 'before' }
    : { ...some([target.arn], test), ...forward, phase: 'shifting' };
}

const withoutTraffic = ({ arn, weight }: Revision): readonly string[] => (weight === 0 ? [arn] : []);

/**
 * @param serving ARNs of the revisions that serve
 * @param quiet of those of which nobody can tell: they are in no list
 */
function sharesAmong(
  { revisions }: ServiceState,
  { target, sources, rollback }: DeploymentState,
  { serving, quiet }: { readonly serving: readonly string[]; readonly quiet: readonly string[] },
): Pick<RevisionShares, 'kind' | 'production' | 'others' | 'quiet' | 'requested'> {
  const known = [...revisions, ...(target ? [target] : []), ...sources, ...(rollback ? [{ arn: rollback }] : [])];
  const others = known.map(({ arn }) => arn).filter((arn) => !serving.includes(arn) && !quiet.includes(arn));
  // What the service shows is of now; a deployment remembers the sources as they were.
  const counts = serving.map((arn) => known.find((one) => one.arn === arn && one.requested !== undefined)?.requested);
  const isTold = counts.length > 0 && counts.every((count) => count !== undefined);
  return {
    kind: 'some',
    production: startersOf(serving),
    others: startersOf(others),
    ...(quiet.length > 0 && { quiet: startersOf(quiet) }),
    ...(isTold && { requested: counts.reduce((sum, count) => sum + count, 0) }),
  };
}

/** The test name that our hooks carry, that of the test stage first. */
function testNameOf(hooks: readonly LifecycleHook[]): string | undefined {
  const [first] = hooks
    .toSorted((one, other) => Number(other.stages.includes(TEST_STAGE)) - Number(one.stages.includes(TEST_STAGE)))
    .flatMap(({ details }) => testNameIn(details) ?? []);
  return first;
}

/** The test name in what a hook carries: an object, or the same as a JSON text, which is what templates write. */
export function testNameIn(details: unknown): string | undefined {
  const read = typeof details === 'string' ? parsed(details) : details;
  const name = typeof read === 'object' && read !== null && 'testName' in read ? read.testName : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
