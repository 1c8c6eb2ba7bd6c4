import { GetChangeCommand } from '@aws-sdk/client-route-53';
import { calling, nameOf, present } from './aws/faults.ts';
import { type ZoneClient, zoneClient } from './zone-client.ts';

/** What becomes of changes that Route 53 has accepted. */
export interface ChangeReader {
  /**
   * Whether every DNS server of Route 53 answers with a change; `lost`: Route 53 does not know it (any more).
   *
   * @param id as the change was answered
   */
  state(id: string): Promise<'insync' | 'pending' | 'lost'>;
}

export function changeReader(client: ZoneClient = zoneClient()): ChangeReader {
  return {
    async state(id) {
      const call = 'route53:GetChange';
      const answer = await calling(call, () => client.send(new GetChangeCommand({ Id: id }))).catch(
        (fault: unknown) => {
          if (nameOf(fault) === 'NoSuchChange') return undefined;
          throw fault;
        },
      );
      if (!answer) return 'lost';
      const status = present(answer.ChangeInfo?.Status, call, 'the status of the change');
      return status === 'INSYNC' ? 'insync' : 'pending';
    },
  };
}
