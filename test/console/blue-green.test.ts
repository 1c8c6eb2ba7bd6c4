import { expect, it } from 'vitest';
import type { NameView, State } from '../../console/views.ts';
import { rollout } from '../support/blue-green.ts';
import { CALC } from '../support/shop.ts';
import { ZONE } from '../support/world.ts';
import { opened, sourceOf } from './stage.ts';

const MINUTE = 60_000;

/** What the console says of the deployment of a service while it is deployed. */
async function watched(options?: Parameters<typeof rollout>[0]) {
  const around = await rollout(options);
  await around.run({});
  const source = await sourceOf(around);
  return {
    ...around,
    look: async () => {
      await using at = await opened(source);
      const { deployments = [] } = await at.json<State>('/api/state');
      const name = await at.json<NameView>(`/api/names/${CALC}.${ZONE}`);
      const [deployment] = deployments;
      const here = deployment?.steps.filter((one) => one.at !== 'next').at(-1)?.word;
      return {
        says: deployment && `${here}: ${deployment.says}`,
        atName: name.deployments?.map(({ says }) => says),
        colours: name.instances.map(({ mark, colour }) => `${mark} ${colour ?? ''}`).sort(),
        deployment,
      };
    },
  };
}

it('shows a deployment from its first stage to its end', async () => {
  const { run, settle, pass, deploy, look } = await watched();
  expect(await look()).toMatchObject({ says: undefined, atName: undefined, colours: Array(2).fill('published ') });

  await deploy();
  await settle();
  // The zone has not heard of the shift yet: the first run that does moves it.
  await run({}, 'mover');
  const moved = await look();
  expect(moved).toMatchObject({
    says: 'production shift: 2 green serve',
    atName: ['2 green serve'],
    colours: Array(2).fill('published green'),
    deployment: { moved: { execution: 'mover', to: 'green', published: 2, removed: 2 } },
  });
  await run({});
  expect(await look()).toMatchObject({
    says: 'production shift: 2 green serve, 2 blue wait behind, serving nobody',
    colours: ['left-out blue', 'left-out blue', 'published green', 'published green'],
  });

  await pass(10_000);
  await pass(10_000);
  await run({});
  expect(await look()).toMatchObject({ says: 'bake: 2 green serve, 2 blue wait behind, serving nobody' });
  for (let minutes = 0; minutes < 8; minutes += 1) await pass(MINUTE);
  await run({});
  expect(await look()).toMatchObject({
    says: 'done: green serves: there is nothing else any more',
    colours: Array(2).fill('published '),
  });
  await pass(61 * MINUTE);
  await run({});
  expect(await look()).toMatchObject({ says: undefined, atName: undefined });
});

it('shows that it goes back', async () => {
  const { run, settle, deploy, roll, look } = await watched();
  await deploy();
  await settle();
  await run({});
  await roll();
  await settle();
  await run({});
  await run({});

  expect(await look()).toMatchObject({
    says: 'rolling back: 2 blue serve, 2 green wait behind, serving nobody',
    deployment: { moved: { to: 'blue' } },
  });
});

it('shows what is tested under the test name, and that nothing else serves there', async () => {
  const { run, settle, deploy, look } = await watched({ testName: '_try._tcp' });
  await deploy();
  await settle();
  await run({});

  expect(await look()).toMatchObject({
    says: 'test: 2 blue serve, 2 green wait for PRODUCTION_TRAFFIC_SHIFT',
    deployment: { testName: '_try._tcp.shop.internal.' },
  });
});
