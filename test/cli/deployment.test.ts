import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { findDeployment, readDeployment } from '../../cli/deployment.ts';
import { stateMachines } from '../../cli/state-machine.ts';
import { definition } from '../../infra/definition.ts';
import { failure } from '../adapters/served.ts';
import { discover, only, type PropsFrom, type Surroundings } from '../infra/synthesized.ts';
import { arnOf, commentOf, servedMachines } from './machines.ts';

describe('the deployment', () => {
  it.each([
    {
      row: 'the only one that is named as ours',
      machines: { AReconcilerStateMachine1: commentOf('a'), other: undefined },
    },
    { row: 'the only one under another name', machines: { mine: commentOf('a'), other: 'x=1', third: undefined } },
  ])('is $row', async ({ machines }) => {
    await servedMachines(machines);

    const found = await findDeployment(stateMachines(), undefined);

    expect(found).toMatchObject({
      id: '123456789012/us-east-1/a',
      naming: { zone: 'shop.internal.', owner: 'ecs' },
      zoneId: 'Z0SHOP',
      bucket: 'runs-a',
    });
  });

  it('is the one that was given, among several', async () => {
    await servedMachines({ AReconcilerStateMachine1: commentOf('a'), BReconcilerStateMachine1: commentOf('b') });

    const found = await findDeployment(stateMachines(), arnOf('BReconcilerStateMachine1'));

    expect(found.bucket).toBe('runs-b');
  });

  it('is found behind many state machines of others, over all pages', async () => {
    const others = Array.from({ length: 1_001 }, (_, index) => [`other-${index}`, undefined]);
    const { inputs } = await servedMachines({ ...Object.fromEntries(others), ReconcilerStateMachine1: commentOf('a') });

    const found = await findDeployment(stateMachines(), undefined);

    expect(found.bucket).toBe('runs-a');
    expect(inputs('DescribeStateMachine')).toHaveLength(1);
    expect(inputs('ListStateMachines')).toHaveLength(2);
  });
});

describe('without exactly one deployment', () => {
  it('says which there are', async () => {
    await servedMachines({ AReconcilerStateMachine1: commentOf('a'), BReconcilerStateMachine1: commentOf('b') });

    const { message } = await failure(findDeployment(stateMachines(), undefined));

    expect(message).toContain('there are 2 deployments here; name one with --state-machine or ECSSD_STATE_MACHINE:');
    expect(message).toContain(`${arnOf('AReconcilerStateMachine1')}  (123456789012/us-east-1/a, ecs.shop.internal.)`);
  });

  it.each([
    { row: 'none at all', machines: {}, says: 'no state machine at all' },
    { row: 'none of ours', machines: { other: undefined }, says: 'none among 1 state machines:\n  other\n' },
    {
      row: 'many of others',
      machines: Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`other-${index}`, undefined])),
      says: '… and 2 more',
    },
  ])('says what there is instead: $row', async ({ machines, says }) => {
    await servedMachines(machines);

    const { message } = await failure(findDeployment(stateMachines(), undefined));

    expect(message).toContain(says);
    expect(message).toContain('look at credentials and AWS_REGION');
  });

  it.each([
    { row: 'that is no ARN', given: 'reconcile', says: 'got state machine "reconcile", want its ARN' },
    { row: 'of an execution', given: arnOf('x').replace('stateMachine', 'execution'), says: 'want its ARN' },
    { row: 'of something else', given: arnOf('other'), says: 'is none of a service discovery' },
    { row: 'that is not there', given: arnOf('gone'), says: 'State Machine Does Not Exist' },
  ])('says what is wrong with a state machine $row', async ({ given, says }) => {
    await servedMachines({ other: 'another machine' });

    const { message } = await failure(findDeployment(stateMachines(), given));

    expect(message).toContain(says);
  });
});

const ROLE = { arn: 'arn:aws:iam::210987654321:role/dns/zone', externalId: 'a=b:/c' };
const roleOf = ({ stack }: Surroundings) => iam.Role.fromRoleArn(stack, 'ZoneRole', ROLE.arn);

it.each<{ row: string; props: PropsFrom; more: object }>([
  { row: 'in its own account', props: () => ({}), more: {} },
  {
    row: 'by a role',
    props: (around) => ({ hostedZoneRole: roleOf(around) }),
    more: { zoneRole: { arn: ROLE.arn } },
  },
  {
    row: 'by a role with an external id',
    props: (around) => ({ hostedZoneRole: roleOf(around), hostedZoneExternalId: ROLE.externalId }),
    more: { zoneRole: ROLE },
  },
])('reads from the definition what the construct has put there, a zone $row', ({ props, more }) => {
  const template = discover(props).synth();
  const { DefinitionSubstitutions = {} } = only(template, 'AWS::StepFunctions::StateMachine').Properties as {
    DefinitionSubstitutions?: Readonly<Record<string, unknown>>;
  };
  const deployed = definition().replaceAll(/\$\{(\w+)\}/g, (_, name) => {
    const value = DefinitionSubstitutions[name];
    return typeof value === 'string' ? value : `<${name}>`;
  });

  const found = readDeployment(arnOf('x'), deployed);

  expect(found).toEqual({
    stateMachine: arnOf('x'),
    schedule: 'rate(5 minutes)',
    id: expect.any(String),
    naming: { zone: expect.stringMatching(/\.$/), owner: 'ecs' },
    zoneId: expect.any(String),
    bucket: '<RunBucket>',
    alarms: 'nobody',
    ...more,
    definition: deployed,
  });
});
