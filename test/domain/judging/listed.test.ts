import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim, WhyLeftOut } from '../../../functions/domain/ecs/claim.ts';
import { explainListed } from '../../../functions/domain/judging/listed.ts';
import type { InventoryEntry } from '../../../functions/domain/reading/inventory.ts';
import { claim, endpoint, entryOf, FAILING, formerEntryOf, judged, keyOf } from '../../support/builders.ts';

const KEY = keyOf('10.0.0.1', 32_768);

const STOPPED: WhyLeftOut = { reason: 'stopping' };
const TASK_STOPS: WhyLeftOut = { reason: 'stopping', taskStops: true };
const HOST_GONE: WhyLeftOut = { reason: 'host-gone' };
const NO_BINDING: WhyLeftOut = { reason: 'no-binding' };
const NO_ADDRESS: WhyLeftOut = { reason: 'no-address' };
const STARTING: WhyLeftOut = { reason: 'starting' };
const IGNORED: WhyLeftOut = { reason: 'ignored' };
const ELSEWHERE = endpoint('10.0.0.1', 40_000);
const ELSEWHERE6 = endpoint('2001:db8::1', 32_768);

/** What the task says of one of its ports: why it has no endpoint, or where it stands. */
const says = (what: WhyLeftOut | NonNullable<Claim['endpoint']>, about: Partial<Claim> = {}) =>
  judged(claim('1', { ...('reason' in what ? { leftOut: what } : { endpoint: what }), ...about }));
const failing = (where: NonNullable<Claim['endpoint']>) => judged(claim('1', { endpoint: where }), FAILING);
const side = { container: 'side' };
const port = { containerPort: 81 };

const explain = (
  known: InventoryEntry,
  claims: ReturnType<typeof says>[],
  { kind = 'full', taken = false }: { kind?: 'full' | 'event'; taken?: boolean } = {},
) => {
  const { by, ...explained } = explainListed(known, KEY, {
    judged: claims,
    facts: { kind, addressTaken: () => taken },
  });
  return { ...explained, ...(by && { by }) };
};

describe('what is said of the very declaration', () => {
  it.each([
    { row: 'its task stops', of: [says(TASK_STOPS)], full: 'task-stopped', event: 'task-stopped' },
    { row: 'its container has stopped', of: [says(STOPPED)], full: 'task-stopped', event: 'task-stopped' },
    { row: 'its task stops, and another has its address', of: [says(TASK_STOPS)], taken: true, full: 'task-stopped' },
    { row: 'its host is gone', of: [says(HOST_GONE)], full: 'host-gone' },
    { row: 'it stands at another port', of: [says(ELSEWHERE)], full: 'replaced' },
    { row: 'it stands at another address', of: [says(endpoint('10.0.0.2', 32_768))], full: 'replaced' },
    { row: 'it passes at an address of the other family', of: [says(ELSEWHERE6)], full: 'replaced' },
    { row: 'it does not pass there yet', of: [failing(ELSEWHERE6)], full: 'held-no-address' },
    { row: 'ECS calls it UNHEALTHY there', of: [says(ELSEWHERE6, { taskUnhealthy: true })], full: 'held-no-address' },
    { row: 'it does not pass at another address of the same', of: [failing(ELSEWHERE)], full: 'replaced' },
    { row: 'no address', of: [says(NO_ADDRESS)], full: 'held-no-address' },
    { row: 'no binding', of: [says(NO_BINDING)], full: 'held-contradiction' },
    { row: 'not running', of: [says(STARTING)], full: 'held-contradiction' },
    { row: 'ignored', of: [says(IGNORED)], full: 'ignored' },
    { row: 'nothing', of: [], full: 'held-contradiction' },
  ])('$row: $full', ({ of, full, event = 'held-until-full', ...about }) => {
    expect(explain(entryOf('1'), of, about).reason).toBe(full);
    expect(explain(entryOf('1'), of, { ...about, kind: 'event' }).reason).toBe(event);
  });

  it('is its reason, told once', () => {
    const own = says(NO_BINDING);

    expect(explain(entryOf('1'), [says(STOPPED, side), own])).toEqual({
      action: 'hold',
      reason: 'held-contradiction',
      by: own.claim,
    });
  });
});

