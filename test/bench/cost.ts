import { SECONDS_PER_STEP } from '../../cli/cost/model.ts';
import { MEMORY, TRIGGER_MEMORY } from '../../cli/cost/states.ts';
import { quiet } from '../support/quiet.ts';
import type { Bench, Result } from './bench.ts';
import type { Measured, StepTime } from './stage/step-time.ts';

/** Lambda gives a function so many MiB for a whole CPU; with less it has that share of one. */
const MEBIBYTES_PER_CPU = 1_769;

const memoryOf = (step: string) => MEMORY[step] ?? TRIGGER_MEMORY;
/** Seconds that are billed: waiting for answers, and the CPU time of this machine at the share that the function has. */
const billed = ({ step, waited, cpu }: StepTime) =>
  (waited + cpu * Math.max(1, MEBIBYTES_PER_CPU / memoryOf(step))) / 1_000;

/** How long the functions work in the runs of a small deployment: what `ecssd cost` takes for the average of all. */
export const cost: Bench = {
  name: 'cost',
  describe: 'seconds of each function in a full run, a start and a stop, beside what `ecssd cost` takes; about 5 s',
  async run() {
    quiet();
    const { measureSteps } = await import('./stage/step-time.ts');
    return judge(await measureSteps());
  },
};

function judge(measured: readonly Measured[]): Result {
  const averages = measured.map(({ run, steps }) => ({ run, average: averageOf(steps) }));
  const faults = averages.filter(({ average }) => average > SECONDS_PER_STEP);
  return {
    ok: faults.length === 0,
    figures: Object.fromEntries(averages.map(({ run, average }) => [run, round(average)])),
    rows: measured.flatMap(({ run, steps }) => [
      ...steps.map((one) => ({
        run,
        function: one.step,
        calls: one.invocations,
        'waits s': round(one.waited / 1_000),
        'CPU s': round(one.cpu / 1_000),
        'billed s': round(billed(one)),
      })),
      {
        run,
        function: 'average by memory',
        calls: '',
        'waits s': '',
        'CPU s': '',
        'billed s': round(averageOf(steps)),
      },
    ]),
    notes: [
      ...faults.map(({ run, average }) => `${run}: ${round(average)} s on average, at most ${SECONDS_PER_STEP}`),
      `ecssd cost takes ${SECONDS_PER_STEP} s for each function`,
    ],
  };
}

/** Seconds of one function, weighted by memory as they are billed. */
function averageOf(steps: readonly StepTime[]): number {
  const sum = (of: (one: StepTime) => number) => steps.reduce((total, one) => total + of(one), 0);
  return sum((one) => billed(one) * memoryOf(one.step)) / sum((one) => one.invocations * memoryOf(one.step));
}

const round = (value: number) => Math.round(value * 1_000) / 1_000;
