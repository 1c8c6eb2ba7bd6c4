import { expect, it } from 'vitest';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import type { ProbeVerdict } from '../../functions/domain/health/verdict.ts';
import { checkHealth } from '../../functions/steps/check-health.ts';
import { saveVerdicts } from '../../functions/steps/save-verdicts.ts';
import { virtualClock } from '../stand-ins/clock.ts';
import { runState } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';

const RUN = runState({ execution: 'x' });
const target = (id: number) => ({
  id,
  address: '10.0.0.1',
  port: 1_000 + id,
  check: { kind: 'tcp', timeout: 1_000, attempts: 1 } as const,
});

it('each endpoint gets its own verdict, under its own id; one without is unprobed', async () => {
  const said: readonly ProbeVerdict[] = [
    { state: 'passing' },
    { state: 'failing', cause: 'connection refused' },
    { state: 'unprobed', cause: 'no route' },
  ];
  const check = checkHealth({ probes: { probe: async () => said } });

  const { verdicts } = await check({ targets: [target(7), target(2), target(40), target(3)] });

  expect(verdicts).toEqual([
    { id: 7, state: 'passing' },
    { id: 2, state: 'failing', cause: 'connection refused' },
    { id: 40, state: 'unprobed', cause: 'no route' },
    { id: 3, state: 'unprobed', cause: 'the prober gave no verdict' },
  ]);
});

it('verdicts of each batch of each group are kept apart, and counted', async () => {
  const payloads = payloadsIn(mapped(new Map()));
  const clock = virtualClock();
  const save = saveVerdicts({ payloads, clock });
  const batches = [0, 1].flatMap((group) => [0, 1].map((number) => ({ group, number })));
  const verdictsOf = ({ group, number }: (typeof batches)[number]) => [
    { id: number, state: 'failing' as const, cause: `of ${group}` },
    { id: 10 + number, state: 'passing' as const },
    { id: 20 + number, state: 'passing' as const },
  ];

  const saved = await Promise.all(
    batches.map((one) => save({ run: RUN, ...one, verdicts: verdictsOf(one), inlineBytes: 0 })),
  );

  for (const [index, { verdicts, ...counts }] of saved.entries()) {
    expect(await payloads.load('verdicts', verdicts)).toEqual(batches.map(verdictsOf)[index]);
    expect(counts).toEqual({ passing: 2, failing: 1, unprobed: 0, savedAt: clock.now() });
  }
});