describe('the word of a sibling is no evidence', () => {
  it.each([
    {
      row: 'an init container has finished, the address is not told',
      of: [says(NO_ADDRESS), says(STOPPED, side)],
      full: 'held-no-address',
    },
    {
      row: 'a sidecar has stopped, the binding is missing',
      of: [says(NO_BINDING), says(STOPPED, side)],
      full: 'held-contradiction',
    },
    {
      row: 'the container is not reported, a sidecar has stopped',
      of: [says(STARTING), says(STOPPED, side)],
      full: 'held-contradiction',
    },
    {
      row: 'the binding is missing, that of a sibling is there',
      of: [says(NO_BINDING), says(ELSEWHERE, side)],
      full: 'held-contradiction',
    },
    {
      row: 'the binding is missing, that of another port is there',
      of: [says(NO_BINDING), says(ELSEWHERE, port)],
      full: 'held-contradiction',
    },
    {
      row: 'the address is missing, another port stands elsewhere',
      of: [says(NO_ADDRESS), says(ELSEWHERE, port)],
      full: 'held-no-address',
    },
    {
      row: 'the binding is missing, a sibling is ignored',
      of: [says(NO_BINDING), says(IGNORED, side)],
      full: 'held-contradiction',
    },
    { row: 'the answer lacks it, a sibling is ignored', of: [says(IGNORED, side)], full: 'held-contradiction' },
    { row: 'the answer lacks it, a sibling stands elsewhere', of: [says(ELSEWHERE, side)], full: 'held-contradiction' },
    { row: 'the answer lacks it, a sibling has stopped', of: [says(STOPPED, side)], full: 'held-contradiction' },
    {
      row: 'it stands elsewhere, a sibling is not running',
      of: [says(STARTING, side), says(ELSEWHERE)],
      full: 'replaced',
    },
    {
      row: 'its container has stopped, a sibling runs',
      of: [says(STOPPED), says(ELSEWHERE, side)],
      full: 'task-stopped',
      event: 'task-stopped',
    },
    {
      row: 'ignored, and the task stops',
      of: [says(IGNORED), says(TASK_STOPS, side)],
      full: 'task-stopped',
      event: 'task-stopped',
    },
    {
      row: 'the answer lacks it, and the task stops',
      of: [says(TASK_STOPS, side)],
      full: 'task-stopped',
      event: 'task-stopped',
    },
  ])('$row: $full', ({ of, full, event = 'held-until-full' }) => {
    for (const claims of [of, of.toReversed()]) {
      expect(explain(entryOf('1'), claims).reason).toBe(full);
      expect(explain(entryOf('1'), claims, { kind: 'event' }).reason).toBe(event);
    }
  });

  it('whatever other declarations of the task, and other tasks, say', () => {
    const what = fc.constantFrom<Parameters<typeof says>[0]>(
      STOPPED,
      HOST_GONE,
      NO_BINDING,
      NO_ADDRESS,
      STARTING,
      IGNORED,
      ELSEWHERE,
      endpoint('10.0.0.1', 32_768),
    );
    const about = fc.constantFrom<Partial<Claim>>(side, port, { ...side, ...port }, { container: 'init' });
    const siblings = fc.array(
      fc.tuple(what, about).map(([said, whose]) => says(said, whose)),
      { maxLength: 4 },
    );
    const others = fc.array(
      what.map((said) => says(said, { task: claim('2').task })),
      { maxLength: 2 },
    );
    const own = fc.option(
      what.filter((one) => 'reason' in one).map((said) => says(said)),
      { nil: undefined },
    );

    fc.assert(
      fc.property(
        own,
        siblings,
        others,
        fc.constantFrom('full' as const, 'event' as const),
        (one, beside, far, kind) => {
          const alone = one ? [one] : [];

          const explained = explain(entryOf('1'), [...beside, ...alone, ...far], { kind });

          expect(explained).toEqual(explain(entryOf('1'), alone, { kind }));
        },
      ),
    );
  });
});

describe('an entry of an earlier version does not tell the declaration: all have to agree', () => {
  it.each([
    {
      row: 'its task stops',
      of: [says(TASK_STOPS), says(TASK_STOPS, side)],
      full: 'task-stopped',
      event: 'task-stopped',
    },
    { row: 'its only container has stopped', of: [says(STOPPED)], full: 'task-stopped', event: 'task-stopped' },
    {
      row: 'the only one that is not ignored',
      of: [says(STOPPED), says(IGNORED, side)],
      full: 'task-stopped',
      event: 'task-stopped',
    },
    { row: 'all have stopped', of: [says(STOPPED), says(STOPPED, side)], full: 'task-stopped', event: 'task-stopped' },
    { row: 'one of two has stopped', of: [says(STARTING), says(STOPPED, side)], full: 'held-contradiction' },
    {
      row: 'one of two has stopped, no address of the other',
      of: [says(NO_ADDRESS), says(STOPPED, side)],
      full: 'held-no-address',
    },
    { row: 'its host is gone', of: [says(HOST_GONE), says(HOST_GONE, port)], full: 'host-gone' },
    { row: 'one of two stands elsewhere', of: [says(NO_BINDING), says(ELSEWHERE, port)], full: 'held-contradiction' },
    { row: 'the only one stands elsewhere', of: [says(ELSEWHERE)], full: 'replaced' },
    { row: 'all are ignored', of: [says(IGNORED), says(IGNORED, side)], full: 'ignored' },
    { row: 'nothing is declared', of: [], full: 'held-contradiction' },
  ])('$row: $full', ({ of, full, event = 'held-until-full' }) => {
    for (const claims of [of, of.toReversed()]) {
      expect(explain(formerEntryOf('1'), claims).reason).toBe(full);
      expect(explain(formerEntryOf('1'), claims, { kind: 'event' }).reason).toBe(event);
    }
  });
});
