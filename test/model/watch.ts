import { addressOf } from '../../functions/domain/dns/ownership.ts';
import { parseSrv } from '../../functions/domain/dns/srv.ts';
import { isOurText } from '../support/builders.ts';
import { OWNER, type World, ZONE, ZONE_ID } from '../support/world.ts';
import type { ModelTask } from './fleet.ts';

/** What is seen of the zone and of ECS at every moment of a history, beside its runs. */
export interface Watch {
  /** Changes of the zone so far. */
  readonly changes: number;
  /** The execution that published a value last, by `owner-name value`, and in which pass. */
  publisherOf(standing: string): Publisher | undefined;
}

export interface Publisher {
  readonly execution: string;
  readonly pass: number;
}

export interface Watched {
  readonly now: () => number;
  readonly tasks: readonly ModelTask[];
  readonly trace: string[];
  readonly violations: string[];
  /** Which record sets make a target. */
  readonly targetType: 'A' | 'AAAA';
  /** When the reading of a pass began; undefined where it may have been told of the past. */
  readonly beganAt: (execution: string, pass: number) => number | undefined;
}

export const namingOf = (owner: string) => ({ zone: ZONE, owner });

/** The one who made a change: a deployment by its owner label, or a person. */
export const ownerOf = (comment: string) =>
  comment.includes('execution green') ? 'green' : comment.includes('execution') ? OWNER : undefined;
const executionIn = (text: string) => /execution (\S+)/.exec(text)?.[1] ?? '';
const publisherIn = (text: string): Publisher => ({
  execution: executionIn(text),
  pass: Number(/ pass (\d+)/.exec(text)?.[1] ?? 0),
});

export type RecordSet = ReturnType<World['aws']['route53']['recordSets']>[number];
export const valuesIn = (set: RecordSet | undefined) => (set?.ResourceRecords ?? []).map(({ Value = '' }) => Value);
/** Whether a set is an alias of a deployment that keeps its addresses as we do. */
export const isAliasOf = ({ AliasTarget }: RecordSet, owner: string): boolean =>
  AliasTarget?.DNSName?.endsWith(`._address.${owner}.${ZONE}`) ?? false;

/**
 * Watches over what no moment may break: values of others stay (L2), an address record set stands wherever a value of ours
 * names it (L9), nothing is published that had stopped before the reading began that it was planned from, and no task is stopped that was not published since it began, nor two of a name in one run (L12).
 */
export function watch({ aws }: World, { now, tasks, trace, violations, beganAt, targetType }: Watched): Watch {
  let changes = 0;
  const publisher = new Map<string, Publisher>();
  /** Address record sets that somebody has deleted by hand: runs find out when they look. */
  const byHand = new Set<string>();
  /** When a value stood last: `Infinity` while it stands. */
  const stood = new Map<string, number>();
  const stopped = new Set<string>();

  aws.route53.onChange(({ comment = '', changes: applied }) => {
    changes += 1;
    const by = ownerOf(comment);
    for (const { before, after } of applied) {
      const known = new Set(valuesIn(before));
      const left = new Set(valuesIn(after));
      const name = after?.Name ?? before?.Name;
      for (const value of left) {
        if (!known.has(value)) publisher.set(`${name} ${value}`, publisherIn(comment));
        stood.set(`${name} ${value}`, Infinity);
      }
      for (const value of known) if (!left.has(value)) stood.set(`${name} ${value}`, now());
      if ((after ?? before)?.Type !== targetType) continue;
      if (after) byHand.delete(after.Name ?? '');
      else if (by === undefined) byHand.add(name ?? '');
    }
    trace.push(`${now() % 1_000_000} change by ${comment}: ${applied.map(toldOf).join('; ')}`);
    if (by === undefined) return;
    const { execution, pass } = publisherIn(comment);
    const began = beganAt(execution, pass) ?? 0;
    for (const { before, after } of applied) {
      const known = new Set(valuesIn(before));
      const added = after?.Type === 'SRV' ? valuesIn(after).filter((value) => !known.has(value)) : [];
      for (const value of added.filter((one) => isOurText(one, namingOf(by)))) {
        const whose = claimants(tasks, { name: after?.Name ?? '', value });
        if (!whose.some(({ stoppedAt = Infinity }) => stoppedAt >= began))
          violations.push(`${comment} publishes ${value}, whose task had stopped before its reading began`);
      }
      const [was, is] = [foreignIn(before, by), foreignIn(after, by)];
      if (was !== is) violations.push(`${comment} changed values of others: ${was} → ${is}`);
    }
    const right = addressedBy(aws.route53.accepted(ZONE_ID), by, targetType);
    const bare = withoutAddress(aws.route53.accepted(ZONE_ID), by, right.union(byHand));
    if (bare.length > 0) violations.push(`${comment} leaves without address record set: ${bare.join(', ')}`);
  });

  aws.ecs.admin.onTaskChange(({ detail: { taskArn, stoppedReason, lastStatus } }) => {
    const why = String(stoppedReason ?? '');
    const [, name] = /^unhealthy for (\S+) .*by service discovery/.exec(why) ?? [];
    const task = name === undefined ? undefined : tasks.find(({ arn }) => arn === taskArn);
    if (!task || lastStatus !== 'RUNNING') return;
    const once = `${executionIn(why)} ${name}`;
    if (stopped.has(once)) violations.push(`two tasks of ${once} are stopped`);
    stopped.add(once);
    const value = ` ${task.port} ${task.label}.${OWNER}.${ZONE}`;
    const last = [...stood].filter(([key]) => key.startsWith(`${name} `) && key.endsWith(value));
    if (!last.some(([, until]) => until >= task.startedAt))
      violations.push(`${taskArn} of ${name} was never published, and is stopped`);
  });

  return {
    get changes() {
      return changes;
    },
    publisherOf: (standing) => publisher.get(standing),
  };
}

/** Tasks that have ever had the endpoint of a value, the last one last. */
export const claimants = (
  tasks: readonly ModelTask[],
  { name, value }: { readonly name: string; readonly value: string },
): readonly ModelTask[] =>
  tasks.filter(
    ({ names, port, label }) => names.some((one) => `${one}.${ZONE}` === name) && value.includes(` ${port} ${label}.`),
  );

const toldOf = ({ before, after }: { readonly before?: RecordSet; readonly after?: RecordSet }) => {
  const told = (set: RecordSet | undefined) => (set ? `[${valuesIn(set)}] ${set.TTL}` : 'nothing');
  return `${before?.Name ?? after?.Name} ${told(before)} → ${told(after)}`;
};

const foreignIn = (set: RecordSet | undefined, owner: string) =>
  (set?.Type === 'SRV' ? valuesIn(set) : [])
    .filter((value) => !isOurText(value, namingOf(owner)))
    .sort()
    .join(' | ');

/** Values of a deployment whose target has no address record set of its own. */
function withoutAddress(sets: readonly RecordSet[], owner: string, right: ReadonlySet<string>): readonly string[] {
  const naming = namingOf(owner);
  return sets
    .filter(({ Type }) => Type === 'SRV')
    .flatMap(valuesIn)
    .filter((value) => isOurText(value, naming))
    .filter((value) => !right.has(parseSrv(value)?.target ?? ''));
}

/** Targets that answer with the address of their name. */
const addressedBy = (sets: readonly RecordSet[], owner: string, type: 'A' | 'AAAA'): ReadonlySet<string> =>
  new Set(
    sets.flatMap((set) => {
      const right = set.Type === type && valuesIn(set).join() === addressOf(set.Name ?? '', namingOf(owner));
      return right ? [set.Name ?? ''] : [];
    }),
  );
