import type { ResourceRecordSet, Route53 } from '@aws-sdk/client-route-53';
import { quoted } from '../../../functions/domain/words/text.ts';
import { UsageError } from '../options.ts';
import { type Break, oneOf } from './break.ts';

export interface ForeignBreaks {
  readonly route53: Pick<Route53, 'listResourceRecordSets' | 'changeResourceRecordSets'>;
  readonly zoneId: string;
  /** Names with values now, and whether somebody else's value is among them. */
  readonly names: () => readonly { readonly name: string; readonly isShared: boolean }[];
}

/** A value whose target is not below our owner label: it is somebody else's. */
export const FOREIGN = '10 0 9999 legacy.example.com.';

/** Somebody else writes beside us. */
export function foreignBreaks({ route53, zoneId, names }: ForeignBreaks): readonly Break[] {
  const change = async (name: string, valuesOf: (values: readonly string[]) => readonly string[]): Promise<void> => {
    const { ResourceRecordSets = [] } = await route53.listResourceRecordSets({
      HostedZoneId: zoneId,
      StartRecordName: name,
      StartRecordType: 'SRV',
      MaxItems: 1,
    });
    const [found] = ResourceRecordSets;
    if (found?.Name !== name || found.Type !== 'SRV' || found.SetIdentifier !== undefined) {
      throw new UsageError(`no simple SRV record set stands at ${quoted(name)} any more`);
    }
    const values = valuesOf((found.ResourceRecords ?? []).map(({ Value = '' }) => Value));
    const set: ResourceRecordSet = { ...found, ResourceRecords: values.map((Value) => ({ Value })) };
    await route53.changeResourceRecordSets({
      HostedZoneId: zoneId,
      ChangeBatch: {
        Comment: 'somebody else',
        Changes: [
          { Action: values.length > 0 ? 'UPSERT' : 'DELETE', ResourceRecordSet: values.length > 0 ? set : found },
        ],
      },
    });
  };
  const of = (isShared: boolean, none: string) =>
    oneOf(
      'name',
      'Name',
      () => names().flatMap((one) => (one.isShared === isShared ? [[one.name, one.name] as const] : [])),
      none,
    );
  return [
    {
      id: 'put-foreign',
      label: 'Put somebody else’s value beside ours',
      says: () =>
        `route53:ChangeResourceRecordSets by somebody else: ${FOREIGN} joins the set; runs carry it along and never touch it.`,
      ...of(false, 'no name without such a value stands in the zone'),
      async act(fields) {
        const name = fields.get('name') ?? '';
        await change(name, (values) => [...values.filter((one) => one !== FOREIGN), FOREIGN]);
        return `route53:ChangeResourceRecordSets: ${FOREIGN} stands at ${name}`;
      },
    },
    {
      id: 'take-foreign',
      label: 'Take somebody else’s value away',
      says: () => 'route53:ChangeResourceRecordSets by whoever put it there.',
      ...of(true, 'nobody else’s value stands anywhere'),
      async act(fields) {
        const name = fields.get('name') ?? '';
        await change(name, (values) => values.filter((one) => one !== FOREIGN));
        return `route53:ChangeResourceRecordSets: ${FOREIGN} is gone from ${name}`;
      },
    },
  ];
}
