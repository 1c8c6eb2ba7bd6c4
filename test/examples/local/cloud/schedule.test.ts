import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readRate, startSchedules } from '../../../../examples/local/cloud/schedule.ts';
import { readOptions } from '../../../../examples/local/options.ts';

describe('rate expressions', () => {
  it.each([
    { expression: 'rate(1 minute)', ms: 60_000 },
    { expression: 'rate(5 minutes)', ms: 300_000 },
    { expression: 'rate(2 hours)', ms: 7_200_000 },
    { expression: 'rate(1 day)', ms: 86_400_000 },
  ])('$expression', ({ expression, ms }) => {
    expect(readRate(expression)).toBe(ms);
  });

  it.each(['rate(0 minutes)', 'rate(5 seconds)', 'cron(0 12 * * ? *)', '5 minutes'])('refuses %s', (expression) => {
    expect(() => readRate(expression)).toThrow(`schedule ${expression} is not run here`);
  });
});

describe('a schedule', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const spec = { name: 's', expression: 'rate(5 minutes)', targetArn: 'arn:machine', input: '{"trigger":"schedule"}' };
  const starter = () => vi.fn(async (_: { stateMachineArn: string; input: string }): Promise<unknown> => ({}));

  it('starts an execution with its input at once, then at its rate, until it ends', async () => {
    const startExecution = starter();

    const stop = startSchedules([spec], startExecution);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    stop();
    await vi.advanceTimersByTimeAsync(10 * 60_000);

    expect(startExecution).toHaveBeenCalledTimes(3);
    expect(startExecution).toHaveBeenCalledWith(
      { stateMachineArn: 'arn:machine', input: '{"trigger":"schedule"}' },
      's',
    );
  });

  it('follows another period where one is given, and goes on after a start that failed', async () => {
    const startExecution = starter();
    startExecution.mockRejectedValueOnce(new Error('throttled'));

    const stop = startSchedules([spec], startExecution, 30_000);
    await vi.advanceTimersByTimeAsync(60_000);
    stop();

    expect(startExecution).toHaveBeenCalledTimes(3);
  });

  it.each([
    { row: 'SCHEDULE=1000h', period: readOptions([], { SCHEDULE: '1000h' }).scheduleMs ?? 0 },
    { row: 'SCHEDULE=99999h', period: readOptions([], { SCHEDULE: '99999h' }).scheduleMs ?? 0 },
    { row: 'a rate of 25 days', period: readRate('rate(25 days)'), expression: 'rate(25 days)' },
    { row: 'a rate of a year', period: readRate('rate(365 days)'), expression: 'rate(365 days)' },
  ])('waits for as long as it says: $row', async ({ period, expression }) => {
    const startExecution = starter();
    const specs = [{ ...spec, ...(expression && { expression }) }];

    const stop = startSchedules(specs, startExecution, expression ? undefined : period);
    await vi.advanceTimersByTimeAsync(period - 1);
    const first = startExecution.mock.calls.length;
    await vi.advanceTimersByTimeAsync(1);
    stop();
    await vi.advanceTimersByTimeAsync(3 * period);

    expect([first, startExecution.mock.calls.length]).toEqual([1, 2]);
  });
});
