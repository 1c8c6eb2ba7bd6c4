import { readFileSync } from 'node:fs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { describe, expect, it } from 'vitest';
import { ROWS, SETTINGS, type Setting, type SettingName } from '../../functions/contracts/settings.ts';
import { PROP_NAMES, type PropName, plainOf, propOf } from '../../infra/cdk-values.ts';
import { readConfig } from '../../infra/config.ts';
import { PROPS } from '../../infra/given.ts';
import { OUTPUTS } from '../../infra/outputs.ts';
import { ServiceDiscoveryStack } from '../../infra/stack.ts';
import { DOCSTRINGS } from '../settings/docstrings.ts';
import { documented } from '../settings/document.ts';
import { TABLES } from '../settings/tables.ts';
import { SUBNET_IDS, testApp, VPC_ID, ZONE_ID } from './synthesized.ts';

const IDS = { hostedZoneId: ZONE_ID, hostedZoneName: 'shop.internal', vpcId: VPC_ID, privateSubnetIds: SUBNET_IDS };
const row = (name: SettingName): Setting<unknown> => SETTINGS[name];
const DEFAULTED = ROWS.filter(([, { byDefault }]) => byDefault !== undefined);

describe('rows', () => {
  it.each(DEFAULTED)('%s has a default that it allows itself', (_, { kind, byDefault }) => {
    expect(kind.allows(byDefault)).toBe(true);
  });

  it.each(ROWS)(
    '%s has a default, or says what happens without, or has to be given',
    (name, { byDefault, otherwise }) => {
      const given: readonly SettingName[] = ['hostedZoneId', 'hostedZoneName'];

      expect([byDefault !== undefined, otherwise !== undefined, given.includes(name)].filter(Boolean)).toEqual([true]);
    },
  );

  it('have each variable, parameter and sentence once', () => {
    for (const key of ['variable', 'parameter', 'says'] as const) {
      const all = ROWS.flatMap(([, one]) => (one[key] === undefined ? [] : [JSON.stringify(one[key])]));

      expect(new Set(all).size, key).toBe(all.length);
    }
  });

  it('know the days that CloudWatch keeps logs for', () => {
    const days = Object.values(RetentionDays).filter((one) => typeof one === 'number');
    const { kind } = row('logRetention');

    expect(days.filter((one) => !kind.allows(plainOf('logRetention', one)))).toEqual([]);
    expect(kind.want.split(' or ')).toHaveLength(days.length);
  });

  it.each(PROP_NAMES)('%s is the same as a plain value and as a prop', (name) => {
    const { byDefault } = row(name);

    if (byDefault !== undefined) expect(plainOf(name, propOf(name, byDefault))).toBe(byDefault);
  });
});

describe('the docstrings of the props', () => {
  it('are those of the rows, and every prop has one', () => {
    const props = ROWS.flatMap(([name, { prop = name }]) => (prop === false ? [] : [prop]));

    expect([...DOCSTRINGS.keys()].sort()).toEqual([...new Set(props)].sort());
  });

  it.each(ROWS.filter(([name, { prop }]) => prop !== false && name !== 'hostedZoneName'))(
    '%s begins with the sentence of its row',
    (name, { says, prop = name }) => {
      expect(DOCSTRINGS.get(String(prop))?.says).toMatch(startOf(says));
    },
  );

  it.each(DEFAULTED.filter(([, { prop }]) => prop !== false))('%s has its default', (name, { byDefault }) => {
    const said = DOCSTRINGS.get(name)?.byDefault;

    expect(plainOf(name as PropName, evaluated(said ?? ''))).toBe(byDefault);
  });

  it.each(ROWS.filter(([, { otherwise, prop }]) => otherwise !== undefined && prop !== false))(
    '%s says what happens without it',
    (name, { otherwise = '', prop = name }) => {
      expect(DOCSTRINGS.get(String(prop))?.byDefault).toMatch(startOf(`- ${otherwise}`));
    },
  );
});

/** A beginning that ends with a word. */
const startOf = (text: string) => new RegExp(`^${RegExp.escape(text)}(?!\\w)`);

/** What an expression of the CDK stands for, as an app would write it. */
function evaluated(expression: string): unknown {
  const known = { Duration, RemovalPolicy, RetentionDays, ScheduleExpression };
  return new Function(...Object.keys(known), `return (${expression});`)(...Object.values(known));
}

