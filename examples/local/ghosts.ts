import { Route53 } from '@aws-sdk/client-route-53';

/**
 * Puts ten values below our owner label into the zone that no task explains, as if a fleet had vanished without a trace.
 * For the operator's drill (docs/drill.md); endpoint, Region and credentials are those of the SDK's variables.
 */

const ZONE = 'servicediscovery.internal';
const PORTS = Array.from({ length: 10 }, (_, index) => 8_001 + index);

const route53 = new Route53();
const { HostedZones: [zone] = [] } = await route53.listHostedZonesByName({ DNSName: ZONE, MaxItems: 1 });
if (zone?.Name !== `${ZONE}.`)
  throw new Error(`no hosted zone ${ZONE} here: is "npm start" running, and AWS_ENDPOINT_URL set?`);
await route53.changeResourceRecordSets({
  HostedZoneId: zone.Id,
  ChangeBatch: {
    Changes: [
      {
        Action: 'CREATE',
        ResourceRecordSet: {
          Name: `ghost.${ZONE}`,
          Type: 'SRV',
          TTL: 5,
          ResourceRecords: PORTS.map((port) => ({ Value: `1 1 ${port} ip-127-0-1-10.ecs.${ZONE}.` })),
        },
      },
    ],
  },
});
console.log(`${PORTS.length} values stand at ghost.${ZONE} now`);
