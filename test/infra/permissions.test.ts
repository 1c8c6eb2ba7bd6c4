import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../examples/environment/stack.ts';
import { grants, type Statement, trusts } from './grants.ts';
import { CDK_JSON, discover, ofType, only, type PropsFrom, rendered } from './synthesized.ts';
import { environment, TEMPLATES } from './templates.ts';

const ZONE = 'arn:{Partition}:route53:::hostedzone/Z0123456789ABCDEFGHIJ';
const ECS = 'arn:{Partition}:ecs:{Region}:{AccountId}';
const ownLog = (name: string) => ['CreateLogStream', 'PutLogEvents'].map((action) => `logs:${action} {${name}Log}`);
const gets = (...folders: readonly string[]) => [
  ...folders.map((folder) => `s3:GetObject {RunBucket}/${folder}/*`),
  's3:ListBucket {RunBucket}',
];
const puts = (...folders: readonly string[]) => folders.map((folder) => `s3:PutObject {RunBucket}/${folder}/*`);
const readsTasks = [
  'ecs:ListTasks *',
  `ecs:DescribeTasks ${ECS}:task/*`,
  `ecs:DescribeContainerInstances ${ECS}:container-instance/*`,
  'ecs:DescribeTaskDefinition *',
  'ec2:DescribeInstances *',
  'ec2:DescribeNetworkInterfaces *',
];

