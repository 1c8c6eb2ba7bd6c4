import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { printableLines } from '../domain/words/text.ts';

/** Module-level instances: configured by POWERTOOLS_SERVICE_NAME, POWERTOOLS_METRICS_NAMESPACE and POWERTOOLS_LOG_LEVEL. */
export const logger = new Logger({ jsonReplacerFn: asText });
export const metrics = new Metrics();

/** What services and workloads say stays text in whatever reads the log (L14). */
function asText(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? printableLines(value) : value;
}
