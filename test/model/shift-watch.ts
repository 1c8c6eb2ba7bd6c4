import { isOurText } from '../support/builders.ts';
import { OWNER, type World, ZONE, ZONE_ID } from '../support/world.ts';
import { momentsSince } from './moments.ts';
import { type RolledTask, type Rolling, SHIFTED, TESTED } from './rolling.ts';
import { claimants, namingOf, ownerOf, type RecordSet, valuesIn, type Watched } from './watch.ts';

/** What of a name stood in the zone from a moment on. */
interface Stood {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly values: readonly string[];
  /** The execution that has brought each of them. */
  readonly by: ReadonlyMap<string, string>;
  /** Milliseconds for which resolvers may keep it. */
  readonly ttl: number;
}

export interface ShiftWatch {
  /**
   * Whether a name is what a stage asks for: only these revisions stand there, and everybody knows.
   *
   * @returns what is wrong; undefined where nothing is
   */
  faultOf(name: string, wanted: readonly string[]): string | undefined;
  /** Whether at some moment from `since` on nobody stood at the name but a revision that served then or later. */
  wasShifted(since: number): boolean;
}

export interface ShiftWatched extends Watched {
  /** When what a pass has read was so at the earliest. */
  readonly since: (execution: string, pass: number) => number;
  /** Whether ECS has told nothing of deployments to this pass, which asks for them where tasks of several revisions run. */
  readonly isBlind: (execution: string, pass: number) => boolean;
  readonly propagationMs: number;
  readonly isUnderWay: (execution: string) => boolean;
}

/**
 * What no change of the zone may break of a service that is deployed blue/green: nobody enters whose revision was not to serve
 * at any moment since the reading began, nobody who serves is taken out, and a shift leaves enough of those that serve.
 */
