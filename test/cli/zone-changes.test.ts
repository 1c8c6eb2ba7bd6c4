import { describe, expect, it } from 'vitest';
import type { Context } from '../../cli/context.ts';
import { changeZone } from '../../cli/zone-changes.ts';
import { zoneReader, zoneWriter } from '../../functions/adapters/route53-zone.ts';
import { failure, served, withoutPauses } from '../adapters/served.ts';
import { route53StandIn } from '../stand-ins/route53.ts';
import { ServiceFault } from '../stand-ins/service.ts';
import { addressSet } from '../support/builders.ts';

const BUSY = new ServiceFault('PriorRequestNotComplete', 'still processing');

async function zone() {
  withoutPauses();
  const route53 = route53StandIn({ now: Date.now });
  route53.addHostedZone({ name: 'shop.internal', id: 'Z0SHOP', vpcId: 'vpc-1' });
  const endpoint = await served(route53);
  const pauses: number[] = [];
  const io = { pause: async (milliseconds: number) => void pauses.push(milliseconds) };
  const context = { zone: zoneWriter('Z0SHOP'), io } as unknown as Context;
  return { ...endpoint, context, pauses, reader: zoneReader('Z0SHOP') };
}
const create = [{ action: 'CREATE', recordSet: addressSet('10.0.0.1') }] as const;

describe('a change by order of a person', () => {
  it('waits while the zone is busy, longer each time', async () => {
    const { context, inject, pauses, reader } = await zone();
    inject('ChangeResourceRecordSets', BUSY, 6); // three attempts of the SDK each

    await changeZone(context, create, 'a test');

    expect(pauses).toEqual([1_000, 2_000]);
    expect(await reader.at('ip-10-0-0-1.ecs.shop.internal.')).toHaveLength(1);
  });

  it('gives up on a zone that stays busy', async () => {
    const { context, inject, pauses } = await zone();
    inject('ChangeResourceRecordSets', BUSY);

    const { name } = await failure(changeZone(context, create, 'a test'));

    expect(name).toBe('ZoneBusyError');
    expect(pauses).toHaveLength(4);
  });

  it('says that nothing was changed when the zone is not as it was read', async () => {
    const { context, pauses } = await zone();
    await changeZone(context, create, 'a test');

    const { name, message } = await failure(changeZone(context, create, 'a test'));

    expect(name).toBe('UsageError');
    expect(message).toContain('nothing of this was changed; try again');
    expect(pauses).toEqual([]);
  });
});
