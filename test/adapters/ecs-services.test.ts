import type { DescribeServicesCommandOutput, Service } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { serviceReader } from '../../functions/adapters/ecs-services.ts';
import { ecsStandIn } from '../stand-ins/ecs.ts';
import { failure, scripted, served } from './served.ts';

const ECS = 'arn:aws:ecs:us-east-1:123456789012';
const HOOK = 'arn:aws:lambda:us-east-1:123456789012:function:shift';
const BLUE = `${ECS}:service-revision/shop/web/1111`;
const GREEN = `${ECS}:service-revision/shop/web/2222`;
const DEPLOYMENT = `${ECS}:service-deployment/shop/web/dep1`;

/** A service in the middle of a blue/green deployment, in the form of the ECS API model. */
const WEB = {
  serviceArn: `${ECS}:service/shop/web`,
  serviceName: 'web',
  clusterArn: `${ECS}:cluster/shop`,
  status: 'ACTIVE',
  desiredCount: 2,
  deploymentController: { type: 'ECS' },
  deploymentConfiguration: {
    strategy: 'BLUE_GREEN',
    bakeTimeInMinutes: 5,
    lifecycleHooks: [
      {
        hookTargetArn: HOOK,
        roleArn: 'arn:aws:iam::123456789012:role/hook',
        lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'],
        hookDetails: { testName: '_web._tcp.test' },
      },
      { targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] },
    ],
  },
  currentServiceDeployment: DEPLOYMENT,
  currentServiceRevisions: [
    { arn: BLUE, requestedTaskCount: 2 },
    { arn: GREEN, requestedTaskCount: 3 },
  ],
} satisfies Service;

const withServices = (answer: Partial<DescribeServicesCommandOutput>) =>
  served(scripted('ecs', { DescribeServices: () => answer }));

describe('a service', () => {
  it('is told with its strategy, its hooks and its revisions', async () => {
    await withServices({ services: [WEB] });

    const { found } = await serviceReader().services('shop', ['web']);

    expect(found).toEqual([
      {
        service: `${ECS}:service/shop/web`,
        cluster: `${ECS}:cluster/shop`,
        name: 'web',
        strategy: 'BLUE_GREEN',
        controller: 'ECS',
        hooks: [{ target: HOOK, stages: ['PRODUCTION_TRAFFIC_SHIFT'], details: { testName: '_web._tcp.test' } }],
        revisions: [
          { arn: BLUE, requested: 2 },
          { arn: GREEN, requested: 3 },
        ],
        deployment: DEPLOYMENT,
      },
    ]);
  });

  it('keeps words that this version does not know, and its task sets', async () => {
    const taskSets = [
      { id: 'ecs-svc/2', status: 'ACTIVE' },
      { id: 'ecs-svc/1', status: 'PRIMARY', computedDesiredCount: 4 },
      { status: 'ACTIVE' },
    ];
    const { currentServiceDeployment: _, ...without } = WEB;
    const words = {
      deploymentController: { type: 'CODE_DEPLOY' as const },
      deploymentConfiguration: { strategy: 'RAINBOW' as never },
    };
    await withServices({ services: [{ ...without, ...words, taskSets }] });

    const { found } = await serviceReader().services('shop', ['web']);

    expect(found).toMatchObject([
      {
        strategy: 'RAINBOW',
        controller: 'CODE_DEPLOY',
        hooks: [],
        taskSets: [
          { id: 'ecs-svc/2', isPrimary: false },
          { id: 'ecs-svc/1', isPrimary: true, requested: 4 },
        ],
      },
    ]);
    expect(found[0]).not.toHaveProperty('deployment');
  });

  it('is a rolling one where ECS says nothing else, as the stand-in has it', async () => {
    const ecs = ecsStandIn({ now: () => 0, region: 'us-east-1', accountId: '123456789012' });
    ecs.admin.createCluster('shop');
    ecs.admin.registerTaskDefinition({ family: 'calc', containerDefinitions: [{ name: 'app', image: 'calc' }] });
    ecs.admin.putService({ cluster: 'shop', serviceName: 'web', taskDefinition: 'calc', desiredCount: 1 });
    await served(ecs);

    const answers = await serviceReader().services('shop', ['web', 'nobody']);

    expect(answers.found).toMatchObject([{ name: 'web', strategy: 'ROLLING', controller: 'ECS', hooks: [] }]);
    expect(answers.missing).toEqual(['nobody']);
    expect(answers.unanswered).toEqual([]);
  });

  it.each<{ row: string; answer: Partial<DescribeServicesCommandOutput>; why: string }>([
    { row: 'is not in the answer', answer: { services: [] }, why: 'no answer' },
    {
      row: 'has failed for a reason of its own',
      answer: { services: [], failures: [{ arn: `${ECS}:service/two`, reason: 'BUSY', detail: 'later' }] },
      why: 'BUSY, later',
    },
    {
      row: 'has no ARN',
      answer: { services: [{ serviceName: 'two', clusterArn: WEB.clusterArn }] },
      why: 'an answer without serviceArn',
    },
    {
      row: 'has a revision without an ARN',
      answer: { services: [{ ...WEB, serviceName: 'two', currentServiceRevisions: [{ requestedTaskCount: 1 }] }] },
      why: 'an answer without the ARN of a service revision',
    },
  ])('that $row is unanswered, and the others are not', async ({ answer, why }) => {
    await withServices({ ...answer, services: [...(answer.services ?? []), WEB] });

    const answers = await serviceReader().services('shop', ['web', 'two']);

    expect(answers.found.map(({ name }) => name)).toEqual(['web']);
    expect(answers.missing).toEqual([]);
    expect(answers.unanswered).toEqual([{ asked: 'two', why }]);
  });

  it('says that a cluster is gone', async () => {
    await served(ecsStandIn({ now: () => 0, region: 'us-east-1', accountId: '123456789012' }));

    const fault = await failure(serviceReader().services('nowhere', ['web']));

    expect(fault.name).toBe('ClusterGoneError');
  });
});

