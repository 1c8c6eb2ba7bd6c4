/** Nothing is logged and no metric sent. Before the first step is loaded: Powertools reads its settings then. */
export function quiet(): void {
  Object.assign(process.env, {
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
    POWERTOOLS_DEV: 'false',
  });
}
