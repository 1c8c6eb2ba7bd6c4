import type { Prober } from '../adapters/http-probe.ts';
import { checkHealthContract } from '../contracts/states.ts';
import type { Target } from '../domain/health/probe-packing.ts';
import type { ProbeVerdict } from '../domain/health/verdict.ts';
import { metrics } from '../runtime/powertools.ts';
import { probes } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

/** Probes one batch. Runs in the VPC and calls no AWS API, so that neither NAT nor endpoints are needed. */
export const checkHealth =
  ({ probes }: { readonly probes: Prober }) =>
  async ({ targets }: { targets: readonly Target[] }) => {
    const verdicts = await probes.probe(targets);
    const of = (state: ProbeVerdict['state']) => verdicts.filter((verdict) => verdict.state === state).length;
    // How many pass says something only beside those that do not.
    if (of('passing') < verdicts.length) metrics.addMetric('ProbesPassing', 'Count', of('passing'));
    metrics.addMetric('ProbesFailing', 'Count', of('failing'));
    metrics.addMetric('ProbesUnprobed', 'Count', of('unprobed'));
    return { verdicts: targets.map(({ id }, index) => ({ id, ...(verdicts[index] ?? UNPROBED) })) };
  };

const UNPROBED = { state: 'unprobed', cause: 'the prober gave no verdict' } as const;

export const handler = wire('CheckHealth', { contract: checkHealthContract, ports: { probes }, work: checkHealth });
