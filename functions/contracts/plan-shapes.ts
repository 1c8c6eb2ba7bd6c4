import * as z from 'zod';
import type { AddressFamily } from '../domain/dns/address-family.ts';
import type { Naming } from '../domain/dns/ownership.ts';
import type { Routing } from '../domain/dns/record-set.ts';
import type { PermittedRemoval } from '../domain/reading/permitted.ts';
import type { Coverage } from '../domain/reading/reading.ts';
import type { Trigger } from '../domain/reading/run.ts';
import type { ApprovedRemovals } from '../domain/telling/approval-outcome.ts';
import type { MovedAt, PlannedShift } from '../domain/telling/kept-shift.ts';
import type { NearQuota } from '../domain/telling/near-quota.ts';
import type {
  ContendedName,
  FoundValues,
  PassSettings,
  PlannedBeside,
  PlannedFrom,
  PlannedName,
  PlannedValue,
  PlanRecord,
  StartingInstance,
  StopOrder,
  TakenOver,
  Whereabouts,
} from '../domain/telling/plan-record.ts';
import type { SeenDeployment } from '../domain/telling/seen-deployments.ts';
import type { Disposition } from '../domain/words/reason.ts';
import type { Capacity } from '../domain/zone/capacity.ts';
import type { Change, ChangeUnit, Standing } from '../domain/zone/change.ts';
import {
  all,
  count,
  type Fields,
  listOf,
  maybe,
  number,
  recordOf,
  type Shape,
  text,
  texts,
  time,
  whole,
  wordOf,
  yes,
  yesOrNo,
} from './fields.ts';
import { direction, quarantine, removals, written } from './lasting-shapes.ts';
import { clusters, colour, pause, policy, recordSet, unread } from './reading-shapes.ts';

export const trigger = wordOf<Trigger>()(['schedule', 'manual', 'events']);

const change: Shape<Change> = z.object({
  action: z.enum(['CREATE', 'DELETE', 'UPSERT']),
  recordSet,
  ...maybe(recordSet, 'replaces'),
} satisfies Fields<Change>);

const standing: Shape<Standing> = z.object({ type: text, policy, ttl: number } satisfies Fields<Standing>);

const KINDS = ['marker', 'address', 'name', 'address-mark', 'address-removal', 'soa'] as const;

/** One change batch. */
export const changeUnits = listOf<ChangeUnit>(
  z.object({
    name: text,
    kind: wordOf<ChangeUnit['kind']>()(KINDS),
    changes: listOf(change),
    needs: texts,
    ...maybe(listOf(standing), 'beside'),
    ...maybe(yesOrNo, 'follows', 'retry'),
    ...maybe(written, 'written'),
  } satisfies Fields<ChangeUnit>),
);

const names = z.array(text);
/** What became of a batch; the state carries the counts only. */
export const applyResult = z.object({
  index: whole,
  /** Everything of the batch that took effect. */
  applied: names,
  moved: names,
  refused: z.array(z.object(all(text, 'name', 'message'))),
  /** Of a reading that is too old to be applied. */
  stale: names,
  changeIds: names,
  /** What could not be kept of it for later runs. */
  findings: names.exactOptional(),
  /** Of what moved for something beside the change: the change and the complaint, as a digest, by name. */
  obstacles: recordOf(text).exactOptional(),
  /** An earlier attempt has left no result: it may have brought about what this one found moved, or left as stale. */
  uncertain: yes.exactOptional(),
});
export type ApplyResult = z.infer<typeof applyResult>;

/** A code that this version does not know is passed on as it is: plans and outcomes of others are shown as well. */
const reason = z.custom<never>((given) => typeof given === 'string', 'want a reason');
const about = {
  name: text,
  reason,
  ...maybe(text, 'target', 'task', 'detail'),
  ...maybe(number, 'port'),
  ...maybe(colour, 'colour'),
};

export const disposition: Shape<Disposition> = z.discriminatedUnion('outcome', [
  z.object({ ...about, outcome: z.literal('published'), ...maybe(yesOrNo, 'isNew') }),
  z.object({ ...about, outcome: z.literal('removed') }),
  z.object({ ...about, outcome: z.literal('left-out') }),
]);

const whereabouts = {
  ...maybe(text, 'task', 'cluster', 'containerInstance'),
  ...maybe(yesOrNo, 'awsvpc'),
  ...maybe(yes, 'atPublic'),
} satisfies Fields<Whereabouts>;
const value = {
  ...whereabouts,
  ...all(text, 'key', 'value', 'target'),
  ...maybe(text, 'declared'),
} satisfies Fields<PlannedValue>;

const plannedName: Shape<PlannedName> = z.object({
  name: text,
  created: listOf(z.object(value)),
  removed: listOf(z.object({ ...value, reason, ...maybe(text, 'service') })),
  declined: texts,
  ...maybe(count, 'steps'),
} satisfies Fields<PlannedName>);

const beside: Shape<PlannedBeside> = z.object({
  ...all(texts, 'made', 'removed'),
  ...maybe(texts, 'marked'),
} satisfies Fields<PlannedBeside>);

