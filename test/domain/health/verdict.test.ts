import { expect, it } from 'vitest';
import { joinFamilies, joinVerdict } from '../../../functions/domain/health/verdict.ts';
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

it.each([
  { in4: PASSING, in6: PASSING, verdict: PASSING },
  { in4: FAILING, in6: PASSING, verdict: { ...FAILING, cause: 'over IPv4: connection refused' } },
  { in4: PASSING, in6: FAILING, verdict: { ...FAILING, cause: 'over IPv6: connection refused' } },
  { in4: UNPROBED, in6: FAILING, verdict: { ...FAILING, cause: 'over IPv6: connection refused' } },
  { in4: PASSING, in6: UNPROBED, verdict: { ...UNPROBED, cause: `over IPv6: ${UNPROBED.cause}` } },
  { in4: FAILING, in6: FAILING, verdict: { ...FAILING, cause: 'over IPv4: connection refused' } },
  {
    in4: PASSING,
    in6: { ...FAILING, kind: 'timeout' } as const,
    verdict: { state: 'failing', kind: 'timeout', cause: 'over IPv6: connection refused' },
  },
])('$in4.state over IPv4 and $in6.state over IPv6 is $verdict', ({ in4, in6, verdict }) => {
  expect(joinFamilies(in4, in6)).toEqual(verdict);
});
