import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Console } from '../../../console/server.ts';
import type { NameView, State } from '../../../console/views.ts';
import { boot, type LocalRun } from '../../../examples/local/boot.ts';
import { startLocalConsole } from '../../../examples/local/console.ts';
import { nameReader } from '../../../examples/local/once/names.ts';
import { send } from '../../console/stage.ts';
import { soon } from './ecs/world.ts';

/** As `SETTINGS=onDraining=deregister npm start`, without schedule: events alone make it go. */
let run: LocalRun;
let page: Console;

beforeAll(async () => {
  vi.stubEnv('SETTINGS', 'onDraining=deregister');
  run = await boot({ schedule: 'never', replacementDelayMs: 300, provenAfterMs: 500 });
  page = await startLocalConsole(run, 0);
}, 120_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await page?.close();
  await run?.close();
});

const CALC = '_calc._tcp.servicediscovery.internal.';
const published = () => nameReader({ dnsPort: run.dnsPort, zone: run.zone.name })('calc');
const json = async <T>(path: string): Promise<T> =>
  JSON.parse((await send(page.port, path, { headers: { 'x-console-token': page.token } })).text);
const button = (id: string) => run.breaks.actions().find((one) => one.id === id);
const press = async (id: string, fields: Readonly<Record<string, string>> = {}) => {
  const usual = button(id)?.fields.map((field) => [field.id, field.value ?? ''] as const) ?? [];
  return run.breaks.act(id, new Map([...usual, ...Object.entries(fields)]));
};

describe('a host that drains, where instances leave it', { timeout: 120_000 }, () => {
  it('is emptied in the zone, and the console says host-draining', async () => {
    run.cluster.scheduler.put(run.services.calc);
    await soon(async () => expect(await published()).toHaveLength(2));
    const before = new Set(run.cluster.tasks().map(({ arn }) => arn));
    // Of no service: ECS lets it run on where its host drains, so nothing but the host explains that it leaves.
    await press('start');
    const alone = await soon(() => {
      const found = run.cluster.tasks().find(({ arn }) => !before.has(arn));
      expect(found).toBeDefined();
      return found as NonNullable<typeof found>;
    });
    const place = `${alone.address}:${alone.port}`;
    await soon(async () => expect(await published()).toContain(place));

    const { says } = await press('drain', { host: alone.host.instanceId });

    expect(says).toBe(`ecs:UpdateContainerInstancesState: demo ${alone.address}, ${alone.host.instanceId} is DRAINING`);
    await soon(async () => expect(await published()).not.toContain(place));
    expect((await fetch(`http://${place}/health`)).status).toBe(200);
    await soon(async () => {
      const { instances } = await json<NameView>(`/api/names/${encodeURIComponent(CALC)}`);
      const found = instances.find(({ task }) => task === alone.arn);
      expect(found).toMatchObject({ mark: 'left-out', reason: 'host-draining' });
    });
    const { changes } = await json<State>('/api/state');
    expect(changes).toContainEqual(
      expect.objectContaining({ outcome: 'removed', reason: 'host-draining', task: alone.arn }),
    );
  });

  it('the button says what it does to the zone', () => {
    expect(button('drain')?.says).toContain('leave the zone as host-draining');
  });
});
