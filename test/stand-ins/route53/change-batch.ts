import { ServiceFault } from '../service.ts';
import { aliasProblems } from './alias-targets.ts';
import { conflictsAt, type NamedChange } from './conflicts.ts';
import type { Route53Limits } from './limits.ts';
import { isInZone, isProblem, readName, type StoredName } from './name.ts';
import { repeats, type StoredSet, storedSet } from './record-set.ts';
import type { CheckedChange } from './request-check.ts';
import { valueProblem } from './values.ts';
import { merged, type Snapshot, setWith, type Zone } from './zone.ts';

/** One change that was applied. */
export interface AppliedChange {
  readonly before: StoredSet | undefined;
  readonly after: StoredSet | undefined;
}

/** What becomes of a zone by a batch. */
export interface AppliedBatch {
  readonly snapshot: Snapshot;
  readonly changes: readonly AppliedChange[];
}

/**
 * Validates a batch as a whole against a zone and computes the zone after it. The zone itself is not changed.
 *
 * @throws ServiceFault `InvalidChangeBatch` with every message in one bracketed list
 */
export function applyBatch(zone: Zone, changes: readonly CheckedChange[], limits: Route53Limits): AppliedBatch {
  refuse(sizeProblems(changes, limits));
  const messages: string[] = [];
  const named: NamedChange[] = [];
  for (const change of changes) {
    const name = readName(change.set.Name);
    const problems = isProblem(name)
      ? [`FATAL problem: ${name.code} (${name.explanation}) encountered with '${name.part}'`]
      : setProblems(name, change, zone, limits);
    messages.push(...problems);
    if (!isProblem(name) && problems.length === 0) named.push({ ...change, name, stored: storedSet(name, change.set) });
  }
  messages.push(...repeatedIdentities(named), ...existenceProblems(named, zone.current), ...aliasProblems(named, zone));
  refuse(messages);

  const edits = new Map<string, StoredSet | undefined>();
  for (const { action, stored } of named) edits.set(stored.key, action === 'DELETE' ? undefined : stored);
  const snapshot = merged(zone.current, edits);
  refuse(conflictsAt(named, zone, snapshot, limits));

  const applied = [...edits].map(([key, after]) => ({ before: setWith(zone.current, key), after }));
  return { snapshot, changes: applied };
}

function refuse(messages: readonly string[]): void {
  if (messages.length === 0) return;
  const all = [...new Set(messages)];
  throw new ServiceFault('InvalidChangeBatch', `[${all.join(', ')}]`, { fields: { messages: all } });
}

function sizeProblems(changes: readonly CheckedChange[], limits: Route53Limits): string[] {
  let elements = 0;
  let characters = 0;
  for (const { action, set } of changes) {
    const times = action === 'UPSERT' ? 2 : 1;
    elements += times * (set.ResourceRecords?.length ?? 1);
    for (const { Value: value = '' } of set.ResourceRecords ?? []) characters += times * value.length;
  }
  return [
    ...(elements > limits.elementsPerBatch ? [`Number of records limit of ${limits.elementsPerBatch} exceeded.`] : []),
    ...(characters > limits.charactersPerBatch
      ? [`RDATA character limit of ${limits.charactersPerBatch} exceeded.`]
      : []),
  ];
}

function setProblems(name: StoredName, { action, set }: CheckedChange, zone: Zone, limits: Route53Limits): string[] {
  if (!isInZone(name, zone.name)) {
    return [`RRSet with DNS name ${name.text} is not permitted in zone ${zone.name.text}`];
  }
  const protection = zone.protections.get(`${name.text}\0${set.Type}`);
  if (protection) {
    const because = protection.comment === undefined ? '' : `: ${protection.comment}`;
    return [`RRSet with DNS name ${name.text}, type ${set.Type} is protected from changes${because}`];
  }
  // What is deleted was checked when it was created; it only has to be repeated.
  if (action === 'DELETE') return [];
  return contentProblems(name, set, zone, limits);
}

function contentProblems(name: StoredName, set: CheckedChange['set'], zone: Zone, limits: Route53Limits): string[] {
  const values = set.ResourceRecords?.map(({ Value: value = '' }) => value) ?? [];
  if (values.length > limits.valuesPerSet) return [`Cannot have more than ${limits.valuesPerSet} records in a RRSet.`];
  const label = `RRSet of type ${set.Type} with DNS name ${name.text}`;
  const apex = name.text === zone.name.text;
  const twice = new Set(values.filter((value, index) => values.indexOf(value) !== index));
  return [
    ...(apex && set.Type === 'CNAME' ? [`${label} is not permitted at apex in zone ${zone.name.text}`] : []),
    ...(!apex && set.Type === 'SOA' ? [`${label} is not permitted in zone ${zone.name.text}`] : []),
    ...(values.length > 1 && (set.Type === 'CNAME' || set.Type === 'SOA')
      ? [`${label} must have one value only.`]
      : []),
    ...(set.SetIdentifier !== undefined && ['NS', 'SOA', 'DS'].includes(set.Type)
      ? [`${label} can only have a simple routing policy.`]
      : []),
    ...(set.MultiValueAnswer && (set.AliasTarget || set.Type === 'CNAME')
      ? [`${label} cannot have the multivalue answer routing policy.`]
      : []),
    ...values.flatMap((value) => valueProblem(set.Type, value) ?? []),
    ...[...twice].map((value) => `Duplicate Resource Record: '${value}'`),
  ];
}

/** One set may be changed once in a batch, or deleted and then created. */
function repeatedIdentities(changes: readonly NamedChange[]): string[] {
  return [...Map.groupBy(changes, ({ stored }) => stored.key).values()].flatMap((same) => {
    const [first, second, ...more] = same;
    const replaced = first?.action === 'DELETE' && second?.action === 'CREATE' && more.length === 0;
    if (!first || !second || replaced) return [];
    return [
      `The request contains an invalid set of changes for a resource record set '${first.set.Type} ${first.name.text}'`,
    ];
  });
}

function existenceProblems(changes: readonly NamedChange[], current: Snapshot): string[] {
  const deleted = new Set(changes.filter(({ action }) => action === 'DELETE').map(({ stored }) => stored.key));
  return changes.flatMap(({ action, set, name, stored }) => {
    const found = setWith(current, stored.key);
    const identifier = set.SetIdentifier === undefined ? '' : `, set-identifier='${set.SetIdentifier}'`;
    const label = `resource record set [name='${name.text}', type='${set.Type}'${identifier}]`;
    if (action === 'CREATE' && found && !deleted.has(stored.key))
      return [`Tried to create ${label} but it already exists`];
    if (action !== 'DELETE') return [];
    if (!found) return [`Tried to delete ${label} but it was not found`];
    if (repeats(set, found.shape)) return [];
    return [`Tried to delete ${label} but the values provided do not match the current values`];
  });
}
