import { expect, it } from 'vitest';
import { rollout } from '../support/blue-green.ts';
import { value } from '../support/shop.ts';
import { CALL_FAULTS, type CallFault, canMeet } from './call-faults.ts';
import { faultPort } from './port.ts';

/** Faults of the calls that only deployments by DNS make: nobody loses anything by them, and the next good run goes on. */

const BLUE = [1, 2].map((port) => value('10.0.1.23', port));
const GREEN = [3, 4].map((port) => value('10.0.1.23', port));
const READS = ['ecs:DescribeServices', 'ecs:DescribeServiceDeployments'] as const;
const KINDS = Object.keys(CALL_FAULTS) as CallFault[];
const cells = (places: readonly string[]) =>
  places.flatMap((place) => KINDS.filter((fault) => canMeet(place, fault)).map((fault) => ({ place, fault })));

/** A service at the stage at which traffic shifts, and a fault of one call from then on. */
async function shifting(place: string, fault: CallFault) {
  const port = faultPort();
  const around = await rollout({ port: port.options });
  await around.run({});
  await around.deploy();
  await around.settle();
  let met = 0;
  port.arm({
    onCall: (call, perform) => {
      if (call.call !== place) return perform();
      met += 1;
      return CALL_FAULTS[fault](perform, { call, nth: met, clock: around.clock });
    },
  });
  return { ...around, disarm: port.disarm, met: () => met };
}

it.each(cells(READS))('$place, $fault: the name keeps one of the revisions whole', async ({ place, fault }) => {
  const { run, published, disarm, met } = await shifting(place, fault);

  const first = await run({});
  const then = published();
  disarm();
  await run({});

  expect(first.end).toBe('ZoneInSync');
  expect([BLUE, GREEN]).toContainEqual(then);
  expect(published()).toEqual(GREEN);
  expect(met()).toBeGreaterThan(0);
});

// A slow answer takes time, which stands still while ECS waits for the hook.
const ASKED = cells([...READS, 'route53:GetChange']).filter(({ fault }) => fault !== 'slow');

it.each(ASKED)('$place, $fault: ECS waits, and never hears of it', async (cell) => {
  const { run, pass, answers, disarm, met } = await shifting(cell.place, cell.fault);
  await run({});

  await pass(10_000);
  await pass(10_000);
  disarm();
  await run({});
  for (let calls = 0; calls < 12; calls += 1) await pass(10_000);

  expect(met()).toBeGreaterThan(0);
  expect(answers.at(-1)).toBe('PRODUCTION_TRAFFIC_SHIFT SUCCEEDED');
  expect(new Set(answers)).toEqual(
    new Set(['PRODUCTION_TRAFFIC_SHIFT IN_PROGRESS', 'PRODUCTION_TRAFFIC_SHIFT SUCCEEDED']),
  );
});
