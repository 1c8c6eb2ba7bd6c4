import { describe, expect, it } from 'vitest';
import { goTo, hasChromium } from '../stage/browser.ts';
import { large } from '../stage/scenes.ts';
import { tabs } from '../stage/tab.ts';

/** Elements of a view at most, however many instances there are. */
const MOST = 2_500;

describe.skipIf(!hasChromium)('ten thousand instances', () => {
  const show = tabs();

  it('no view has more elements than can be seen, and the last row is reached by one key', async () => {
    const scene = large();
    const tab = await show(scene);
    const { page, complaints } = tab;
    const all = encodeURIComponent('_all._tcp.shop.internal.');
    const counts: Record<string, number> = {};

    for (const view of ['#/', '#/names', `#/names/${all}`, '#/hosts', '#/runs', '#/changes']) {
      await goTo(tab, view);
      counts[view] = Number(await page.evaluate('document.querySelectorAll("*").length'));
    }
    await goTo(tab, '#/names');
    await page.locator('.name-row').first().focus();
    await page.keyboard.press('End');
    await page.locator('.name-row', { hasText: '_service-1499' }).waitFor();

    expect(Object.entries(counts).filter(([, count]) => count > MOST)).toEqual([]);
    expect(await page.evaluate('document.activeElement.textContent')).toContain('_service-1499');
    expect(complaints).toEqual([]);
  });

  it('keeps the place of the keyboard while a wheel scrolls its row away', async () => {
    const { page, complaints } = await show(large(), '#/names');
    const focused = () => page.evaluate('document.activeElement.textContent');

    await page.locator('.name-row').first().focus();
    await page.keyboard.press('ArrowDown');
    const second = String(await focused());
    await page.locator('.long').hover();
    await page.mouse.wheel(0, 20_000);
    await page.locator('[aria-posinset="2"]').waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowDown');
    await page.locator('[aria-posinset="3"]').waitFor();

    expect(await focused()).not.toBe(second);
    expect(await page.evaluate('document.activeElement.closest("[aria-posinset]").getAttribute("aria-posinset")')).toBe(
      '3',
    );
    expect(complaints).toEqual([]);
  });

  it('finds one of them by its name, and all that fail', async () => {
    const { page } = await show(large(), '#/names');

    await page.getByRole('searchbox').fill('1234');
    expect(await page.locator('.found').textContent()).toBe('1 of 1,500 names');
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'failing' }).click();
    expect(await page.locator('.found').textContent()).toMatch(/^\d{2,3} of 1,500 names$/);
  });
});
