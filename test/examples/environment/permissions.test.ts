import { expect, it } from 'vitest';
import { grants } from '../../infra/grants.ts';
import { CDK_JSON, ofType, rendered } from '../../infra/synthesized.ts';
import { environment } from '../../infra/templates.ts';

const template = environment();
const ECR = 'arn:{Partition}:ecr:{Region}:{AccountId}:repository/';
const REPOSITORY = `${ECR}{"Fn::Sub":"cdk-hnb659fds-container-assets-\${AWS::AccountId}-\${AWS::Region}"}`;

/** What a task's execution role does: load the image, write the log, read the passwords. */
const execution = (workload: string, ...secrets: readonly string[]) => [
  ...['BatchCheckLayerAvailability', 'BatchGetImage', 'GetDownloadUrlForLayer'].map(
    (action) => `ecr:${action} ${REPOSITORY}`,
  ),
  'ecr:GetAuthorizationToken *',
  ...['CreateLogStream', 'PutLogEvents'].map((action) => `logs:${action} {${workload}TaskLog}`),
  ...['DescribeSecret', 'GetSecretValue'].flatMap((action) =>
    secrets.map((secret) => `secretsmanager:${action} {${secret}LoginSecret}`),
  ),
];

const ON_HOSTS =
  'arn:{Partition}:ecs:{Region}:{AccountId}:container-instance/{HostsCluster}/* if ArnEquals ecs:cluster {HostsCluster}';
/** Everything that is allowed to anybody, besides what the construct needs. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  HostsHost: [
    ...[
      'RegisterContainerInstance',
      'DeregisterContainerInstance',
      'SubmitAttachmentStateChanges',
      'SubmitContainerStateChange',
      'SubmitTaskStateChange',
    ].map((action) => `ecs:${action} {HostsCluster}`),
    `ecs:Poll ${ON_HOSTS}`,
    `ecs:StartTelemetrySession ${ON_HOSTS}`,
    'ecs:DiscoverPollEndpoint *',
  ],
  TimeTaskExecution: execution('Time', 'Time'),
  CalcTaskExecution: execution('Calc', 'Calc'),
  CalcOnFargateTaskExecution: execution('CalcOnFargate', 'Calc'),
  PortalTaskExecution: execution('Portal', 'Calc', 'Portal', 'Time'),
};

/** What reaches further than one resource, and why it has to. */
const ACKNOWLEDGED: Readonly<Record<string, string>> = {
  'ecr:GetAuthorizationToken *': 'knows no resources (Service Authorization Reference); granted by the CDK',
  'ecs:DiscoverPollEndpoint *': 'knows no resources',
  [`ecs:Poll ${ON_HOSTS}`]: 'ids of hosts are not known before; only hosts of this cluster',
  [`ecs:StartTelemetrySession ${ON_HOSTS}`]: 'the same',
};
const MANAGED: Readonly<Record<string, string>> = {
  'HostsHostRole AmazonSSMManagedInstanceCore': 'Session Manager in place of SSH; kept up to date by AWS',
  'CustomVpcRestrictDefaultSGCustomResourceProviderRole AWSLambdaBasicExecutionRole':
    'the function of the CDK that empties the default security group; its only other rights are on that group',
};

const others = Object.entries(grants(template, 'Allow')).filter(
  ([role]) => !Object.hasOwn(grants(template, 'Allow', 'ServiceDiscovery'), role),
);

it.each([
  { flags: 'without feature flags', context: {} },
  { flags: 'with those of cdk.json', context: CDK_JSON },
])('each role may do what it is for, and nothing else, $flags', ({ context }) => {
  const of = environment(context);
  const discovery = Object.keys(grants(of, 'Allow', 'ServiceDiscovery'));

  const found = Object.entries(grants(of, 'Allow')).filter(([role]) => !discovery.includes(role));

  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(Object.entries(ALLOWED).map(([role, lines]) => [role, [...lines].sort()])),
  );
});

it('each line that reaches further than one resource has a reason, and each reason a line', () => {
  const wide = others.flatMap(([, lines]) => lines).filter((line) => line.includes('*'));

  expect([...new Set(wide)].sort()).toEqual(Object.keys(ACKNOWLEDGED).sort());
});

it('each managed policy has a reason, and each reason a policy', () => {
  const managed = ofType(template, 'AWS::IAM::Role').flatMap(({ id, Properties }) =>
    ((Properties.ManagedPolicyArns ?? []) as readonly unknown[]).map((arn) => {
      const [, name = ''] = /(\w+)"?\}?$/.exec(rendered(arn)) ?? [];
      return `${rendered({ Ref: id }).slice(1, -1)} ${name}`;
    }),
  );

  expect(managed.map((line) => line.replace(/Role[0-9A-F]{7,8} /, 'Role ')).sort()).toEqual(
    Object.keys(MANAGED).sort(),
  );
});

it('no action is a pattern, wherever it is granted', () => {
  const actions: string[] = [];
  JSON.stringify(template.toJSON().Resources, function collect(key: string, value: unknown) {
    const allows = Reflect.get(this as object, 'Effect') === 'Allow';
    if (key === 'Action' && allows) actions.push(...[value].flat().map(String));
    return value;
  });

  expect(actions.length).toBeGreaterThan(100);
  expect(actions.filter((action) => action.includes('*'))).toEqual([]);
});

it('the code of the services has no rights at all', () => {
  const roles = ofType(template, 'AWS::IAM::Role').filter(({ id }) => /TaskTaskRole/.test(id));
  const policies = ofType(template, 'AWS::IAM::Policy').flatMap(({ Properties }) => rendered(Properties.Roles));

  expect(roles).toHaveLength(4);
  expect(roles.filter(({ Properties }) => Properties.ManagedPolicyArns || Properties.Policies)).toEqual([]);
  expect(policies.filter((role) => role.includes('TaskTaskRole'))).toEqual([]);
});