/** Everything that is allowed to anybody. A wider line, or another one, fails. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  ReadTrigger: [
    ...ownLog('ReconcilerReadTrigger'),
    'sqs:ReceiveMessage {EventQueue}',
    'sqs:DeleteMessage {EventQueue}',
    'sqs:ChangeMessageVisibility {EventQueue}',
    'sqs:SendMessage {DeadLetterQueue}',
    ...puts('runs'),
  ],
  SnapshotZone: [
    ...ownLog('ReconcilerSnapshotZone'),
    `route53:GetHostedZone ${ZONE}`,
    `route53:ListResourceRecordSets ${ZONE}`,
    ...gets('runs', 'inventory'),
    ...puts('runs'),
  ],
  ListClusters: [
    ...ownLog('ReconcilerListClusters'),
    'ecs:ListClusters *',
    ...gets('runs', 'inventory'),
    ...puts('runs'),
  ],
  CollectTasks: [
    ...ownLog('ReconcilerCollectTasks'),
    ...readsTasks,
    'ec2:DescribeSubnets *',
    ...gets('runs', 'definitions'),
    ...puts('runs', 'definitions'),
  ],
  LoadBatch: [...ownLog('ReconcilerLoadBatch'), ...gets('runs')],
  CheckHealth: [
    ...ownLog('ReconcilerCheckHealth'),
    'ec2:CreateNetworkInterface *',
    'ec2:DescribeNetworkInterfaces *',
    'ec2:DescribeSubnets *',
    'ec2:DeleteNetworkInterface *',
    'ec2:AssignPrivateIpAddresses *',
    'ec2:UnassignPrivateIpAddresses *',
  ],
  SaveVerdicts: [...ownLog('ReconcilerSaveVerdicts'), ...puts('runs')],
  CompleteReading: [
    ...ownLog('ReconcilerCompleteReading'),
    `ecs:DescribeTasks ${ECS}:task/*`,
    `ecs:DescribeContainerInstances ${ECS}:container-instance/*`,
    'ec2:DescribeInstances *',
    'ec2:DescribeNetworkInterfaces *',
    'ec2:DescribeSubnets *',
    `route53:ListResourceRecordSets ${ZONE}`,
    ...gets('runs', 'inventory'),
    ...puts('runs', 'inventory'),
  ],
  PlanChanges: [
    ...ownLog('ReconcilerPlanChanges'),
    ...gets('runs', 'held', 'inventory'),
    ...puts('runs', 'held', 'inventory'),
  ],
  ApplyBatch: [
    ...ownLog('ReconcilerApplyBatch'),
    `route53:ListResourceRecordSets ${ZONE}`,
    `route53:ChangeResourceRecordSets ${ZONE} if ForAllValues:StringEquals route53:ChangeResourceRecordSetsRecordTypes A,SRV,TXT and ForAllValues:StringEquals route53:ChangeResourceRecordSetsActions CREATE,DELETE`,
    ...gets('runs', 'inventory'),
    ...puts('runs', 'inventory'),
  ],
  VerifyChanges: [
    ...ownLog('ReconcilerVerifyChanges'),
    ...readsTasks,
    `route53:ListResourceRecordSets ${ZONE}`,
    'sqs:DeleteMessage {EventQueue}',
    ...gets('runs', 'inventory', 'definitions'),
    ...puts('runs', 'definitions'),
  ],
  PublishOutcome: [
    ...ownLog('ReconcilerPublishOutcome'),
    ...gets('runs', 'inventory'),
    ...puts('outcomes', 'index'),
    'sqs:DeleteMessage {EventQueue}',
    'sqs:ChangeMessageVisibility {EventQueue}',
    'sqs:GetQueueAttributes {EventQueue}',
    'events:PutEvents arn:{Partition}:events:{Region}:{AccountId}:event-bus/default if StringEquals events:source ecs-service-discovery-dns',
    'states:StartExecution {ReconcilerStateMachine}',
  ],
  StartRun: [
    ...ownLog('TriggersStartRun'),
    'ecs:DescribeTaskDefinition *',
    'sqs:SendMessage {EventQueue}',
    'sqs:SendMessage {DeadLetterQueue}',
    'states:StartExecution {ReconcilerStateMachine}',
  ],
  Schedule: ['states:StartExecution {ReconcilerStateMachine}', 'sqs:SendMessage {DeadLetterQueue}'],
  StateMachine: [
    ...[
      'ReadTrigger',
      'SnapshotZone',
      'ListClusters',
      'CollectTasks',
      'LoadBatch',
      'CheckHealth',
      'SaveVerdicts',
      'CompleteReading',
      'PlanChanges',
      'ApplyBatch',
      'VerifyChanges',
      'PublishOutcome',
    ].map((step) => `lambda:InvokeFunction {Reconciler${step}Function}`),
    // Log delivery knows no resources (Service Authorization Reference).
    ...[
      'CreateLogDelivery',
      'GetLogDelivery',
      'UpdateLogDelivery',
      'DeleteLogDelivery',
      'ListLogDeliveries',
      'PutResourcePolicy',
      'DescribeResourcePolicies',
      'DescribeLogGroups',
    ].map((action) => `logs:${action} *`),
  ],
};

const sorted = (lines: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(lines).map(([role, its]) => [role, [...its].sort()]));

const clusters: PropsFrom = ({ stack }) => ({
  clusters: ['shop', 'depot'].map((name) =>
    ecs.Cluster.fromClusterArn(stack, name, `arn:aws:ecs:eu-west-1:123456789012:cluster/${name}`),
  ),
});

describe('each role may do what its step does, and nothing else', () => {
  it.each([
    { flags: 'without feature flags', context: {} },
    { flags: 'with those of cdk.json', context: CDK_JSON },
  ])('$flags', ({ context }) => {
    const template = discover(() => ({}), { context }).synth();

    expect(grants(template, 'Allow')).toEqual(sorted(ALLOWED));
  });

  it('reads of clusters are narrowed to the configured ones', () => {
    const template = discover(clusters).synth();

    const { CollectTasks = [], CompleteReading = [], VerifyChanges = [] } = grants(template, 'Allow');
    const on = ['shop', 'depot'].map((name) => `arn:aws:ecs:eu-west-1:123456789012:cluster/${name}`).join();
    const when = ` if ArnEquals ecs:cluster ${on}`;
    const describes = ['shop', 'depot'].flatMap((name) => [
      `ecs:DescribeContainerInstances ${ECS}:container-instance/${name}/*${when}`,
      `ecs:DescribeTasks ${ECS}:task/${name}/*${when}`,
    ]);
    const reads = (lines: readonly string[]) => lines.filter((line) => /^ecs:.*if ArnEquals/.test(line));
    expect(reads(CollectTasks)).toEqual([...describes, `ecs:ListTasks *${when}`].sort());
    expect(reads(VerifyChanges)).toEqual(reads(CollectTasks));
    expect(reads(CompleteReading)).toEqual(describes.filter((line) => !line.startsWith('ecs:DescribeTasks')).sort());
    const others = [CollectTasks, CompleteReading, VerifyChanges].flat().filter((line) => line.startsWith('ecs:'));
    // Single tasks that have values in the zone, of a cluster that is not among them any more.
    expect(others.filter((line) => !line.includes(when))).toEqual([
      'ecs:DescribeTaskDefinition *',
      `ecs:DescribeTasks ${ECS}:task/*`,
      'ecs:DescribeTaskDefinition *',
    ]);
  });

  it('tasks are stopped only where onUnhealthy says so, and only in the configured clusters', () => {
    const stop: PropsFrom = () => ({ onUnhealthy: 'deregister-and-stop' });
    const anywhere = grants(discover(stop).synth(), 'Allow');
    const narrowed = grants(discover((given) => ({ ...clusters(given), ...stop(given) })).synth(), 'Allow');

    const stopping = (roles: Readonly<Record<string, readonly string[]>>) =>
      Object.entries(roles).flatMap(([role, lines]) =>
        lines.filter((line) => line.startsWith('ecs:StopTask')).map((line) => `${role} ${line}`),
      );
    expect(stopping(ALLOWED)).toEqual([]);
    expect(stopping(anywhere)).toEqual([`PublishOutcome ecs:StopTask ${ECS}:task/*`]);
    expect(stopping(narrowed)).toHaveLength(2);
    for (const line of stopping(narrowed)) {
      expect(line).toMatch(/^PublishOutcome ecs:StopTask .*:task\/(shop|depot)\/\* if ArnEquals ecs:cluster /);
    }
    expect({ ...anywhere, PublishOutcome: [] }).toEqual({ ...sorted(ALLOWED), PublishOutcome: [] });
  });

  it('Systems Manager is asked only where ecsAnywhere says so', () => {
    const anywhere = grants(discover(() => ({ ecsAnywhere: true })).synth(), 'Allow');

    const asking = (roles: Readonly<Record<string, readonly string[]>>) =>
      Object.entries(roles).flatMap(([role, lines]) =>
        lines.filter((line) => line.startsWith('ssm:')).map((line) => `${role} ${line}`),
      );
    expect(asking(ALLOWED)).toEqual([]);
    expect(asking(anywhere)).toEqual([
      'CollectTasks ssm:DescribeInstanceInformation *',
      'VerifyChanges ssm:DescribeInstanceInformation *',
    ]);
  });

  it('services are read, and their shifts kept, only where they are shifted by DNS', () => {
    const shifting = grants(discover(() => ({ blueGreen: true })).synth(), 'Allow');
    const narrowed = grants(discover((given) => ({ ...clusters(given), blueGreen: true })).synth(), 'Allow');

    const added = (role: string) => (shifting[role] ?? []).filter((line) => !sorted(ALLOWED)[role]?.includes(line));
    expect(added('CollectTasks')).toEqual([
      `ecs:DescribeServiceDeployments ${ECS}:service-deployment/*`,
      `ecs:DescribeServices ${ECS}:service/*`,
      's3:GetObject {RunBucket}/services/*',
      's3:PutObject {RunBucket}/services/*',
    ]);
    expect(added('PublishOutcome')).toEqual(['s3:GetObject {RunBucket}/shifts/*', 's3:PutObject {RunBucket}/shifts/*']);
    for (const line of (narrowed.ShiftHook ?? []).filter((one) => /^ecs:Describe(Services|ServiceDep)/.test(one))) {
      expect(line).toMatch(/:service(-deployment)?\/(shop|depot)\/\*/);
    }
    const { CollectTasks: _, PublishOutcome: __, ShiftHook, Ecs, ...others } = shifting;
    const { CollectTasks: ___, PublishOutcome: ____, ...before } = sorted(ALLOWED);
    expect(others).toEqual(before);
    expect(Ecs).toEqual([expect.stringMatching(/^lambda:InvokeFunction .*:function:[\w-]+$/)]);
    expect(ShiftHook).toContain('route53:GetChange arn:{Partition}:route53:::change/*');
  });

  it('the trigger asks for the tasks of a host only where onDraining says so, and only in the configured clusters', () => {
    const drain: PropsFrom = () => ({ onDraining: 'deregister' });
    const anywhere = grants(discover(drain).synth(), 'Allow');
    const narrowed = grants(discover((given) => ({ ...clusters(given), ...drain(given) })).synth(), 'Allow');

    const reads = ({ StartRun = [] }: Readonly<Record<string, readonly string[]>>) =>
      StartRun.filter((line) => /^ecs:(ListTasks|DescribeTasks)/.test(line));
    expect(reads(ALLOWED)).toEqual([]);
    expect(reads(anywhere)).toEqual([`ecs:DescribeTasks ${ECS}:task/*`, 'ecs:ListTasks *']);
    expect(reads(narrowed)).toHaveLength(3);
    for (const line of reads(narrowed)) expect(line).toMatch(/ if ArnEquals ecs:cluster /);
    expect({ ...anywhere, StartRun: [] }).toEqual({ ...sorted(ALLOWED), StartRun: [] });
  });

  it.each([
    { flags: 'without feature flags', context: {} },
    { flags: 'with those of cdk.json', context: CDK_JSON },
  ])('the same in examples/environment, on its zone and its cluster, $flags', ({ context }) => {
    const ofItsKind = discover((around) => ({ clusters: clusters(around).clusters?.slice(0, 1) ?? [], ...SETTINGS }));

    const there = grants(environment(context), 'Allow', 'ServiceDiscovery');

    const here = JSON.stringify(grants(ofItsKind.synth(), 'Allow'))
      .replaceAll(ZONE, 'arn:{Partition}:route53:::hostedzone/{NetworkZone}')
      .replaceAll('arn:aws:ecs:eu-west-1:123456789012:cluster/shop', '{HostsCluster}')
      .replaceAll('/shop/*', '/{HostsCluster}/*');
    expect(there).toEqual(JSON.parse(here));
  });

  it('the SOA is lowered only when asked, by UPSERT, and UPSERT is for nothing else', () => {
    const template = discover(() => ({ negativeTtl: Duration.seconds(5) })).synth();

    const lowering = grants(template, 'Allow');

    const byDefault = sorted(ALLOWED);
    const key = 'ForAllValues:StringEquals route53:ChangeResourceRecordSets';
    expect({ ...lowering, ApplyBatch: byDefault.ApplyBatch }).toEqual(byDefault);
    expect(lowering.ApplyBatch).toEqual(
      [
        ...(byDefault.ApplyBatch ?? []),
        `route53:ChangeResourceRecordSets ${ZONE} if ${key}RecordTypes SOA and ${key}Actions UPSERT`,
      ].sort(),
    );
  });

  it.each(['ipv4', 'dualstack', 'ipv6'] as const)(
    'AAAA record sets are changed only when asked: %s',
    (addressFamily) => {
      const asked = grants(discover(() => ({ addressFamily })).synth(), 'Allow');

      const byDefault = sorted(ALLOWED);
      expect({ ...asked, ApplyBatch: byDefault.ApplyBatch }).toEqual(byDefault);
      expect(JSON.stringify(byDefault)).not.toContain('AAAA');
      const types = /RecordTypes A,SRV,TXT/;
      expect(byDefault.ApplyBatch?.some((line) => types.test(line))).toBe(true);
      expect(asked.ApplyBatch).toEqual(
        byDefault.ApplyBatch?.map((line) => line.replace(types, 'RecordTypes A,AAAA,SRV,TXT')),
      );
    },
  );

  it.each([{ soa: 'left alone' }, { soa: 'lowered', negativeTtl: Duration.seconds(5) }])(
    'a zone of another account is reached by its role alone, and by no right of a function, SOA $soa',
    ({ negativeTtl }) => {
      const roleArn = 'arn:aws:iam::210987654321:role/zone';
      const elsewhere: PropsFrom = ({ stack }) => ({
        hostedZoneRole: iam.Role.fromRoleArn(stack, 'ZoneRole', roleArn),
        ...(negativeTtl && { negativeTtl }),
      });

      const allowed = grants(discover(elsewhere).synth(), 'Allow');

      const expected = Object.entries(ALLOWED).map(([role, lines]): [string, readonly string[]] => {
        const others = lines.filter((line) => !line.startsWith('route53:'));
        return [role, others.length < lines.length ? [...others, `sts:AssumeRole ${roleArn}`] : lines];
      });
      expect(allowed).toEqual(sorted(Object.fromEntries(expected)));
      expect(Object.keys(allowed).filter((role) => allowed[role]?.some((line) => line.startsWith('sts:')))).toEqual([
        'SnapshotZone',
        'CompleteReading',
        'ApplyBatch',
        'VerifyChanges',
      ]);
    },
  );

  it('the checker loses even its network rights where nothing is probed', () => {
    const template = discover(() => ({ healthCheck: false })).synth();

    expect(grants(template, 'Allow').CheckHealth).toEqual(sorted(ALLOWED).CheckHealth?.slice(-2));
  });

  it.each(TEMPLATES)('the code of the checker is denied what Lambda needs to attach it: $of', ({ template }) => {
    const denied = grants(template, 'Deny');
    const when = ' if ArnEquals lambda:SourceFunctionArn {ReconcilerCheckHealthFunction}';
    const allowed = (ALLOWED.CheckHealth ?? []).filter((line) => line.startsWith('ec2:'));
    expect(Object.keys(denied)).toEqual(['CheckHealth']);
    expect(denied.CheckHealth).toEqual([...allowed, 'ec2:DetachNetworkInterface *'].map((line) => line + when).sort());
  });
});

