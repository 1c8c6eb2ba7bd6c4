import type { LocalRun } from '../../examples/local/boot.ts';

/** Values of ours for which there is no task. */
export async function addOrphans(run: LocalRun, name: string, count: number): Promise<void> {
  const { route53 } = run.cloud.clients;
  const place = { HostedZoneId: run.zone.id, StartRecordName: name, StartRecordType: 'SRV', MaxItems: 1 } as const;
  const { ResourceRecordSets: [set] = [] } = await route53.listResourceRecordSets(place);
  const target = 'ip-10-9-9-9.ecs.servicediscovery.internal.';
  const orphans = Array.from({ length: count }, (_, index) => ({ Value: `1 1 ${10_000 + index} ${target}` }));
  const address = { Name: target, Type: 'A' as const, TTL: 3_600, ResourceRecords: [{ Value: '10.9.9.9' }] };
  await route53.changeResourceRecordSets({
    HostedZoneId: run.zone.id,
    ChangeBatch: {
      Changes: [
        { Action: 'UPSERT', ResourceRecordSet: address },
        {
          Action: 'UPSERT',
          ResourceRecordSet: {
            ...set,
            Name: name,
            Type: 'SRV',
            ResourceRecords: [...(set?.ResourceRecords ?? []), ...orphans],
          },
        },
      ],
    },
  });
}