const contended: Shape<ContendedName> = z.object({
  name: text,
  corrections: count,
  ...all(time, 'since', 'nextTry'),
} satisfies Fields<ContendedName>);

const QUOTAS = [
  'values in one record set',
  'record sets of one name',
  'characters of one change',
  'records in the zone',
] as const;
const nearQuota: Shape<NearQuota> = z.object({
  quota: wordOf<NearQuota['quota']>()(QUOTAS),
  ...maybe(text, 'name'),
  ...all(number, 'used', 'limit'),
} satisfies Fields<NearQuota>);

const approved = z.object({ hash: text, removals } satisfies Fields<ApprovedRemovals>);
const found = z.object({ name: text, keys: texts } satisfies Fields<FoundValues>);
const starting = z.object({ ...whereabouts, name: text, graceEndsAt: time } satisfies Fields<StartingInstance>);
const takenOver = z.object({ ...value, name: text } satisfies Fields<TakenOver>);
const unhealthy = z.object(all(text, 'name', 'task', 'cluster', 'cause') satisfies Fields<StopOrder>);

export const permitted = listOf<PermittedRemoval>(
  z.object({ ...all(text, 'name', 'key', 'value'), reason, ...maybe(text, 'task') } satisfies Fields<PermittedRemoval>),
);

const coverage: Shape<Coverage> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('full'), ...maybe(yesOrNo, 'retry') }),
  z.object({ kind: z.literal('event'), names: texts, ...maybe(permitted, 'permitted') }),
]);

const settings: Shape<PassSettings> = z.object({
  naming: z.object(all(text, 'zone', 'owner') satisfies Fields<Naming>),
  deployment: text,
  routing: wordOf<Routing>()(['simple', 'weighted', 'multivalue']),
  ...all(number, 'recordTtl', 'maxDeleteShare', 'guardMinimum', 'minimumHealthyShare'),
  ...maybe(wordOf<AddressFamily>()(['ipv4', 'dualstack', 'ipv6']), 'family'),
  ...maybe(wordOf<NonNullable<PassSettings['beyondCapacity']>>()(['leave-out', 'spread']), 'beyondCapacity'),
  ...maybe(wordOf<NonNullable<PassSettings['onDraining']>>()(['keep', 'deregister']), 'onDraining'),
  ...maybe(z.object(all(number, 'values', 'characters', 'sets', 'octets') satisfies Fields<Capacity>), 'capacity'),
  minimumTtl: number.optional(),
  negativeTtl: number.optional(),
} satisfies Fields<PassSettings>);

const from: Shape<PlannedFrom> = z.object({
  coverage,
  settings,
  run: z.object({
    trigger,
    ...all(number, 'round', 'looks', 'startedAt'),
    ...maybe(number, 'events'),
  } satisfies Fields<PlannedFrom['run']>),
  ...maybe(quarantine, 'quarantine'),
} satisfies Fields<PlannedFrom>);

const movedAt: Shape<MovedAt> = z.object({
  name: text,
  ...all(count, 'published', 'removed'),
} satisfies Fields<MovedAt>);

const plannedShift: Shape<PlannedShift> = z.object({
  ...all(text, 'service', 'cluster', 'deployment'),
  direction,
  names: texts,
  ...maybe(texts, 'serving', 'tested'),
  ...maybe(listOf(movedAt), 'moved'),
  ...maybe(texts, 'entered'),
  ttl: count,
} satisfies Fields<PlannedShift>);

export const seenDeployment: Shape<SeenDeployment> = z.object({
  ...all(text, 'service', 'cluster', 'deployment', 'status'),
  ...maybe(text, 'stage', 'testName'),
  names: texts,
  ...maybe(z.object({ direction, ...all(count, 'published', 'removed') }), 'moved'),
} satisfies Fields<SeenDeployment>);

export const planRecord: Shape<PlanRecord> = z.object({
  ...maybe(from, 'from'),
  kind: z.enum(['full', 'event']),
  plannedAt: time,
  ...maybe(pause, 'paused'),
  clusters,
  ...maybe(unread, 'unread'),
  ...maybe(recordOf(count), 'sizes'),
  names: listOf(plannedName),
  ...maybe(beside, 'beside'),
  ...maybe(listOf(takenOver), 'takenOver'),
  ...maybe(listOf(found), 'found'),
  dispositions: listOf(disposition),
  held: removals,
  ...maybe(text, 'heldHash'),
  ...maybe(approved, 'approved'),
  ...all(count, 'ours', 'batches'),
  ...maybe(number, 'events'),
  ...maybe(count, 'slice'),
  ...maybe(listOf(texts), 'slices'),
  ...maybe(texts, 'unwritten'),
  starting: listOf(starting),
  ...maybe(listOf(unhealthy), 'unhealthy'),
  ...maybe(listOf(plannedShift), 'shifts'),
  ...maybe(listOf(seenDeployment), 'deployments'),
  proberSuspected: yesOrNo,
  ...all(texts, 'conflicts', 'findings'),
  contended: listOf(contended),
  nearQuotas: listOf(nearQuota),
} satisfies Fields<PlanRecord>);