describe('no role has more than its inline policies', () => {
  const roles = TEMPLATES.flatMap(({ template, within }) =>
    ofType(template, 'AWS::IAM::Role').filter(({ id }) => id.startsWith(within)),
  );

  it('no managed policies', () => {
    expect(roles.length).toBe(TEMPLATES.length * Object.keys(ALLOWED).length);
    expect(roles.filter(({ Properties }) => Properties.ManagedPolicyArns || Properties.Policies)).toEqual([]);
  });
});

describe('each role may be taken by one service, for us alone where a service can say for whom', () => {
  it.each(TEMPLATES)('$of', ({ template, within }) => {
    const { id } = only(template, 'AWS::StepFunctions::StateMachine');
    const by = (service: string, arn?: string) => [
      `Allow sts:AssumeRole Service ${service}.amazonaws.com${arn === undefined ? '' : ` if StringEquals aws:SourceAccount {AccountId} and ArnLike aws:SourceArn arn:{Partition}:${service}:{Region}:{AccountId}:${arn}`}`,
    ];
    const { Schedule: _, StateMachine: __, ...functions } = ALLOWED;

    expect(trusts(template, within)).toEqual({
      ...Object.fromEntries(Object.keys(functions).map((name) => [name, by('lambda')])),
      Schedule: by('scheduler', 'schedule-group/default'),
      // By a part of its name: the machine needs its role before it has one.
      StateMachine: by('states', `stateMachine:*${id.slice(0, 20)}*`),
    });
  });
});

