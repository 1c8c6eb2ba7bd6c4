import { describe, expect, it } from 'vitest';
import { CALC, shop } from '../support/shop.ts';

describe('the default event bus', () => {
  it('is told of each instance that was published and each that was removed, with its reason', async () => {
    const around = shop();
    const task = around.task(32_768);
    const first = await around.run({});
    around.aws.ecs.admin.stopTask(task);
    const second = await around.run({});
    await around.run({});

    const instance = { name: `${CALC}.shop.internal`, target: 'ip-10-0-1-23.ecs.shop.internal', port: 32_768, task };
    expect(around.announced.map(({ detailType, detail }) => ({ detailType, detail }))).toEqual([
      { detailType: 'Instance Published', detail: { ...instance, reason: 'healthy', execution: first.name } },
      { detailType: 'Instance Removed', detail: { ...instance, reason: 'task-stopped', execution: second.name } },
    ]);
  });
});
