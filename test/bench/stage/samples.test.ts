import { describe, expect, it } from 'vitest';
import type { ZoneChange } from '../../stand-ins/route53.ts';
import { busyTime, callsByExecution } from './call-log.ts';
import { quantile, seconds } from './quantile.ts';
import { startSampling, timelines } from './samples.ts';

const NAME = 'calc.bench.internal.';
const value = (port: number) => `1 1 ${port} ip-10-0-0-1.ecs.bench.internal.`;
const set = (...ports: readonly number[]) => ({
  Name: NAME,
  Type: 'SRV' as const,
  TTL: 5,
  ResourceRecords: ports.map((port) => ({ Value: value(port) })),
});

/** A zone of which only the changes are seen. */
function changing() {
  let listener: ((change: ZoneChange) => void) | undefined;
  const onChange = (one: (change: ZoneChange) => void) => {
    listener = one;
    return () => {
      listener = undefined;
    };
  };
  const cloud = { route53: { onChange } } as unknown as Parameters<typeof startSampling>[0]['cloud'];
  const accept = (at: number, changes: readonly object[], comment = 'run execution events-1 pass 1 batch 0') =>
    listener?.({ at, changes, comment } as unknown as ZoneChange);
  return { sampling: startSampling({ cloud }), accept };
}

describe('sampling', () => {
  it('notes when a started value came and a stopped one went, and which execution did it', () => {
    const { sampling, accept } = changing();
    sampling.expect({ kind: 'start', name: NAME, value: value(2), at: 100 });
    sampling.expect({ kind: 'stop', name: NAME, value: value(1), at: 200 });

    accept(300, [{ before: set(1), after: set(1, 2) }]);
    const awaited = sampling.isAwaited({ name: NAME, value: value(2) });
    accept(400, [{ before: set(1, 2), after: set(2) }]);

    expect(awaited).toBe(false);
    expect(sampling.end()).toMatchObject([
      { kind: 'start', at: 100, acceptedAt: 300, execution: 'events-1' },
      { kind: 'stop', at: 200, acceptedAt: 400, execution: 'events-1' },
    ]);
  });

  it('takes no value that merely stays for one that came or went', () => {
    const { sampling, accept } = changing();
    sampling.expect({ kind: 'start', name: NAME, value: value(1), at: 100 });
    sampling.expect({ kind: 'stop', name: NAME, value: value(1), at: 100 });

    accept(300, [{ before: set(1), after: set(1, 3) }]);

    expect(sampling.end().every(({ acceptedAt }) => acceptedAt === undefined)).toBe(true);
  });
});

describe('a timeline', () => {
  const invocation = (from: number, until: number) => ({
    caller: 'apply',
    step: 'apply-batch',
    execution: 'events-1',
    from,
    until,
  });
  const call = (from: number, until: number, service = 'route53') => ({
    service,
    operation: 'x',
    caller: 'apply',
    from,
    until,
  });
  const sample = { kind: 'start' as const, name: NAME, value: value(1), at: 1_000, execution: 'events-1' };

  it('parts the time from event to change into window, steps and Route 53', () => {
    const [line] = timelines([{ ...sample, acceptedAt: 5_000 }], {
      invocations: [invocation(3_000, 6_000)],
      calls: [call(3_500, 4_000), call(3_800, 4_200), call(4_300, 4_400, 'ecs'), call(4_900, 5_500)],
    });

    expect(line).toEqual({ window: 2_000, route53: 800, steps: 1_200, total: 4_000 });
  });

  it('is not drawn of what never led to a change', () => {
    expect(timelines([sample], { invocations: [invocation(3_000, 6_000)], calls: [] })).toEqual([]);
  });
});

describe('the calls of an execution', () => {
  it('are those that its function made while it was the oldest under way', () => {
    const invocations = [
      { caller: 'f', step: 's', execution: 'one', pass: 1, from: 0, until: 10 },
      { caller: 'f', step: 's', execution: 'two', pass: 1, from: 5, until: 20 },
    ];
    const at = (from: number, caller = 'f') => ({ service: 'ecs', operation: 'x', caller, from, until: from + 1 });

    const owned = callsByExecution([at(6), at(12), at(15, 'g'), at(30)], invocations);

    expect([...owned].map(([execution, calls]) => [execution, calls.map(({ from }) => from)])).toEqual([
      ['one', [6]],
      ['two', [12]],
    ]);
  });

  it.each([
    {
      row: 'apart',
      calls: [
        [1, 2],
        [4, 6],
      ],
      busy: 3,
    },
    {
      row: 'overlapping',
      calls: [
        [1, 5],
        [2, 3],
        [4, 6],
      ],
      busy: 5,
    },
    {
      row: 'beyond both ends',
      calls: [
        [-5, 1],
        [9, 20],
      ],
      busy: 2,
    },
    {
      row: 'out of order',
      calls: [
        [4, 6],
        [1, 2],
      ],
      busy: 3,
    },
    { row: 'none', calls: [], busy: 0 },
  ])('keep it busy where they are $row: $busy', ({ calls, busy }) => {
    const spans = calls.map(([from = 0, until = 0]) => ({ from, until }));

    expect(busyTime(spans, { from: 0, until: 10 })).toBe(busy);
  });
});

describe('a quantile', () => {
  it.each([
    { share: 0.5, of: [3, 1, 2], is: 2 },
    { share: 0.95, of: Array.from({ length: 100 }, (_, index) => index + 1), is: 95 },
    { share: 1, of: [1, 9, 5], is: 9 },
  ])('$share is a value that was measured: $is', ({ share, of, is }) => {
    expect(quantile(of, share)).toBe(is);
  });

  it('is given in seconds with two digits', () => {
    expect(seconds(1_236)).toBe(1.24);
  });
});
