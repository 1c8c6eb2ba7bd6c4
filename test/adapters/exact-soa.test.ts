import { describe, expect, it } from 'vitest';
import { exactSoa } from '../../functions/adapters/exact-soa.ts';
import { zoneReader, zoneWriter } from '../../functions/adapters/route53-zone.ts';
import { route53StandIn } from '../stand-ins/route53.ts';
import { failure, served } from './served.ts';

const ZONE = 'shop.internal.';

async function zone() {
  const route53 = route53StandIn({ now: Date.now });
  route53.addHostedZone({ name: ZONE, id: 'Z0SOA', vpcId: 'vpc-1' });
  const { inputs } = await served(route53);
  const reader = zoneReader('Z0SOA');
  const soa = async () => {
    const found = (await reader.at(ZONE)).find(({ type }) => type === 'SOA');
    if (!found) throw new Error('a zone has an SOA');
    return found;
  };
  return { writer: exactSoa(zoneWriter('Z0SOA'), reader), soa, reads: () => inputs('ListResourceRecordSets').length };
}

describe('a change of the SOA', () => {
  it('goes through where the SOA is what was read', async () => {
    const { writer, soa } = await zone();
    const before = await soa();
    const { stored: _, ...lower } = { ...before, ttl: 5 };

    await writer.change([{ action: 'UPSERT', recordSet: lower, replaces: before }], 'a test');

    expect(await soa()).toMatchObject({ ttl: 5, values: before.values });
  });

  it('is refused, as Route 53 refuses an outdated DELETE, where it is not', async () => {
    const { writer, soa } = await zone();
    const before = await soa();
    const { stored: _, ...lower } = { ...before, ttl: 5 };

    const refusal = await failure(
      writer.change([{ action: 'UPSERT', recordSet: lower, replaces: { ...before, ttl: 300 } }], 'a test'),
    );

    expect(refusal.name).toBe('BatchRefusedError');
    expect(refusal.message).toBe('the SOA record set at shop.internal. is not as it was read');
    expect(refusal).toMatchObject({ complaints: [{ kind: 'content', names: ['shop.internal.'] }] });
    expect((await soa()).ttl).toBe(900);
  });

  it('is the only one that costs a reading', async () => {
    const { writer, reads } = await zone();
    const recordSet = { ownerName: `a.${ZONE}`, type: 'A', ttl: 5, values: ['10.0.0.1'], policy: 'simple' } as const;

    await writer.change([{ action: 'CREATE', recordSet }], 'a test');

    expect(reads()).toBe(0);
  });
});
