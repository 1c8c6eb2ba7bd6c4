import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { InvalidContextError, readConfig } from '../../infra/config.ts';
import { SUBNET_IDS, testApp, VPC_ID, ZONE_ID } from './synthesized.ts';

const config = (context: Readonly<Record<string, unknown>>) => readConfig(testApp(context).node);

describe('what is given', () => {
  it.each([
    { given: {}, config: { stackName: 'EcsServiceDiscoveryDns', props: {} } },
    { given: { stackName: 'Blue' }, config: { stackName: 'Blue', props: {} } },
    { given: { hostedZoneId: ZONE_ID }, config: { hostedZoneId: ZONE_ID } },
    { given: { hostedZoneName: 'shop.internal' }, config: { hostedZoneName: 'shop.internal' } },
    { given: { vpcId: VPC_ID }, config: { vpcId: VPC_ID } },
    { given: { privateSubnetIds: SUBNET_IDS.join(', ') }, config: { privateSubnetIds: SUBNET_IDS } },
    { given: { privateSubnetIds: SUBNET_IDS }, config: { privateSubnetIds: SUBNET_IDS } },
    {
      given: { clusters: 'shop,arn:aws:ecs:eu-west-1:123456789012:cluster/depot' },
      config: { clusters: ['shop', 'arn:aws:ecs:eu-west-1:123456789012:cluster/depot'] },
    },
    { given: { healthCheck: 'false' }, config: { props: { healthCheck: false } } },
    { given: { healthCheck: true }, config: { props: { healthCheck: true } } },
    { given: { healthCheckPath: '/health' }, config: { props: { healthCheckPath: '/health' } } },
    { given: { ownerLabel: 'blue' }, config: { props: { ownerLabel: 'blue' } } },
    { given: { deploymentId: 'blue' }, config: { props: { deploymentId: 'blue' } } },
    { given: { recordTtl: '0' }, config: { props: { recordTtl: Duration.seconds(0) } } },
    { given: { eventWindow: 5 }, config: { props: { eventWindow: Duration.seconds(5) } } },
    { given: { onUnhealthy: 'deregister-and-stop' }, config: { props: { onUnhealthy: 'deregister-and-stop' } } },
    { given: { beyondCapacity: 'spread' }, config: { props: { beyondCapacity: 'spread' } } },
    { given: { routing: 'multivalue' }, config: { props: { routing: 'multivalue' } } },
    { given: { guardMinimum: '20' }, config: { props: { guardMinimum: 20 } } },
    { given: { maxDeleteShare: '0.5' }, config: { props: { maxDeleteShare: 0.5 } } },
    { given: { minimumHealthyShare: 0 }, config: { props: { minimumHealthyShare: 0 } } },
    { given: { requestShare: '1' }, config: { props: { requestShare: 1 } } },
    { given: { outcomeRetention: '30' }, config: { props: { outcomeRetention: Duration.days(30) } } },
    { given: { logRetention: '7' }, config: { props: { logRetention: RetentionDays.ONE_WEEK } } },
    { given: { logRetention: 'forever' }, config: { props: { logRetention: RetentionDays.INFINITE } } },
    { given: { removalPolicy: 'destroy' }, config: { props: { removalPolicy: RemovalPolicy.DESTROY } } },
    { given: { tracingEnabled: 'true' }, config: { props: { tracingEnabled: true } } },
  ])('$given', ({ given, config: expected }) => {
    expect(config(given)).toMatchObject(expected);
  });

  it.each(['rate(1 minute)', 'cron(0 * * * ? *)'])('schedule %s', (schedule) => {
    const { props } = config({ schedule });

    expect(props.schedule?.expressionString).toBe(schedule);
  });
});

describe('what is refused', () => {
  it.each([
    {
      given: { hostedZoneId: '/hostedzone/Z1' },
      message:
        'hostedZoneId: got "/hostedzone/Z1", want the id of a private hosted zone alone, like Z0123456789ABCDEFGHIJ',
    },
    { given: { hostedZoneName: 'a..b' }, message: 'hostedZoneName: got "a..b", want the name of the hosted' },
    { given: { hostedZoneName: '.' }, message: 'hostedZoneName: got ".", want the name of the hosted' },
    { given: { vpcId: '' }, message: 'vpcId: got "", want the id of a VPC, like vpc-0123456789abcdef0' },
    {
      given: { privateSubnetIds: 'subnet-1;subnet-2' },
      message: 'privateSubnetIds: got "subnet-1;subnet-2", want ids',
    },
    { given: { clusters: 'a b' }, message: 'clusters: got "a b", want names or ARNs of ECS clusters, separated by' },
    { given: { healthCheck: 'off' }, message: 'healthCheck: got "off", want true or false' },
    { given: { recordTtl: '5s' }, message: 'recordTtl: got "5s", want whole seconds from 0 to 86400' },
    { given: { recordTtl: -1 }, message: 'recordTtl: got -1, want whole seconds from 0 to 86400' },
    {
      given: { maxDeleteShare: '30%' },
      message: 'maxDeleteShare: got "30%", want a share above 0 to 1, like 0.3 for 30 %',
    },
    { given: { maxDeleteShare: 30 }, message: 'maxDeleteShare: got 30, want a share above 0 to 1' },
    { given: { maxDeleteShare: Number.NaN }, message: 'maxDeleteShare: got NaN, want a share' },
    { given: { maxDeleteShare: '' }, message: 'maxDeleteShare: got "", want a share' },
    { given: { guardMinimum: ' 5' }, message: 'guardMinimum: got " 5", want a whole number, at least 1' },
    { given: { guardMinimum: '1e309' }, message: 'guardMinimum: got "1e309", want a whole number' },
    { given: { guardMinimum: '9'.repeat(400) }, message: 'want a whole number' },
    { given: { guardMinimum: Number.POSITIVE_INFINITY }, message: 'guardMinimum: got Infinity, want a whole number' },
    { given: { recordTtl: '86401' }, message: 'recordTtl: got "86401", want whole seconds from 0 to 86400' },
    { given: { ownerLabel: 'Blue' }, message: 'ownerLabel: got "Blue", want one label' },
    { given: { healthCheckPath: '' }, message: 'healthCheckPath: got "", want a path that begins with "/"' },
    { given: { schedule: '5 minutes' }, message: 'schedule: got "5 minutes", want one that repeats: a rate or a cron' },
    { given: { logRetention: '8' }, message: 'logRetention: got "8", want 1 or 3 or 5 or 7 or' },
    { given: { removalPolicy: 'toString' }, message: 'removalPolicy: got "toString", want retain or destroy' },
    { given: { stackName: '1st' }, message: 'stackName: got "1st", want letters, digits and "-", beginning with a' },
  ])('$message', ({ given, message }) => {
    const act = () => config(given);

    expect(act).toThrow(InvalidContextError);
    expect(act).toThrow(message);
  });

  it('names all faults at once', () => {
    const act = () => config({ vpcId: 'x', healthCheck: 'y' });

    expect(act).toThrow(/^invalid context: vpcId: got "x", .* \| healthCheck: got "y"/);
  });
});
