import { expect, it } from 'vitest';
import { type Fault, faultPort } from '../faults/port.ts';
import { openShop, RUNS } from '../faults/shop.ts';
import { CALC, edit, shop, srv, value } from '../support/shop.ts';
import { grants } from './grants.ts';
import { discover } from './synthesized.ts';

/** What each step has called, as its permission is spelled; of the run bucket with the folder. */
type Calls = Map<string, Set<string>>;

const listening = (calls: Calls): Fault => ({
  onCall: ({ call, input, by }, perform) => {
    const { Key } = input as { readonly Key?: string };
    const action = call.replace(/Batch$/, '');
    const folder = Key === undefined ? '' : ` {RunBucket}/${Key.slice(0, Key.indexOf('/'))}/*`;
    const step = by?.step ?? 'nobody';
    calls.set(step, (calls.get(step) ?? new Set()).add(`${action}${folder}`));
    return perform();
  },
});

/** Runs of every kind, one of which does what a person has approved. */
async function callsOfRuns(): Promise<Calls> {
  const calls: Calls = new Map();
  for (const run of RUNS) {
    const around = await openShop({ stopping: run === 'stopping' });
    around.arm(listening(calls));
    await around.go(run);
  }
  const port = faultPort();
  const around = shop(port.options);
  const orphans = Array.from({ length: 12 }, (_, index) => value('10.9.9.9', 1_000 + index));
  await edit(around, [{ Action: 'CREATE', ResourceRecordSet: srv(CALC, orphans) }]);
  port.arm(listening(calls));
  const { result } = await around.run({});
  const approve = /"approve":"([0-9a-f]+)"/.exec(('cause' in result && result.cause) || '')?.[1];
  const approved = await around.run({ approve });
  expect(approved.outcome?.approval).toMatchObject({ approved: 12, removed: 12 });
  return calls;
}

it('no step calls what its role does not allow', async () => {
  const allowed = grants(discover(() => ({ onUnhealthy: 'deregister-and-stop' })).synth(), 'Allow');

  const calls = await callsOfRuns();

  const allows = (step: string, call: string) =>
    (allowed[step] ?? []).some((line) => line === call || line.startsWith(`${call} `));
  const forbidden = [...calls].flatMap(([step, its]) =>
    [...its].filter((call) => !allows(step, call)).map((call) => `${step}: ${call}`),
  );
  expect(forbidden).toEqual([]);
  expect([...calls.keys()]).toEqual(expect.arrayContaining(['CollectTasks', 'PlanChanges', 'PublishOutcome']));
});
