import { expect, it } from 'vitest';
import { joinVerdict } from '../../../functions/domain/health/verdict.ts';
import { FAILING, PASSING, UNPROBED } from '../../support/builders.ts';

const CONTAINER = 'its container health check says UNHEALTHY';
const UNREPORTED = 'its container health check has not reported yet';

it.each([
  { container: undefined, probe: undefined, verdict: { state: 'passing', by: 'running' } },
  { container: undefined, probe: PASSING, verdict: { state: 'passing', by: 'check' } },
  { container: undefined, probe: FAILING, verdict: FAILING },
  { container: undefined, probe: UNPROBED, verdict: { state: 'unknown', source: 'probe', cause: UNPROBED.cause } },
  { container: 'HEALTHY', probe: undefined, verdict: { state: 'passing', by: 'check' } },
  { container: 'HEALTHY', probe: PASSING, verdict: { state: 'passing', by: 'check' } },
  { container: 'HEALTHY', probe: FAILING, verdict: FAILING },
  { container: 'HEALTHY', probe: UNPROBED, verdict: { state: 'unknown', source: 'probe', cause: UNPROBED.cause } },
  { container: 'UNKNOWN', probe: undefined, verdict: { state: 'unknown', source: 'container', cause: UNREPORTED } },
  { container: 'UNKNOWN', probe: PASSING, verdict: { state: 'unknown', source: 'container', cause: UNREPORTED } },
  { container: 'UNKNOWN', probe: FAILING, verdict: FAILING },
  { container: 'UNKNOWN', probe: UNPROBED, verdict: { state: 'unknown', source: 'container', cause: UNREPORTED } },
  { container: 'UNHEALTHY', probe: undefined, verdict: { state: 'failing', cause: CONTAINER } },
  { container: 'UNHEALTHY', probe: PASSING, verdict: { state: 'failing', cause: CONTAINER } },
  { container: 'UNHEALTHY', probe: FAILING, verdict: { state: 'failing', cause: CONTAINER } },
  { container: 'UNHEALTHY', probe: UNPROBED, verdict: { state: 'failing', cause: CONTAINER } },
] as const)('container $container, probe $probe.state → $verdict.state', ({ container, probe, verdict }) => {
  const joined = joinVerdict(container, probe);

  expect(joined).toEqual(verdict);
});
