/** Seconds in which Route 53 answers with a change everywhere, as a rule: where nobody asks it, or it knows the change no more. */
export const PROPAGATION = 60;

/** The zone as a deployment of a service wants it: what the hook of the deployment waits for. Times in milliseconds since the epoch. */
export interface KeptShift {
  /** ARN of the service. */
  readonly service: string;
  /** ARN of the deployment. */
  readonly deployment: string;
  readonly direction: 'forward' | 'back';
  /** What the tasks that serve have as `startedBy`: of these enough stand, and of others none. Absent: that is not so yet. */
  readonly serving?: readonly string[];
  /** The same of the test name. */
  readonly tested?: readonly string[];
  /** Of Route 53, of the batches that brought it about; empty where nobody knows them, or nothing had to change. */
  readonly changeIds: readonly string[];
  /** When the last of them had been answered. */
  readonly appliedAt: number;
  /** Seconds for which a resolver may go on with what it was told before. */
  readonly ttl: number;
  /** When Route 53 was first seen to answer with all of them everywhere. */
  readonly insyncAt?: number;
}

/** What one pass plans of a service's deployment. */
export interface PlannedShift
  extends Pick<KeptShift, 'service' | 'deployment' | 'direction' | 'serving' | 'tested' | 'ttl'> {
  /** ARN. */
  readonly cluster: string;
  /** Owner names that its tasks stand under, the test name among them. */
  readonly names: readonly string[];
  /** What changes between its revisions at these, without the test name; absent where nothing does. */
  readonly moved?: readonly MovedAt[];
  /** Of a pass that sees a part of the service only: what the tasks that it lets in have as `startedBy`. */
  readonly entered?: readonly string[];
}

/** How many values of the revision that serves come to a name, and how many of the other leave it as `shifted`. */
export interface MovedAt {
  readonly name: string;
  readonly published: number;
  readonly removed: number;
}

/** What one pass has planned of deployments, and which of the names that it wanted to change it has changed. */
interface ShiftPass {
  readonly plan: { readonly shifts?: readonly PlannedShift[]; readonly names: readonly { readonly name: string }[] };
  readonly applied: readonly string[];
}

/**
 * Of each service what the last pass planned that looked at it, with what all of them have moved, and the names that are
 * not as that pass wanted them.
 */
export function shiftsIn(passes: readonly ShiftPass[]): Pick<ShiftsDone, 'planned' | 'open'> {
  const planned = new Map<string, PlannedShift>();
  const open = new Set<string>();
  for (const { plan, applied } of passes) {
    const done = new Set(applied);
    const undone = new Set(plan.names.map(({ name }) => name)).difference(done);
    for (const shift of plan.shifts ?? []) {
      const { moved: wanted = [], ...rest } = shift;
      const before = planned.get(shift.service)?.moved ?? [];
      const moved = [...before, ...wanted.filter(({ name }) => done.has(name))];
      planned.set(shift.service, { ...rest, ...(moved.length > 0 && { moved }) });
      for (const name of shift.names) {
        if (undone.has(name)) open.add(name);
        else open.delete(name);
      }
    }
  }
  return { planned: [...planned.values()], open };
}

/** What a run has done about the services whose deployments it saw. */
export interface ShiftsDone {
  /** By the last pass that looked at each. */
  readonly planned: readonly PlannedShift[];
  /** Change batches of the run: the names of each that took effect, and its ids. */
  readonly batches: readonly { readonly applied: readonly string[]; readonly changeIds: readonly string[] }[];
  /** Names whose change did not take effect, or of which nobody knows. */
  readonly open: ReadonlySet<string>;
  /** When the run began; it may have looked at the zone from then on. */
  readonly startedAt: number;
  readonly now: number;
}

/**
 * What is kept of deployments after a run.
 *
 * | the run                                               | then                                              |
 * | ----------------------------------------------------- | ------------------------------------------------- |
 * | did not look at the service                           | stays as it was                                   |
 * | found a name of it that is open                       | nothing is said to serve or to be tested          |
 * | saw a part of the service, and let in what serves by what is kept | stays as it was                        |
 * | saw a part of the service, and let in something else  | nothing is said: it may have looked before another run has shifted the zone |
 * | changed nothing, and what is kept says the same       | stays as it was: its time runs on                 |
 * | changed its names without letting anything go as `shifted`, and what is kept says the same | stays as it was: its time runs on |
 * | began before another run has kept something else      | nothing is said: the other may have changed the zone since this one has |
 * | changed nothing, and something else is kept, or none  | without ids, as if it had been applied just now: another run may have changed it, and not said so yet |
 * | changed something                                     | with its ids, and those of another run that has kept the same since it began; the TTL of what the same deployment has changed before runs on |
 */
export function keptShifts(
  before: readonly KeptShift[],
  { planned, batches, open, startedAt, now }: ShiftsDone,
): readonly KeptShift[] {
  const looked = new Set(planned.map(({ service }) => service));
  const anew = planned.map((one): KeptShift => {
    const { names, serving, tested, cluster: _, moved = [], entered, ...shift } = one;
    const isOpen = names.some((name) => open.has(name));
    const said = isOpen ? {} : { ...(serving && { serving }), ...(tested && { tested }) };
    const its = new Set(names);
    const own = batches.flatMap((batch) => (batch.applied.some((name) => its.has(name)) ? batch.changeIds : []));
    const known = before.find(({ service }) => service === one.service);
    if (known && entered && isOfThose(entered, shift, known)) return known;
    const same = known && isSame(known, { ...shift, ...said });
    const isCalm = own.length === 0 || (said.serving && moved.every(({ removed }) => removed === 0));
    if (isCalm && same) return known;
    const isBeside = known !== undefined && known.appliedAt > startedAt;
    const reached = isBeside && !same ? {} : said;
    const changeIds = isBeside && same ? [...new Set([...known.changeIds, ...own])] : own;
    return { ...shift, ...reached, changeIds, appliedAt: now, ttl: Math.max(shift.ttl, ttlLeft(shift, known, now)) };
  });
  return [...before.filter(({ service }) => !looked.has(service)), ...anew];
}

/** Whether those that a pass lets in are of the revision that stands, by what is kept of the same deployment. */
const isOfThose = (
  entered: readonly string[],
  { deployment, direction }: Pick<PlannedShift, 'deployment' | 'direction'>,
  known: KeptShift,
): boolean =>
  known.deployment === deployment &&
  known.direction === direction &&
  entered.every((id) => known.serving?.includes(id));

/** Seconds for which resolvers may go on with what stood before an earlier change of the same deployment. */
function ttlLeft(
  { deployment, direction }: Pick<KeptShift, 'deployment' | 'direction'>,
  known: KeptShift | undefined,
  now: number,
): number {
  if (known?.deployment !== deployment || known.direction !== direction) return 0;
  const { appliedAt, insyncAt = appliedAt + PROPAGATION * 1_000, ttl } = known;
  // Route 53 has the later change everywhere no earlier than this one: the whole TTL is enough.
  return Math.min(ttl, Math.ceil((insyncAt - now) / 1_000) + ttl);
}

type Said = Pick<KeptShift, 'deployment' | 'direction' | 'serving' | 'tested'>;

const isSame = (one: Said, other: Said) =>
  one.deployment === other.deployment &&
  one.direction === other.direction &&
  sameIds(one.serving, other.serving) &&
  sameIds(one.tested, other.tested);

const sameIds = (one: readonly string[] | undefined, other: readonly string[] | undefined): boolean =>
  one === other || (one?.length === other?.length && one !== undefined && one.every((id) => other?.includes(id)));
