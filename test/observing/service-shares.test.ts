import { describe, expect, it } from 'vitest';
import { type ServiceReader, serviceReader } from '../../functions/adapters/ecs-services.ts';
import { payloadsIn } from '../../functions/contracts/crossing.ts';
import { objectAt } from '../../functions/contracts/payloads.ts';
import type { Claim } from '../../functions/domain/ecs/claim.ts';
import { clusterKey } from '../../functions/observing/digest.ts';
import { impatientObjects } from '../../functions/observing/noted-objects.ts';
import { serviceSharesIn, withShifts } from '../../functions/observing/service-shares.ts';
import { CLUSTER, claim, NAMING } from '../support/builders.ts';
import { mapped } from '../support/inventory.ts';

const HOOK = 'arn:aws:lambda:eu-west-1:123456789012:function:shift';
const ECS = 'arn:aws:ecs:eu-west-1:123456789012';

/** Services in the form of the ECS API model; the calls that were made, by the number of what each asked for. */
function ecs({
  refuses,
  shifted = true,
}: {
  refuses?: (call: string, asked: readonly string[]) => boolean;
  shifted?: boolean;
} = {}) {
  const calls: string[] = [];
  const send = async ({
    input,
    constructor: { name },
  }: {
    input: Readonly<Record<string, string[]>>;
    constructor: { name: string };
  }) => {
    const asked = input.services ?? input.serviceDeploymentArns ?? [];
    calls.push(`${name.replace('Command', '')} ${asked.length}`);
    if (refuses?.(name, asked)) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    if (name === 'DescribeServicesCommand') return { services: asked.map((one) => serviceOf(one, shifted)) };
    return { serviceDeployments: asked.map(deploymentOf) };
  };
  return { calls, services: serviceReader({ send } as never) };
}

const serviceOf = (name: string, shifted: boolean) => ({
  serviceArn: `${ECS}:service/main/${name}`,
  serviceName: name,
  clusterArn: CLUSTER,
  deploymentConfiguration: {
    strategy: 'BLUE_GREEN',
    ...(shifted && { lifecycleHooks: [{ hookTargetArn: HOOK, lifecycleStages: ['PRODUCTION_TRAFFIC_SHIFT'] }] }),
  },
  currentServiceDeployment: `${ECS}:service-deployment/main/${name}/d`,
  currentServiceRevisions: [],
});
const deploymentOf = (arn: string) => ({
  serviceDeploymentArn: arn,
  status: 'IN_PROGRESS',
  lifecycleStage: 'POST_SCALE_UP',
  sourceServiceRevisions: [{ arn: `${ECS}:service-revision/main/any/1` }],
  targetServiceRevision: { arn: `${ECS}:service-revision/main/any/2` },
});

const names = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

describe('which revisions of services serve', () => {
  it('is asked ten services and twenty deployments at a time', async () => {
    const { calls, services } = ecs();

    const shares = await serviceSharesIn({ services, hook: HOOK }, CLUSTER, names(41));

    expect(shares.map((one) => one.shares.production)).toEqual(names(41).map(() => ['ecs-svc/1']));
    expect(calls.toSorted()).toEqual([
      'DescribeServiceDeployments 1',
      'DescribeServiceDeployments 20',
      'DescribeServiceDeployments 20',
      'DescribeServices 1',
      ...Array.from({ length: 4 }, () => 'DescribeServices 10'),
    ]);
  });

  it.each(['DescribeServicesCommand', 'DescribeServiceDeploymentsCommand'])(
    'is unknown of what %s does not tell, and of nothing else',
    async (call) => {
      const refuses = (name: string, asked: readonly string[]) =>
        name === call && asked.some((one) => /\bs0\b/.test(one));
      const { services } = ecs({ refuses });

      const shares = await serviceSharesIn({ services, hook: HOOK }, CLUSTER, names(30));

      const unknown = shares.filter((one) => one.shares.kind === 'unknown').map(({ name }) => name);
      expect(unknown).toEqual(names(call === 'DescribeServicesCommand' ? 10 : 20));
    },
  );

  it('is unknown of a service that ECS does not know', async () => {
    const nobody: ServiceReader = {
      services: async (_, asked) => ({ found: [], missing: asked, unanswered: [] }),
      deployments: async () => ({ found: [], missing: [], unanswered: [] }),
    };

    const shares = await serviceSharesIn({ services: nobody, hook: HOOK }, CLUSTER, ['web']);

    expect(shares).toMatchObject([{ name: 'web', shares: { kind: 'unknown', why: 'ECS knows no such service' } }]);
  });
});

describe('the claims of a cluster', () => {
  const AT = objectAt('services', clusterKey(CLUSTER));
  const view = (...claims: readonly Claim[]) => ({ claims, listed: [], hosts: [], remarks: [] });
  const web = (startedBy: string) => claim('1', { service: 'web', startedBy });
  const about = { cluster: CLUSTER, naming: NAMING, whole: true };
  const around = (options: Parameters<typeof ecs>[0] = {}) => {
    const bucket = new Map<string, string>();
    const { calls, services } = ecs(options);
    const kept = () => impatientObjects(payloadsIn(mapped(bucket)).lasting);
    const look = (seen: ReturnType<typeof view>, how: Partial<typeof about> = {}) =>
      withShifts({ services, hook: HOOK, kept: kept() }, seen, { ...about, ...how });
    return { calls, look, settled: () => kept().read(AT) };
  };

  it('are told whether they serve', async () => {
    const { look } = around();

    const { claims } = await look(view(web('ecs-svc/1'), web('ecs-svc/2'), web('ecs-svc/3')));

    expect(claims.map(({ shift }) => shift?.share)).toEqual(['all', 'none', 'unknown']);
  });

  it('cost no call once their service is settled, until a task of another deployment comes', async () => {
    const { calls, look, settled } = around({ shifted: false });

    await look(view(web('ecs-svc/1')));
    expect(calls).toHaveLength(2);
    expect(await settled()).toEqual([{ name: 'web', startedBy: ['ecs-svc/1'] }]);
    await look(view(web('ecs-svc/1')));
    expect(calls).toHaveLength(2);
    await look(view(web('ecs-svc/1'), web('ecs-svc/2')));
    expect(calls).toHaveLength(4);
  });

  it('are asked for as long as a deployment is under way', async () => {
    const { calls, look, settled } = around();

    await look(view(web('ecs-svc/1')));
    await look(view(web('ecs-svc/1')));

    expect(calls).toHaveLength(4);
    expect(await settled()).toBeUndefined();
  });

  it('settle nothing where only some of them were read', async () => {
    const { look, settled } = around({ shifted: false });

    await look(view(web('ecs-svc/1')), { whole: false });

    expect(await settled()).toBeUndefined();
  });

  it('are asked for by whoever reads some of them only: another revision may be elsewhere', async () => {
    const { calls, look } = around({ shifted: false });

    await look(view(web('ecs-svc/1')));
    await look(view(web('ecs-svc/1')), { whole: false });

    expect(calls).toHaveLength(4);
  });

  it('of no service cost nothing', async () => {
    const { calls, look } = around();
    const seen = view(claim('1'));

    expect(await look(seen)).toBe(seen);
    expect(calls).toEqual([]);
  });

  it('are left as they are where ECS tells nothing', async () => {
    const { look } = around({ refuses: () => true });

    const { claims } = await look(view(web('ecs-svc/1')));

    expect(claims.map(({ shift }) => shift?.share)).toEqual(['unknown']);
  });
});
