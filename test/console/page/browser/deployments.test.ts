import { describe, expect, it } from 'vitest';
import { findings, goTo, hasChromium } from '../stage/browser.ts';
import { deployed, deploymentAt, STAGES } from '../stage/deployed.ts';
import { withState } from '../stage/scene.ts';
import { HOSTILE, small } from '../stage/scenes.ts';
import { CALC } from '../stage/small.ts';
import { tabs } from '../stage/tab.ts';

const NAME = `#/names/${encodeURIComponent(CALC)}`;

describe.skipIf(!hasChromium)('a service that is deployed blue/green', () => {
  const show = tabs();

  it.each([
    {
      at: 'before',
      steps: ['before: passed', 'test: now', 'production shift: not yet', 'bake: not yet', 'done: not yet'],
      where: [/^in DNS\s+2 blue$/, /^waiting outside\s+2 green$/],
      labels: ['blue', 'blue', 'green', 'green'],
    },
    {
      at: 'shifted',
      steps: ['before: passed', 'test: passed', 'production shift: now', 'bake: not yet', 'done: not yet'],
      where: [/^in DNS\s+2 green$/, /^waiting outside\s+2 blue$/],
      labels: ['blue', 'blue', 'green', 'green'],
    },
    {
      at: 'done',
      steps: ['before: passed', 'test: passed', 'production shift: passed', 'bake: passed', 'done: passed'],
      where: [],
      labels: [],
    },
    {
      at: 'back',
      steps: ['before: passed', 'rolling back: passed', 'rolled back: passed'],
      where: [/^in DNS\s+2 blue$/, /^waiting outside\s+2 green$/],
      labels: ['blue', 'blue', 'green', 'green'],
    },
  ] as const)('$at: its stages, who serves and who waits, in words; no serious finding of axe', async (row) => {
    const tab = await show(deployed(STAGES[row.at]), NAME);
    const { page } = tab;

    const shown = page.locator('.detail .deployment');
    expect(await shown.locator('.step').allTextContents()).toEqual(row.steps);
    expect(await shown.locator('.step[aria-current]').allTextContents()).toEqual(
      row.steps.filter((one) => one.endsWith(': now')),
    );
    expect(await shown.locator('.dns').textContent()).toBe(STAGES[row.at].says);
    expect(await shown.locator('.shift > div').allInnerTexts()).toEqual(
      row.where.map((one) => expect.stringMatching(one)),
    );
    expect((await page.locator('.instance .coloured').allInnerTexts()).map((one) => one.trim()).sort()).toEqual(
      row.labels,
    );
    expect(await findings(page)).toEqual([]);
    expect(tab.complaints).toEqual([]);
  });

  it('moves while the page is open, at a glance and at its name, and leaves when it is no more', async () => {
    const tab = await show(deployed(STAGES.before), '#/');
    const { page, served } = tab;
    await page.getByText(STAGES.before.says).waitFor();

    served.show(deployed(STAGES.shifted));
    await page.getByText(STAGES.shifted.says).waitFor();
    await goTo(tab, NAME);
    served.show(deployed(STAGES.back));
    await page.getByText(STAGES.back.says).waitFor();
    served.show(small());
    await page.locator('.deployment').waitFor({ state: 'detached' });

    expect(await page.locator('.coloured').count()).toBe(0);
  });

  it('is said wherever one looks: names, hosts, changes, and the run that has moved it', async () => {
    const tab = await show(deployed(STAGES.shifted), '#/names');
    const { page } = tab;

    const row = page.locator('.name-row', { hasText: CALC });
    await row.getByText('blue/green').waitFor();
    expect(await page.getByText('blue/green', { exact: true }).count()).toBe(1);
    await goTo(tab, '#/hosts');
    expect(await page.locator('.task-row .coloured').first().innerText()).toBe('green');
    await goTo(tab, '#/changes');
    expect(await page.locator('.happened .coloured').allInnerTexts()).toEqual(['green']);
    await goTo(tab, '#/runs');
    await page.getByRole('row').filter({ hasText: 'mover' }).getByText('moved calc to green').waitFor();
    await goTo(tab, '#/');
    await page.locator('.deployment').getByRole('link', { name: 'mover' }).waitFor();
    await page.locator('.deployment').getByRole('link', { name: CALC }).click();
    await page.getByRole('heading', { name: CALC }).waitFor();
  });

  it.each([
    { scheme: 'light', width: 360 },
    { scheme: 'dark', width: 1_200 },
  ] as const)('long and hostile names of services break nothing, $scheme, $width pixels wide', async (look) => {
    const long = `${'x'.repeat(255)}`;
    const names = [CALC, `_${long}._tcp.shop.internal.`, HOSTILE];
    const about = { service: HOSTILE, cluster: long, state: HOSTILE, says: HOSTILE, why: HOSTILE + long, names };
    const moved = { execution: HOSTILE, at: Date.now(), to: 'green', published: 12_345, removed: 12_345 } as const;
    const scene = deployed(STAGES.shifted, { ...about, testName: long, moved });
    const other = deploymentAt(STAGES.back, { service: long, cluster: HOSTILE, names: [long] });
    const runs = scene.state.runs.map((run) => ({ ...run, shifted: [HOSTILE, `${long} to blue`] }));
    const harm = withState(scene, { runs, deployments: [...(scene.state.deployments ?? []), other] });
    const tab = await show(harm, '#/', { colorScheme: look.scheme, viewport: { width: look.width, height: 800 } });
    const found: string[] = [];

    for (const route of ['#/', '#/names', NAME, '#/hosts', '#/runs']) {
      await goTo(tab, route);
      found.push(...(await findings(tab.page)).map((one) => `${route} ${one}`));
      const wide = await tab.page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      if (Number(wide) > 0) found.push(`${route} is ${wide} pixels wider than the screen`);
    }

    expect(found).toEqual([]);
    expect(await tab.page.evaluate('globalThis.harmed')).toBe(undefined);
    expect(tab.complaints).toEqual([]);
  });
});
