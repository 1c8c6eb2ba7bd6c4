import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AbsenceFacts, explainAbsence } from '../../../functions/domain/judging/absent.ts';
import type { InventoryEntry } from '../../../functions/domain/reading/inventory.ts';
import type { ClusterReading, HostFate, TaskFate } from '../../../functions/domain/reading/reading.ts';
import { CLUSTER, entryOf, formerEntryOf, HOUR, MINUTE, NOW, OTHER_CLUSTER } from '../../support/builders.ts';

interface Row {
  readonly row: string;
  /** `null`: nothing is known of the value. */
  readonly known?: Partial<InventoryEntry> | null;
  readonly cluster?: ClusterReading;
  readonly other?: ClusterReading;
  readonly task?: TaskFate;
  readonly host?: HostFate;
  readonly nothingListed?: boolean;
  readonly taken?: boolean;
  readonly full: string;
  readonly event: string;
}

const UNSEEN = { lastSeen: NOW - HOUR - 15 * MINUTE };
const { containerInstance: _, ...fargate } = entryOf('1');

function factsOf(kind: AbsenceFacts['kind'], row: Row): AbsenceFacts {
  const { cluster = 'read', other = 'read', task, host, nothingListed = false, taken = false } = row;
  return {
    kind,
    now: NOW,
    taskFate: (arn) => (arn === entryOf('1').task ? task : undefined),
    hostFate: (arn) => (arn === entryOf('1').containerInstance ? host : undefined),
    cluster: (arn) => (arn === CLUSTER ? cluster : arn === OTHER_CLUSTER ? other : 'unread'),
    anyClusterUnread: cluster === 'unread' || other === 'unread',
    nothingListed: kind === 'full' && nothingListed,
    addressTaken: () => taken,
  };
}

const UNTIL_FULL = 'held-until-full';

