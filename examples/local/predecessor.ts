import { EC2 } from '@aws-sdk/client-ec2';
import { ECS } from '@aws-sdk/client-ecs';
import { Route53 } from '@aws-sdk/client-route-53';

/**
 * Writes what the agents of the predecessor (service-discovery-ecs-dns) would have written for the tasks of calc: a
 * weighted SRV record set for each container, and one more of a host that is long gone. For the exercise of
 * docs/migrating.md; endpoint, Region and credentials are those of the SDK's variables.
 */

const ZONE = 'servicediscovery.internal';
const CLUSTER = 'demo';

const [ecs, ec2, route53] = [new ECS(), new EC2(), new Route53()];
const { HostedZones: [zone] = [] } = await route53.listHostedZonesByName({ DNSName: ZONE, MaxItems: 1 });
if (zone?.Name !== `${ZONE}.`)
  throw new Error(`no hosted zone ${ZONE} here: is "npm start" running, and AWS_ENDPOINT_URL set?`);

const sets = [
  ...(await setsOf('calc')),
  { id: `ip-10-9-9-9.ec2.internal:${'0'.repeat(64)}`, value: '1 1 8081 ip-10-9-9-9.ec2.internal' },
];
await route53.changeResourceRecordSets({
  HostedZoneId: zone.Id,
  ChangeBatch: {
    Changes: sets.map(({ id, value }) => ({
      Action: 'CREATE',
      ResourceRecordSet: {
        Name: `_calc._tcp.${ZONE}`,
        Type: 'SRV',
        TTL: 0,
        SetIdentifier: id,
        Weight: 1,
        ResourceRecords: [{ Value: value }],
      },
    })),
  },
});
console.log(`${sets.length} weighted sets stand at _calc._tcp.${ZONE} now`);

/** Of each container that runs: host and container id, host and port. */
async function setsOf(serviceName: string): Promise<readonly { readonly id: string; readonly value: string }[]> {
  const { taskArns = [] } = await ecs.listTasks({ cluster: CLUSTER, serviceName });
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.describeTasks({ cluster: CLUSTER, tasks: taskArns });
  const arns = tasks.map(({ containerInstanceArn = '' }) => containerInstanceArn);
  const { containerInstances = [] } = await ecs.describeContainerInstances({
    cluster: CLUSTER,
    containerInstances: arns,
  });
  const InstanceIds = containerInstances.map(({ ec2InstanceId = '' }) => ec2InstanceId);
  const { Reservations = [] } = await ec2.describeInstances({ InstanceIds });
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  return tasks.flatMap(({ containerInstanceArn, containers: [container] = [] }) => {
    const host = containerInstances.find((one) => one.containerInstanceArn === containerInstanceArn);
    const address = instances.find(({ InstanceId }) => InstanceId === host?.ec2InstanceId)?.PrivateIpAddress ?? '';
    const name = `ip-${address.replaceAll('.', '-')}.ec2.internal`;
    const [{ hostPort } = {}] = container?.networkBindings ?? [];
    return [{ id: `${name}:${container?.runtimeId}`, value: `1 1 ${hostPort} ${name}` }];
  });
}
