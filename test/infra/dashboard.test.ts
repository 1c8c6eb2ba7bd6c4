import { describe, expect, it } from 'vitest';
import { ALARMS } from '../../infra/alarms.ts';
import { METRICS } from '../../infra/metrics.ts';
import { discover, only } from './synthesized.ts';

/** The body with references as `{name}`, as the service will read it. */
function bodyOf(): { readonly widgets: readonly { readonly type: string; readonly properties: Widget }[] } {
  const { DashboardBody } = only(discover().synth(), 'AWS::CloudWatch::Dashboard').Properties;
  const { 'Fn::Join': [, parts] = ['', []] } = DashboardBody as { 'Fn::Join'?: [string, readonly unknown[]] };
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'reference')).join(''));
}
interface Widget {
  readonly title: string;
  readonly alarms?: readonly string[];
  readonly query?: string;
  readonly metrics?: readonly (readonly unknown[])[];
}

describe('the dashboard', () => {
  const { widgets } = bodyOf();

  it('shows every alarm first', () => {
    expect(widgets[0]?.properties.alarms).toHaveLength(Object.keys(ALARMS).length);
  });

  it.each([
    ['Instances', ['InstancesPublished', 'RemovalsHeld', 'InstancesOverCapacity']],
    ['Changes', ['ChangesApplied', 'ValuesRemoved']],
    ['From an event to Route 53 (ms)', ['EventLatency']],
    ['Duration of a run (ms)', ['ExecutionTime']],
    ['Calls of AWS', ['Route53Calls', 'EcsCalls', 'Ec2Calls', 'ApiRetries']],
    ['Cost of transitions an hour, about (USD)', ['ExecutionsStarted']],
  ])('%s', (title, names) => {
    const shown = widgets.find(({ properties }) => properties.title === title)?.properties.metrics ?? [];

    expect(shown.map(([, name]) => name)).toEqual(expect.arrayContaining(names));
  });

  it('shows only metrics that the functions count, or the service', () => {
    const ours = widgets.flatMap(({ properties: { metrics = [] } }) =>
      metrics.flatMap(([namespace, name]) => (namespace === 'EcsServiceDiscoveryDns' ? [String(name)] : [])),
    );

    expect(ours.length).toBeGreaterThan(15);
    expect(ours.filter((name) => !Object.hasOwn(METRICS, name))).toEqual([]);
  });

  it('lists the latest changes with their reasons, from the log of PublishOutcome', () => {
    const log = widgets.find(({ type }) => type === 'log')?.properties.query;

    expect(log).toMatch(/^SOURCE .*filter message = "outcome"/s);
    expect(log).toContain('changes.0');
  });
});
