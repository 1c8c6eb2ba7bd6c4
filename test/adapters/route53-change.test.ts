import { expect, it } from 'vitest';
import { changeReader } from '../../functions/adapters/route53-change.ts';
import { zoneWriter } from '../../functions/adapters/route53-zone.ts';
import { virtualClock } from '../stand-ins/clock.ts';
import { route53StandIn } from '../stand-ins/route53.ts';
import { served } from './served.ts';

const ADDRESS = { ownerName: 'a.shop.internal.', type: 'A', ttl: 5, values: ['10.0.0.1'], policy: 'simple' } as const;

it('tells whether every server answers with a change', async () => {
  const clock = virtualClock(0);
  const route53 = route53StandIn({ now: () => clock.now(), propagationMs: 60_000 });
  route53.addHostedZone({ name: 'shop.internal', id: 'Z0ZONE', vpcId: 'vpc-1' });
  await served(route53);
  const id = await zoneWriter('Z0ZONE').change([{ action: 'CREATE', recordSet: ADDRESS }], 'a test');

  const before = await changeReader().state(id);
  await clock.advance(60_000);
  const after = await changeReader().state(id);

  expect([before, after]).toEqual(['pending', 'insync']);
});

it('tells a change that Route 53 does not know', async () => {
  await served(route53StandIn({ now: Date.now }));

  expect(await changeReader().state('C00000000000000000NONE')).toBe('lost');
});
