import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { printableLines } from '../domain/words/text.ts';

/** Module-level instances: configured by POWERTOOLS_SERVICE_NAME, POWERTOOLS_METRICS_NAMESPACE and POWERTOOLS_LOG_LEVEL. */
export const logger = new Logger({ jsonReplacerFn: asText });

/**
 * A metric costs money in each hour in which it gets data (docs/cost.md), so nothing is sent of what did not happen: a
 * count of nothing is left out, and alarms take missing data for good.
 */
class SparingMetrics extends Metrics {
  readonly #gauges = new Map<string, number>();

  override addMetric(...[name, unit, value, resolution]: Parameters<Metrics['addMetric']>): this {
    return value === 0 ? this : super.addMetric(name, unit, value, resolution);
  }

  /** What is as high as it is for long: sent by this environment when it has changed, to nothing too. */
  addGauge(name: string, value: number): void {
    if ((this.#gauges.get(name) ?? 0) === value) return;
    this.#gauges.set(name, value);
    super.addMetric(name, 'Count', value);
  }
}

export const metrics = new SparingMetrics();

/** What services and workloads say stays text in whatever reads the log (L14). */
function asText(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? printableLines(value) : value;
}
