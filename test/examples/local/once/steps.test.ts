import { describe, expect, it } from 'vitest';
import { StepError, startSteps } from '../../../../examples/local/once/steps.ts';
import { until } from '../../../../examples/local/once/until.ts';

describe('the steps of a script', () => {
  it('are printed with their time and what is worth saying', async () => {
    const lines: string[] = [];
    const { step } = startSteps((line) => void lines.push(line));

    const done = await step('it works', async () => ({ note: 'twice', value: 2 }));

    expect(done.value).toBe(2);
    expect(lines).toEqual([expect.stringMatching(/✔ +\d+\.\d s \(\+\d+\.\d s\) it works: twice$/)]);
  });

  it('that fail say why, down to the first cause', async () => {
    const lines: string[] = [];
    const { step } = startSteps((line) => void lines.push(line));
    const work = () => Promise.reject(new Error('no answer', { cause: new Error('connection refused') }));

    const failing = step('it works', work);

    await expect(failing).rejects.toThrow(new StepError('failed: it works (no answer; connection refused)'));
    expect(lines).toEqual([expect.stringMatching(/✘.* it works: no answer; connection refused$/)]);
  });
});

describe('looking until there is something', () => {
  it('looks again after nothing and after an error', async () => {
    const looks = [() => undefined, () => Promise.reject(new Error('not yet')), () => 'there'];

    const found = await until(async () => looks.shift()?.(), new AbortController().signal);

    expect(found).toBe('there');
  });

  it('gives up with the reason, and the last error as its cause', async () => {
    const gaveUp = new AbortController();
    const look = async (): Promise<undefined> => {
      gaveUp.abort(new Error('60 seconds are over'));
      throw new Error('not yet');
    };

    const failing = until(look, gaveUp.signal);

    await expect(failing).rejects.toMatchObject({ message: '60 seconds are over', cause: { message: 'not yet' } });
  });
});
