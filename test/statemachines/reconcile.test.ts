import { describe, expect, it } from 'vitest';
import { define, host } from '../support/fleet.ts';
import { world, ZONE } from '../support/world.ts';

describe('a full run', () => {
  it('publishes a running task with its host and dynamic port, and then plans nothing', async () => {
    const shop = world();
    shop.aws.ecs.admin.createCluster('shop');
    const definition = define(shop, 'calc', { names: { 8081: '_calc._tcp' } });
    const home = host(shop, 'shop', '10.0.1.23');
    shop.aws.ecs.admin.putTask({
      cluster: 'shop',
      taskDefinition: definition,
      containerInstance: home,
      hostPorts: { 8081: 32_768 },
    });

    const first = await shop.run({});
    const second = await shop.run({});

    expect(first.end).toBe('ZoneInSync');
    expect(shop.values('_calc._tcp')).toEqual([`1 1 32768 ip-10-0-1-23.ecs.${ZONE}`]);
    expect(second.states).not.toContain('ApplyBatches');
  });
});
