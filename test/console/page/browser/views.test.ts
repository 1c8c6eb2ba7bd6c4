import { describe, expect, it } from 'vitest';
import { findings, goTo, hasChromium } from '../stage/browser.ts';
import { bad, empty, hostile, local, small } from '../stage/scenes.ts';
import { CALC } from '../stage/small.ts';
import { tabs } from '../stage/tab.ts';

const SCENES = { empty, small, bad, local, hostile };
const runOf = (scene: ReturnType<typeof small>) => encodeURIComponent(scene.state.changes.at(-1)?.execution ?? '');
const routes = (scene: ReturnType<typeof small>) => [
  '#/',
  '#/names',
  `#/names/${encodeURIComponent(scene.state.names[0]?.name ?? CALC)}`,
  '#/hosts',
  '#/runs',
  `#/runs/${runOf(scene)}`,
  `#/runs/${runOf(scene)}/CollectTasks`,
  '#/changes',
];

describe.skipIf(!hasChromium)('every view', () => {
  const show = tabs();
  const light = { scheme: 'light', width: 1_200 } as const;
  const dark = { scheme: 'dark', width: 1_200 } as const;
  const narrow = { scheme: 'light', width: 360 } as const;
  const shown = [
    ...[light, dark, narrow].flatMap((look) => [
      { name: 'small', ...look } as const,
      { name: 'bad', ...look } as const,
    ]),
    { name: 'empty', ...light },
    { name: 'local', ...dark },
    { name: 'hostile', ...narrow },
  ] as const;

  it.each(shown)(
    'of scene $name, $scheme, $width pixels wide: no serious finding of axe, nothing wider than the screen, no complaint',
    async ({ name, scheme, width }) => {
      const scene = SCENES[name]();
      const there = routes(scene).filter((route) => name !== 'empty' || !/names\/|runs\//.test(route));
      const tab = await show(scene, '#/', { colorScheme: scheme, viewport: { width, height: 800 } });
      const found: string[] = [];

      for (const route of there) {
        await goTo(tab, route);
        found.push(...(await findings(tab.page)).map((one) => `${route} ${one}`));
        const wide = await tab.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        if (Number(wide) > 0) found.push(`${route} is ${wide} pixels wider than the screen`);
      }

      expect(found).toEqual([]);
      expect(tab.complaints).toEqual([]);
    },
  );
});