it('no role has more inline policy than IAM takes, with as many clusters as can be named', () => {
  const clusters: PropsFrom = ({ stack }) => ({
    clusters: Array.from({ length: 40 }, (_, index) =>
      ecs.Cluster.fromClusterArn(
        stack,
        `C${index}`,
        `arn:aws:ecs:eu-west-1:123456789012:cluster/some-cluster-${index}`,
      ),
    ),
  });
  const sizes = new Map<string, number>();
  for (const { Properties } of ofType(discover(clusters).synth(), 'AWS::IAM::Policy')) {
    const characters = rendered({ 'Fn::Join': ['', [JSON.stringify(Properties.PolicyDocument)]] }).length;
    for (const role of Properties.Roles as readonly unknown[]) {
      sizes.set(rendered(role), (sizes.get(rendered(role)) ?? 0) + characters);
    }
  }

  expect([...sizes].filter(([, characters]) => characters > 10_240)).toEqual([]);
});

it.each(TEMPLATES)('resource policies let in EventBridge to the dead-letter queue, for our rule only: $of', (one) => {
  const { template } = one;

  const statements = ['AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy']
    .flatMap((type) => ofType(template, type))
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: readonly Statement[] }).Statement)
    .filter(({ Effect }) => Effect === 'Allow');
  expect(statements).toEqual([
    expect.objectContaining({
      Action: 'sqs:SendMessage',
      Principal: { Service: 'events.amazonaws.com' },
      Condition: {
        ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [expect.stringContaining('TaskStateChange'), 'Arn'] } },
      },
    }),
  ]);
});