describe.each([
  { row: 'nothing, every cluster read', known: null, full: 'unexplained', event: UNTIL_FULL },
  { row: 'nothing, some cluster unread', known: null, other: 'unread', full: 'held-unattributed', event: UNTIL_FULL },
  { row: 'its cluster was not read', cluster: 'unread', full: 'held-unread', event: UNTIL_FULL },
  {
    row: 'its cluster was not read, though it has stopped',
    cluster: 'unread',
    task: 'stopped',
    full: 'held-unread',
    event: UNTIL_FULL,
  },
  {
    row: 'its cluster only asked, STOPPED',
    cluster: 'asked',
    task: 'stopped',
    full: 'task-stopped',
    event: 'task-stopped',
  },
  { row: 'its cluster only asked, RUNNING', cluster: 'asked', task: 'running', full: 'held-unread', event: UNTIL_FULL },
  { row: 'its cluster only asked, MISSING', cluster: 'asked', task: 'missing', full: 'held-unread', event: UNTIL_FULL },
  {
    row: 'its cluster only asked, MISSING for long',
    known: UNSEEN,
    cluster: 'asked',
    task: 'missing',
    full: 'task-stopped',
    event: UNTIL_FULL,
  },
  {
    row: 'its cluster only asked, MISSING for long, nothing listed',
    known: UNSEEN,
    cluster: 'asked',
    task: 'missing',
    nothingListed: true,
    full: 'held-unread',
    event: UNTIL_FULL,
  },
  {
    row: 'its cluster is none of those known',
    known: { cluster: 'arn:aws:ecs:eu-west-1:123456789012:cluster/unheard-of' },
    task: 'missing',
    full: 'held-unread',
    event: UNTIL_FULL,
  },
  {
    row: 'another cluster was not read',
    other: 'unread',
    task: 'stopped',
    full: 'task-stopped',
    event: 'task-stopped',
  },
  { row: 'STOPPED or stopping', task: 'stopped', full: 'task-stopped', event: 'task-stopped' },
  { row: 'stopped, its host gone', task: 'stopped', host: 'gone', full: 'task-stopped', event: 'task-stopped' },
  { row: 'stopped, nothing listed', task: 'stopped', nothingListed: true, full: 'task-stopped', event: 'task-stopped' },
  { row: 'stopped, its address taken', task: 'stopped', taken: true, full: 'task-stopped', event: UNTIL_FULL },
  { row: 'MISSING for long', known: UNSEEN, task: 'missing', full: 'task-stopped', event: UNTIL_FULL },
  {
    row: 'MISSING for a moment less',
    known: { lastSeen: UNSEEN.lastSeen + 1 },
    task: 'missing',
    full: 'unexplained',
    event: UNTIL_FULL,
  },
  { row: 'MISSING, its cluster gone', cluster: 'gone', task: 'missing', full: 'unexplained', event: UNTIL_FULL },
  {
    row: 'MISSING for long, its cluster gone',
    known: UNSEEN,
    cluster: 'gone',
    task: 'missing',
    full: 'task-stopped',
    event: UNTIL_FULL,
  },
  {
    row: 'MISSING for long, nothing listed',
    known: UNSEEN,
    task: 'missing',
    nothingListed: true,
    full: 'unexplained',
    event: UNTIL_FULL,
  },
  { row: 'its host gone', task: 'missing', host: 'gone', full: 'host-gone', event: UNTIL_FULL },
  { row: 'its host gone, RUNNING', task: 'running', host: 'gone', full: 'host-gone', event: UNTIL_FULL },
  { row: 'its host gone, nothing of the task', host: 'gone', full: 'host-gone', event: UNTIL_FULL },
  {
    row: 'its host gone, nothing listed',
    task: 'missing',
    host: 'gone',
    nothingListed: true,
    full: 'unexplained',
    event: UNTIL_FULL,
  },
  { row: 'RUNNING on a live host', task: 'running', host: 'live', full: 'held-contradiction', event: UNTIL_FULL },
  { row: 'RUNNING on Fargate', known: fargate, task: 'running', full: 'held-contradiction', event: UNTIL_FULL },
  {
    row: 'RUNNING, its host not known',
    task: 'running',
    host: 'unknown',
    full: 'held-contradiction',
    event: UNTIL_FULL,
  },
  { row: 'RUNNING, its host not asked for', task: 'running', full: 'held-contradiction', event: UNTIL_FULL },
  {
    row: 'RUNNING on a live host, nothing listed',
    task: 'running',
    host: 'live',
    nothingListed: true,
    full: 'held-contradiction',
    event: UNTIL_FULL,
  },
  {
    row: 'RUNNING, its host gone, nothing listed',
    task: 'running',
    host: 'gone',
    nothingListed: true,
    full: 'held-contradiction',
    event: UNTIL_FULL,
  },
  {
    row: 'RUNNING on Fargate, nothing listed',
    known: fargate,
    task: 'running',
    nothingListed: true,
    full: 'held-contradiction',
    event: UNTIL_FULL,
  },
  { row: 'MISSING on a live host', task: 'missing', host: 'live', full: 'unexplained', event: UNTIL_FULL },
  { row: 'its fate unknown', task: 'unknown', host: 'live', full: 'unexplained', event: UNTIL_FULL },
  { row: 'its fate not asked for', full: 'unexplained', event: UNTIL_FULL },
] satisfies readonly Row[] as readonly Row[])('$row', (row) => {
  const known = row.known === null ? undefined : row.known === fargate ? fargate : entryOf('1', row.known);

  it.each(['full', 'event'] as const)('%s run', (kind) => {
    const reason = row[kind];

    const explanation = explainAbsence(known, factsOf(kind, row));

    expect(explanation).toEqual({ action: reason.startsWith('held-') ? 'hold' : 'remove', reason });
  });
});

it('what is RUNNING is never unexplained, whatever else is said or not said', () => {
  const any = <T>(...all: readonly T[]) => fc.constantFrom(...all);
  const row = fc.record({
    row: fc.constant(''),
    known: any<Partial<InventoryEntry>>({}, UNSEEN, { awsvpc: true }, formerEntryOf('1')),
    cluster: any<ClusterReading>('read', 'unread', 'asked', 'gone'),
    other: any<ClusterReading>('read', 'unread'),
    host: any<HostFate | undefined>('live', 'gone', 'unknown', undefined),
    nothingListed: fc.boolean(),
    taken: fc.boolean(),
  });

  fc.assert(
    fc.property(row, any('full' as const, 'event' as const), ({ host, ...about }, kind) => {
      const facts = factsOf(kind, { ...about, task: 'running', ...(host && { host }), full: '', event: '' });

      const { action, reason } = explainAbsence(entryOf('1', about.known), facts);

      if (action === 'remove')
        expect({ reason, kind, host }).toEqual({ reason: 'host-gone', kind: 'full', host: 'gone' });
    }),
  );
});