export function watchShifts(world: World, rolling: Rolling, watched: ShiftWatched): ShiftWatch {
  const { now, violations, since, isBlind, propagationMs, isUnderWay } = watched;
  const { route53 } = world.aws;
  const history = new Map<string, Stood[]>([SHIFTED, TESTED].map((name) => [name, []]));
  const behind = (name: string, value: string) =>
    claimants(rolling.tasks, { name: `${name}.${ZONE}`, value }) as readonly RolledTask[];
  /** Of whom a value was when it came: another task may have its place by now, which nobody has let in. */
  const stoodFor = new Map<string, RolledTask>();
  const ours = (set: RecordSet | undefined) => valuesIn(set).filter((one) => isOurText(one, namingOf(OWNER)));

  route53.onChange(({ comment = '', changes }) => {
    const [, execution = ''] = /execution (\S+)/.exec(comment) ?? [];
    for (const [name, stood] of history) {
      const sets = route53.accepted(ZONE_ID).filter(({ Name, Type }) => Name === `${name}.${ZONE}` && Type === 'SRV');
      const values = sets.flatMap(ours);
      const ttl = 1_000 * Math.max(0, ...sets.map(({ TTL = 0 }) => TTL));
      if (values.join() === stood.at(-1)?.values.join()) continue;
      const { values: known = [], by = new Map<string, string>() } = stood.at(-1) ?? {};
      const brought = values.map((value) => [value, (known.includes(value) && by.get(value)) || execution] as const);
      stood.push({ at: now(), values, by: new Map(brought), ttl });
    }
    for (const { before, after } of changes) {
      if (after?.Name !== `${SHIFTED}.${ZONE}`) continue;
      const known = ours(before);
      for (const value of ours(after).filter((one) => !known.includes(one))) {
        const whose = behind(SHIFTED, value).at(-1);
        if (whose) stoodFor.set(value, whose);
      }
    }
    if (ownerOf(comment) !== OWNER) return;
    const pass = Number(/ pass (\d+)/.exec(comment)?.[1] ?? 0);
    const began = since(execution, pass);
    const say = (what: string) => violations.push(`${comment} ${what}`);
    for (const { before, after } of changes) {
      const full = (after ?? before)?.Name ?? '';
      const name = [SHIFTED, TESTED].find((one) => `${one}.${ZONE}` === full);
      if (name === undefined || (after ?? before)?.Type !== 'SRV') continue;
      const isHeld = isBlind(execution, pass) && areSeveral(began);
      judge(name, { before: ours(before), after: ours(after) }, { began, isBlind: isHeld, say });
    }
  });

  /** Of a service that has settled ECS is not asked. */
  function areSeveral(began: number): boolean {
    const running = rolling.tasks.filter((one) => one.startedAt < began && one.stoppedAt === undefined);
    return new Set(running.map(({ revision }) => revision)).size > 1;
  }

  function judge(
    name: string,
    { before, after }: { readonly before: readonly string[]; readonly after: readonly string[] },
    about: { readonly began: number; readonly isBlind: boolean; readonly say: (what: string) => void },
  ) {
    const { began, say } = about;
    const meanwhile = momentsSince(rolling.moments, began);
    const served = meanwhile.map((one) => (name === TESTED ? one.tested : one.serving));
    const ran = (one: RolledTask) => (one.stoppedAt ?? Number.POSITIVE_INFINITY) >= began;
    const runs = (value: string) => behind(name, value).find(({ stoppedAt }) => stoppedAt === undefined);
    const state = meanwhile.map((one) => one.state).join(', ');
    for (const value of after.filter((one) => !before.includes(one))) {
      // Of whom the run has seen there; that all of them have ended meanwhile, it finds out itself.
      const whose = behind(name, value).filter(ran);
      if (whose.every(({ ended }) => ended)) continue;
      if (!whose.some(({ revision }) => served.some((one) => one.includes(revision))))
        say(`publishes ${value} of ${whose.map(({ revision }) => revision)}, which is not to serve (${state})`);
      if (about.isBlind && runs(value)) say(`publishes ${value}, although ECS has told nothing of deployments`);
    }
    if (name === TESTED) return;
    const gone = before
      .filter((one) => !after.includes(one))
      .flatMap((value) => stoodFor.get(value) ?? [])
      // One that has come since the reading began, in the place of another, the run finds out about itself.
      .filter(({ stoppedAt, startedAt }) => stoppedAt === undefined && startedAt < began);
    for (const task of gone) {
      if (served.every((one) => one.includes(task.revision)))
        say(`takes out ${task.arn} of ${task.revision}, which is to serve (${state})`);
      if (about.isBlind) say(`takes out ${task.arn}, although ECS has told nothing of deployments`);
    }
    if (gone.length === 0) return;
    const good = after.filter((value) =>
      behind(name, value).some((one) => ran(one) && served.some((ids) => ids.includes(one.revision))),
    );
    if (good.length === 0) say(`leaves nobody who serves (${state})`);
  }

  /** Whether somebody else than these stood there at a time between two changes, and ran. */
  const strangerIn = (name: string, { at, values, by }: Stood, until: number, wanted: readonly string[]) =>
    values
      // What a run has brought that has not come to its end, nobody knows of: it looks again.
      .filter((value) => !isUnderWay(by.get(value) ?? ''))
      .flatMap((value) => behind(name, value))
      .find(
        ({ revision, startedAt, stoppedAt = Number.POSITIVE_INFINITY }) =>
          !wanted.includes(revision) && startedAt < until && stoppedAt > at,
      );

  return {
    faultOf(name, wanted) {
      const stood = history.get(name) ?? [];
      const time = now();
      for (const [index, one] of stood.entries()) {
        const until = stood[index + 1]?.at ?? Number.POSITIVE_INFINITY;
        const stranger = strangerIn(name, one, until, wanted);
        // What a task has said that has stopped meanwhile, nobody can use.
        if (!stranger || (stranger.stoppedAt !== undefined && stranger.stoppedAt <= time)) continue;
        if (until === Number.POSITIVE_INFINITY) return `${stranger.arn} of ${stranger.revision} stands`;
        const known = until + propagationMs;
        if (time < known) return `Route 53 answers with ${stranger.revision} for ${known - time} ms more`;
        if (time < known + one.ttl) return `clients may use ${stranger.revision} for ${known + one.ttl - time} ms more`;
      }
      const there = stood.some(
        ({ at, values }) =>
          at + propagationMs <= time &&
          values.some((value) => behind(name, value).some(({ revision }) => wanted.includes(revision))),
      );
      return wanted.length === 0 || there ? undefined : 'nobody who serves stands';
    },
    wasShifted(from) {
      const stood = history.get(SHIFTED) ?? [];
      const meanwhile = momentsSince(rolling.moments, from);
      return stood.some((one, index) => {
        const until = stood[index + 1]?.at ?? Number.POSITIVE_INFINITY;
        const seen = { ...one, at: Math.max(one.at, from) };
        return until >= from && meanwhile.some(({ serving }) => !strangerIn(SHIFTED, seen, until, serving));
      });
    },
  };
}