describe('docs/settings.md', () => {
  const found = documented();

  it.each(Object.entries(TABLES))('has the table of %s: npm run settings -- --write', (name, table) => {
    expect(found[name]).toBe(table());
  });

  it('has every key, prop and output', () => {
    const first = (name: string) => found[name]?.split('\n').flatMap((line) => /^\| `(\w+)`/.exec(line)?.[1] ?? []);

    expect(first('context')).toEqual(ROWS.flatMap(([name, { context }]) => (context === false ? [] : [name])));
    expect(first('props')?.toSorted()).toEqual(PROPS.toSorted());
    expect(first('outputs')).toEqual(Object.keys(OUTPUTS));
  });
});

describe('other pages', () => {
  const {
    recordTtl,
    eventWindow,
    maxDeleteShare,
    guardMinimum,
    minimumHealthyShare,
    outcomeRetention,
    routing,
    schedule,
  } = SETTINGS;

  it.each([
    [
      'README.md',
      `(${guardMinimum.byDefault} or more of our values in the zone, more than ${maxDeleteShare.byDefault * 100} % of them)`,
    ],
    ['docs/guard.md', `| \`guardMinimum\` | ${guardMinimum.byDefault} |`],
    ['docs/guard.md', `| \`maxDeleteShare\` | ${maxDeleteShare.byDefault} |`],
    ['docs/guard.md', `valid for ${outcomeRetention.byDefault} days (\`outcomeRetention\`)`],
    ['docs/draining.md', `| TTL of the answer | ${recordTtl.byDefault} s | \`recordTtl\` |`],
    ['docs/draining.md', `| rest of the window | 0 to ${eventWindow.byDefault} s | \`eventWindow\` |`],
    ['docs/draining.md', `(every ${schedule.byDefault.replace(/\D/g, '')} minutes)`],
    ['docs/health.md', `\`minimumHealthyShare\` is ${minimumHealthyShare.byDefault}.`],
    ['docs/operate.md', `for ${outcomeRetention.byDefault} days or \`outcomeRetention\``],
    ['docs/zone.md', `the variable \`${routing.variable}\``],
  ])('%s: %s', (page, text) => {
    expect(readFileSync(page, 'utf8').replaceAll(/\s+/g, ' ')).toContain(text);
  });
});

/** Another value of each key that the app takes. */
const CONTEXT = {
  stackName: 'Blue',
  hostedZoneId: 'Z9876543210',
  hostedZoneName: 'other.internal',
  hostedZoneRoleArn: 'arn:aws:iam::210987654321:role/zone',
  hostedZoneExternalId: 'of-the-shop',
  vpcId: 'vpc-0fedcba9876543210',
  privateSubnetIds: 'subnet-0fedcba9876543210',
  clusters: 'shop',
  healthCheck: 'false',
  ecsAnywhere: 'true',
  anywhereProbed: 'true',
  healthCheckPath: '/health',
  ownerLabel: 'blue',
  deploymentId: 'blue',
  addressFamily: 'dualstack',
  recordTtl: '60',
  publishTasks: 'services',
  minimumTtl: '2',
  routing: 'weighted',
  beyondCapacity: 'spread',
  negativeTtl: '5',
  schedule: 'rate(1 minute)',
  eventWindow: '5',
  maxDeleteShare: '1',
  guardMinimum: '3',
  minimumHealthyShare: '0',
  requestShare: '0.25',
  onUnhealthy: 'deregister-and-stop',
  onDraining: 'deregister',
  publishPrimaryTaskSet: 'true',
  blueGreen: 'true',
  alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call',
  alarmEmail: 'on-call@example.com',
  dashboard: 'false',
  outcomeRetention: '400',
  logRetention: '7',
  removalPolicy: 'destroy',
  tracingEnabled: 'true',
} as const satisfies Readonly<Record<Exclude<SettingName, 'securityGroups'>, string>>;

/** What a deployment says where nothing is given, by the rows. */
const AS_BY_DEFAULT = Object.fromEntries(
  DEFAULTED.filter(([name]) => name !== 'stackName').map(([name, { byDefault }]) => [name, String(byDefault)]),
);

describe('the app', () => {
  const templateOf = (context: Readonly<Record<string, unknown>>) => {
    const app = testApp({ ...IDS, ...context });
    return Template.fromStack(new ServiceDiscoveryStack(app, readConfig(app.node))).toJSON();
  };
  const byDefault = templateOf({});

  it('makes the same of the defaults of the rows as of nothing', () => {
    expect(templateOf(AS_BY_DEFAULT)).toEqual(byDefault);
  });

  it.each(Object.entries(CONTEXT))('makes another template with %s=%s', (name, given) => {
    // An external id is for a role.
    const role = name === 'hostedZoneExternalId' && { hostedZoneRoleArn: CONTEXT.hostedZoneRoleArn };
    const changed = templateOf({ ...role, [name]: given });

    expect(changed).not.toEqual(byDefault);
  });
});