describe('a deployment', () => {
  const told = {
    serviceDeploymentArn: DEPLOYMENT,
    serviceArn: WEB.serviceArn,
    status: 'IN_PROGRESS',
    lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT',
    sourceServiceRevisions: [{ arn: BLUE, requestedTaskCount: 2, requestedProductionTrafficWeight: 0 }],
    targetServiceRevision: { arn: GREEN, requestedTaskCount: 3, requestedProductionTrafficWeight: 100 },
  };
  const withDeployments = (answer: object) => served(scripted('ecs', { DescribeServiceDeployments: () => answer }));

  it('is told with its status, its stage and its revisions', async () => {
    await withDeployments({ serviceDeployments: [told] });

    const { found } = await serviceReader().deployments([DEPLOYMENT]);

    expect(found).toEqual([
      {
        arn: DEPLOYMENT,
        status: 'IN_PROGRESS',
        stage: 'PRODUCTION_TRAFFIC_SHIFT',
        target: { arn: GREEN, requested: 3, weight: 100 },
        sources: [{ arn: BLUE, requested: 2, weight: 0 }],
      },
    ]);
  });

  it('is told with the revision that it goes back to, and words that this version does not know', async () => {
    const rollback = { reason: 'an alarm', serviceRevisionArn: BLUE };
    await withDeployments({ serviceDeployments: [{ ...told, status: 'ROLLBACK_PONDERED', rollback }] });

    const { found } = await serviceReader().deployments([DEPLOYMENT]);

    expect(found).toMatchObject([{ status: 'ROLLBACK_PONDERED', rollback: BLUE }]);
  });

  it('is told without a source at a first deployment', async () => {
    const { sourceServiceRevisions: _, ...first } = told;
    await withDeployments({ serviceDeployments: [first] });

    const { found } = await serviceReader().deployments([DEPLOYMENT]);

    expect(found).toMatchObject([{ sources: [], target: { arn: GREEN } }]);
  });

  it.each<{ row: string; two: object; why: string }>([
    { row: 'without a status', two: { status: undefined }, why: 'an answer without status' },
    {
      row: 'with a source without an ARN',
      two: { sourceServiceRevisions: [{ requestedTaskCount: 2 }] },
      why: 'an answer without the ARN of a service revision',
    },
    {
      row: 'with a target without an ARN',
      two: { targetServiceRevision: { requestedTaskCount: 2 } },
      why: 'an answer without the ARN of a service revision',
    },
  ])('$row is unanswered, and the others are not', async ({ two, why }) => {
    const other = `${DEPLOYMENT}2`;
    await withDeployments({ serviceDeployments: [{ ...told, serviceDeploymentArn: other, ...two }, told] });

    const answers = await serviceReader().deployments([DEPLOYMENT, other]);

    expect(answers.found.map(({ arn }) => arn)).toEqual([DEPLOYMENT]);
    expect(answers.unanswered).toEqual([{ asked: other, why }]);
  });

  it('that ECS does not know is missing', async () => {
    await withDeployments({ serviceDeployments: [], failures: [{ arn: DEPLOYMENT, reason: 'MISSING' }] });

    const answers = await serviceReader().deployments([DEPLOYMENT]);

    expect(answers).toEqual({ found: [], missing: [DEPLOYMENT], unanswered: [] });
  });
});
