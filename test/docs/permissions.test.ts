import { readFileSync } from 'node:fs';
import { Duration } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { grants } from '../infra/grants.ts';
import { discover, type PropsFrom } from '../infra/synthesized.ts';

const PAGE = readFileSync('docs/permissions.md', 'utf8').replaceAll(/\s+/g, ' ');

/** What a resource of the template is called on the page. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^\{EventQueue\}/, 'the event queue'],
  [/^\{DeadLetterQueue\}/, 'the dead-letter queue'],
  [/^\{ReconcilerStateMachine\}/, 'this state machine'],
  [/^\{Reconciler\w+Function\}/, 'its own functions'],
  [/:hostedzone\//, 'this zone'],
  [/:route53:::change\//, 'any change'],
  [/:event-bus\/default/, 'the default bus, only with our source'],
  [/:(task|container-instance|service|service-deployment)\/\*/, 'the clusters'],
  [/^\*/, 'anything'],
];

const placeOf = (resource: string) => PLACES.find(([form]) => form.test(resource))?.[1] ?? `nowhere named: ${resource}`;

/** A row of the page: what a role may do beside logs, by place, and which folders of the run bucket it reads and writes. */
function row(role: string, lines: readonly string[]): string {
  const allowed = lines
    .filter((line) => !line.startsWith('logs:') && !line.startsWith('s3:'))
    .map((line) => ({ action: line.split(' ')[0] ?? '', place: placeOf(line.slice(line.indexOf(' ') + 1)) }));
  const may = [...Map.groupBy(allowed, ({ place }) => place)].map(
    ([place, its]) => `${[...new Set(its.map(({ action }) => `\`${action}\``))].join(', ')} on ${place}`,
  );
  const folders = (action: string) =>
    lines.flatMap((line) => new RegExp(`^${action} \\{RunBucket\\}/(\\w+)/\\*$`).exec(line)?.[1] ?? []).join(', ');
  return `| \`${role}\` | ${may.join('; ')} | ${folders('s3:GetObject')} | ${folders('s3:PutObject')} |`.replaceAll(
    '  ',
    ' ',
  );
}

describe('docs/permissions.md', () => {
  it.each(Object.entries(grants(discover().synth(), 'Allow')))('has what %s may do', (role, lines) => {
    expect(PAGE).toContain(row(role, lines));
  });

  it.each<{ readonly prop: string; readonly props: PropsFrom; readonly role: string; readonly action: string }>([
    {
      prop: "onUnhealthy: 'deregister-and-stop'",
      props: () => ({ onUnhealthy: 'deregister-and-stop' }),
      role: 'PublishOutcome',
      action: 'ecs:StopTask',
    },
    {
      prop: "onDraining: 'deregister'",
      props: () => ({ onDraining: 'deregister' }),
      role: 'StartRun',
      action: 'ecs:ListTasks',
    },
    {
      prop: 'ecsAnywhere: true',
      props: () => ({ ecsAnywhere: true }),
      role: 'CollectTasks',
      action: 'ssm:DescribeInstanceInformation',
    },
    {
      prop: 'publishPrimaryTaskSet',
      props: () => ({ publishPrimaryTaskSet: true }),
      role: 'CollectTasks',
      action: 'ecs:DescribeServices',
    },
    {
      prop: 'blueGreen',
      props: () => ({ blueGreen: true }),
      role: 'CollectTasks',
      action: 'ecs:DescribeServiceDeployments',
    },
    {
      prop: 'negativeTtl',
      props: () => ({ negativeTtl: Duration.seconds(5) }),
      role: 'ApplyBatch',
      action: 'route53:ChangeResourceRecordSets',
    },
    {
      prop: 'tracingEnabled',
      props: () => ({ tracingEnabled: true }),
      role: 'StateMachine',
      action: 'xray:PutTraceSegments',
    },
  ])('says what $prop adds', ({ prop, props, role, action }) => {
    const more = grants(discover(props).synth(), 'Allow')[role] ?? [];
    const usual = new Set(grants(discover().synth(), 'Allow')[role]);
    const added = more.filter((line) => !usual.has(line)).map((line) => line.split(' ')[0]);

    expect(added).toContain(action);
    expect(PAGE).toContain(`| \`${prop}\` | \`${role}\` |`);
    expect(PAGE.slice(PAGE.indexOf(`| \`${prop}\` |`))).toContain(`\`${action}\``);
  });

  it('has what the hook of deployments may do, where there is one', () => {
    const { ShiftHook = [] } = grants(discover(() => ({ blueGreen: true })).synth(), 'Allow');

    expect(PAGE).toContain(row('ShiftHook', ShiftHook));
  });

  it('names every role, and none that is not there', () => {
    const named = [...readFileSync('docs/permissions.md', 'utf8').matchAll(/^\| `([A-Z]\w+)` \|/gm)].map(
      ([, name]) => name,
    );
    expect(named.sort()).toEqual([...Object.keys(grants(discover().synth(), 'Allow')), 'ShiftHook'].sort());
  });
});
