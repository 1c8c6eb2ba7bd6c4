import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../functions/domain/ecs/claim.ts';
import type { AbsenceFacts } from '../../../functions/domain/judging/absent.ts';
import { explainValue } from '../../../functions/domain/judging/explain.ts';
import type { InventoryEntry } from '../../../functions/domain/reading/inventory.ts';
import { absenceFacts, claim, entryOf, judged, keyOf, taskArn } from '../../support/builders.ts';

const KEY = keyOf('10.0.0.1', 32_768);

const FACTS = absenceFacts();

interface Case {
  /** `null`: nothing is known of the value. */
  readonly known?: InventoryEntry | null;
  readonly says?: readonly Partial<Claim>[];
  readonly listed?: boolean;
  readonly undefinedTask?: boolean;
  readonly facts?: Partial<AbsenceFacts>;
}

function explain({ known = entryOf('1'), says = [], listed = true, undefinedTask = false, facts = {} }: Case) {
  return explainValue(
    { key: KEY, entry: known ?? undefined },
    says.map((about) => judged(claim('1', about))),
    {
      listed: new Set(listed ? [taskArn('1')] : []),
      undefinedTasks: new Set(undefinedTask ? [taskArn('1')] : []),
      facts: { ...FACTS, ...facts },
    },
  );
}

describe('what holds a value says why, for people', () => {
  it.each<Case & { row: string; reason: string; detail?: string }>([
    {
      row: 'the address is missing',
      says: [{ leftOut: { reason: 'no-address', detail: 'EC2 reports no private IPv4 address for i-1' } }],
      reason: 'held-no-address',
      detail: 'EC2 reports no private IPv4 address for i-1',
    },
    {
      row: 'the binding is missing',
      says: [{ leftOut: { reason: 'no-binding', detail: 'container port 8080/tcp has no IPv4 binding' } }],
      reason: 'held-contradiction',
      detail: 'container port 8080/tcp has no IPv4 binding',
    },
    {
      row: 'the declaration is missing',
      reason: 'held-contradiction',
      detail: 'the answers do not show what its task declares there',
    },
    {
      row: 'the task is missing from the list',
      listed: false,
      facts: { taskFate: () => 'running' },
      reason: 'held-contradiction',
      detail: 'ECS does not list its task, and shows it running',
    },
    {
      row: 'the definition is missing',
      undefinedTask: true,
      reason: 'held-unread',
      detail: 'ECS does not know the definition of its task, which runs',
    },
    {
      row: 'its cluster was not read',
      listed: false,
      facts: { cluster: () => 'unread', whyUnread: () => 'AccessDeniedException: not authorized' },
      reason: 'held-unread',
      detail: 'AccessDeniedException: not authorized',
    },
    { row: 'an event run', facts: { kind: 'event' }, reason: 'held-until-full' },
  ])('$row', ({ row: _, reason, detail, ...about }) => {
    const explained = explain(about);

    expect(explained).toMatchObject({ action: 'hold', reason });
    expect('detail' in explained ? explained.detail : undefined).toBe(detail);
  });
});

it('a value is absent when its task was not listed, or nothing is known of it', () => {
  expect(explain({}).absent).toBe(false);
  expect(explain({ undefinedTask: true }).absent).toBe(false);
  expect(explain({ listed: false }).absent).toBe(true);
  expect(explain({ known: null, facts: { anyClusterUnread: true } })).toEqual({
    action: 'hold',
    reason: 'held-unattributed',
    absent: true,
  });
});
