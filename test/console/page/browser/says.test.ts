import { describe, expect, it } from 'vitest';
import { goTo, hasChromium } from '../stage/browser.ts';
import { bad, HOSTILE, hostile, small } from '../stage/scenes.ts';
import { CALC } from '../stage/small.ts';
import { tabs } from '../stage/tab.ts';

describe.skipIf(!hasChromium)('what a view says', () => {
  const show = tabs();

  it('at a glance: one sentence first and large, the next command, the figures', async () => {
    const { page } = await show(bad());

    const sizes = (await page.evaluate(
      '[...document.querySelectorAll("main *")].map((one) => [parseFloat(getComputedStyle(one).fontSize), one.className])',
    )) as [number, string][];
    expect(sizes.toSorted(([one], [other]) => other - one)[0]?.[1]).toBe('says');
    await page.getByText('12 removals of 1 name are held: nothing explains them.').waitFor();
    expect(await page.locator('.next code').textContent()).toBe('ecssd approve b7c1f0aa');
    expect(await page.locator('.facts').innerText()).toMatch(/41,220[\s\S]*9,840 transitions, in 331 runs/);
    expect(await page.locator('.facts .tone-hold').allInnerTexts()).toEqual([
      expect.stringMatching(/^Paused\s+90 min ago\s+by mira, .* UTC: the database moves; runs plan and report only$/),
      expect.stringMatching(/^Last full run\s+23 min ago old/),
    ]);
  });

  it('a fresh full run becomes old while the page is open', async () => {
    const { state, ...rest } = small();
    const glance = { ...state.glance, apart: 1_000, fullRun: { execution: 'e', endedAt: Date.now() - 500 } };

    const { page } = await show({ ...rest, state: { ...state, glance } });

    await page.getByRole('note', { name: 'may be old' }).waitFor();
  });

  it('a name: what older runs changed comes when it is asked for, once, behind what is known', async () => {
    const scene = small();
    const [known] = scene.nameOf(CALC)?.happenings ?? [];
    if (!known) throw new Error('the scene has none');
    const older = { ...known, execution: 'long-ago', at: known.at - 9 * 86_400_000, says: 'published: long ago' };
    const { page } = await show({ ...scene, pastOf: () => [known, older] }, `#/names/${encodeURIComponent(CALC)}`);
    const before = await page.locator('.story > li').count();

    await page.getByRole('button', { name: 'Show what older runs changed' }).click();
    await page.getByText('This is all that the kept runs tell.').waitFor();

    expect(await page.locator('.story > li').count()).toBe(before + 1);
    expect(await page.locator('.story > li').last().textContent()).toContain('published: long ago');
  });

  it('names: filtered by mark, searched, opened by the keyboard', async () => {
    const { page } = await show(small(), '#/names');

    await page.getByRole('button', { name: 'failing' }).click();
    expect(await page.locator('.found').textContent()).toBe('1 of 3 names');
    await page.getByRole('button', { name: 'failing' }).click();
    await page.getByRole('searchbox').fill('TIME _tcp');
    expect(await page.locator('.name-row .name').allTextContents()).toEqual(['_time._tcp.shop.internal.']);
    await page.getByRole('searchbox').fill('');
    await page.locator('.name-row').first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '_cart._tcp.shop.internal.' }).waitFor();
    expect(await page.locator('.name-row[aria-current]').count()).toBe(1);
  });

  it('a name: why, its check, what others have there, its story; its lookup is copied and the button says so', async () => {
    const tab = await show(small(), `#/names/${encodeURIComponent(CALC)}`, {
      permissions: ['clipboard-write', 'clipboard-read'],
    });
    const { page } = tab;

    const first = page.locator('.instance').first();
    expect(await first.innerText()).toMatch(/failing[\s\S]*its grace is over[\s\S]*503[\s\S]*status 503/);
    expect(await page.locator('.story > li').count()).toBeGreaterThanOrEqual(3);
    await page.getByRole('button', { name: 'Copy the lookup' }).click();
    await page.locator('.copyable').getByText('Copied', { exact: true }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`dig +short SRV ${CALC}`);
    await goTo(tab, `#/names/${encodeURIComponent('_time._tcp.shop.internal.')}`);
    await page.getByText('SRV 5 0 10 9000 legacy.shop.internal.').waitFor();
  });

  it('an address name: what clients ask for, which set is behind it, and what of others is in the way', async () => {
    const scene = small();
    const view = scene.nameOf(CALC);
    if (!view) throw new Error('the scene has no such name');
    const about = { name: 'calc.shop.internal.', set: 'calc._address.ecs.shop.internal.' };
    const aliases = [
      { ...about, type: 'A', addresses: 2, stands: true, weight: 2, others: [] },
      { ...about, type: 'AAAA', addresses: 1, stands: false, others: ['AAAA 2001:db8::9'] },
    ] as const;
    const { page } = await show(
      { ...scene, nameOf: () => ({ ...view, aliases }) },
      `#/names/${encodeURIComponent(CALC)}`,
    );

    await page.getByRole('heading', { name: 'How clients reach it' }).waitFor();
    const lines = await page.locator('.reached > li').allInnerTexts();

    expect(lines[0]).toMatch(
      /^calc\.shop\.internal\. A is our alias of calc\._address\.ecs\.shop\.internal\. \(2 addresses, weight 2\)/,
    );
    expect(lines[1]).toMatch(
      /^calc\.shop\.internal\. AAAA is not our alias; the set is calc\._address\.ecs\.shop\.internal\. \(1 address\)\s+of others: AAAA 2001:db8::9$/,
    );
  });

  it('a run: its graph by the keyboard, a state with its retries, the graph as a table', async () => {
    const scene = small();
    const { page } = await show(scene, `#/runs/${encodeURIComponent(scene.state.changes[0]?.execution ?? '')}`);

    await page.locator('.over[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe(
      'StartedByEvents?, Choice: succeeded, 2 ms',
    );
    await page.getByRole('button', { name: /^CollectTasks, Task, inside ObserveClusters: succeeded/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('DescribeTasks: Rate exceeded').waitFor();
    expect(await page.locator('.state-detail pre').first().textContent()).toContain('"services": [\n');
    await page.getByText('The graph as a table').click();
    const row = page.getByRole('row').filter({ hasText: 'CheckHealth' });
    expect(await row.innerText()).toMatch(/Task\s+CheckEndpoints\s+failed, and caught/);
  });

  it('a run under way: where it is, and no figures that nobody knows yet', async () => {
    const scene = small();
    const [{ execution = '' } = {}] = scene.state.runs.filter(({ status }) => status === 'running');
    const done = scene.runOf(execution);
    if (!done) throw new Error('the scene has no run under way');
    const states = done.states.map((one) => (one.id === 'ListClusters' ? { ...one, status: 'running' as const } : one));
    const { page } = await show(
      { ...scene, runOf: () => ({ ...done, states, changes: [] }) },
      `#/runs/${encodeURIComponent(execution)}`,
    );

    await page.locator('.summary').getByText('started by events at').waitFor();
    expect(await page.locator('.run').innerText()).not.toContain('+0');
    await page.getByText('It says so when it ends.').waitFor();
    await page.locator('.summary').getByRole('link', { name: 'ListClusters' }).click();
    await page.locator('.state-detail').getByRole('heading', { name: 'ListClusters' }).waitFor();
  });

  it.each([
    { where: 'a run, for the table of all', view: '#/runs', link: 'td a', width: 1_200 },
    { where: 'a name, where it takes the place of the list', view: '#/names', link: '.name-row', width: 360 },
    { where: 'another view', view: '#/', link: 'nav a[href="#/hosts"]', width: 1_200 },
  ])('who goes to $where reads on there by the keyboard', async ({ view, link, width }) => {
    const { page } = await show(small(), view, { viewport: { width, height: 800 } });

    await page.locator(link).first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.detail, .run, .hosts').first().waitFor();

    await page.locator('main:focus').waitFor({ timeout: 5_000 });
  });

  it('a name that opens beside the list leaves the keyboard in the list', async () => {
    const { page } = await show(small(), '#/names');

    await page.locator('.name-row').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.detail').waitFor();

    expect(await page.evaluate('document.activeElement.className')).toBe('name-row');
  });

  it('on a narrow screen: the tab of the view is seen, and of a host whether it drains', async () => {
    const tab = await show(small(), '#/hosts', { viewport: { width: 360, height: 800 } });

    const status = tab.page.locator('.host-row', { hasText: 'DRAINING' }).locator('.status');
    expect(await status.isVisible()).toBe(true);
    const box = await tab.page.locator('.host-row', { hasText: 'DRAINING' }).boundingBox();
    const inner = await status.boundingBox();
    expect((inner?.y ?? 0) + (inner?.height ?? 0)).toBeLessThanOrEqual((box?.y ?? 0) + (box?.height ?? 0));
    await goTo(tab, '#/changes');
    const right = 'document.querySelector("nav [aria-current]").getBoundingClientRect().right';
    expect(Math.floor(Number(await tab.page.evaluate(right)))).toBeLessThanOrEqual(360);
  });

  it('hosts: a task is found by its service and leads to its name', async () => {
    const { page } = await show(small(), '#/hosts');

    await page.getByRole('searchbox').fill('cart');
    expect(await page.locator('.found').textContent()).toBe('2 hosts, 2 tasks');
    await page.locator('.port').first().click();
    await page.getByRole('heading', { name: '_cart._tcp.shop.internal.' }).waitFor();
  });

  it('hostile texts stand there as text, and the route of such a name leads to it', async () => {
    const scene = hostile();
    const { page, complaints } = await show(scene, '#/names');

    await page.locator('.name-row').first().click();
    await page.locator('.instance').first().waitFor();

    expect(await page.locator('h2.name').textContent()).toBe(scene.state.names[0]?.name);
    expect(await page.locator('.copyable code').textContent()).toBe(`dig ${HOSTILE}`);
    expect(await page.evaluate('globalThis.harmed')).toBe(undefined);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('what could not be asked is said', async () => {
    const scene = small();
    const notKnown = [{ what: 'the executions', why: 'states:ListExecutions is not allowed: no time line' }];

    const { page } = await show({ ...scene, state: { ...scene.state, notKnown } });

    await page.getByText('states:ListExecutions is not allowed: no time line').waitFor();
  });

  it('an answer that is a refusal is shown in its own words', async () => {
    const { page } = await show(small(), `#/names/_nobody._tcp.shop.internal.`);

    expect(await page.getByRole('alert').innerText()).toBe('there is no such thing');
  });
});
