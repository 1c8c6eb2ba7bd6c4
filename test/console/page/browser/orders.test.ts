import { describe, expect, it } from 'vitest';
import { hasChromium } from '../stage/browser.ts';
import { withState } from '../stage/scene.ts';
import { bad, local, small } from '../stage/scenes.ts';
import { tabs } from '../stage/tab.ts';

describe.skipIf(!hasChromium)('what is ordered', () => {
  const show = tabs();

  it.each([
    { label: 'Run now', id: 'run' },
    { label: 'Dry run', id: 'dry-run' },
    { label: 'Pause', id: 'pause' },
  ])('$label: its sentence first, then it is sent once, and the answer leads to the run', async ({ label, id }) => {
    const scene = small();
    const execution = scene.state.runs[1]?.execution ?? '';
    const { page, served, complaints } = await show({
      ...scene,
      act: () => ({ done: true, says: 'it has begun', execution }),
    });

    await page.getByRole('button', { name: label, exact: true }).click();
    await page
      .locator('.order')
      .getByText(/states:StartExecution|s3:PutObject/)
      .waitFor();
    expect(served.ordered).toEqual([]);
    await page.locator('.order').getByRole('button', { name: label }).click();
    await page.getByText('Done. it has begun').waitFor();
    await page.getByRole('link', { name: 'Open the run' }).click();
    await page.getByRole('heading', { name: execution }).waitFor();

    expect(served.ordered).toEqual([{ id, request: {} }]);
    expect(complaints).toEqual([]);
  });

  it('what cannot be done now says why, and sends nothing', async () => {
    const { page, served } = await show(small());

    await page.getByRole('button', { name: 'Resume' }).click();
    // It stays reachable, and says why: so it is not disabled for the browser.
    await page.locator('.order').getByRole('button', { name: 'Resume' }).click({ force: true });
    await page.getByText('It is not paused.').waitFor();

    expect(served.ordered).toEqual([]);
  });

  it('an order that is not done says why', async () => {
    const { page } = await show({
      ...small(),
      act: () => ({ done: false, says: 'states:StartExecution is not allowed' }),
    });

    await page.getByRole('button', { name: 'Run now' }).click();
    await page.locator('.order').getByRole('button', { name: 'Run now' }).click();

    await page.getByText('Not done. states:StartExecution is not allowed').waitFor();
  });

  it('held removals: the whole list, and nothing is sent before their hash is typed', async () => {
    const { page, served } = await show(bad());
    const button = page.getByRole('button', { name: 'Approve the removals' });

    await page.getByRole('heading', { name: '12 removals held' }).waitFor();
    expect(await page.locator('.held tbody tr').count()).toBe(12);
    await button.click({ force: true });
    await page.getByLabel('Type the hash').fill('b7c1f0ab');
    await page.keyboard.press('Enter');
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    expect(served.ordered).toEqual([]);

    await page.getByLabel('Type the hash').fill('b7c1f0aa');
    await button.click();
    await page.getByText('Done. approve was asked for').waitFor();
    expect(served.ordered).toEqual([{ id: 'approve', request: { typed: 'b7c1f0aa' } }]);
  });

  it('what breaks: each with its fields and the call it is, by the keyboard alone', async () => {
    const { page, served } = await show(local());

    await page.locator('summary', { hasText: 'Scale a service' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Sets how many tasks a service wants: ecs:UpdateService.').waitFor();
    await page.getByLabel('Service').selectOption('time');
    await page.getByLabel('Tasks', { exact: true }).fill('7');
    await page.keyboard.press('Enter');
    await page.getByText('Done. scale was asked for').waitFor();

    expect(served.ordered).toEqual([{ id: 'scale', request: { service: 'time', count: '7' } }]);
  });

  it('a choice that has gone meanwhile is said, and nothing else takes its place', async () => {
    const scene = local();
    const { page, served } = await show(scene);
    const actions = scene.state.actions.map((one) => ({
      ...one,
      fields: one.fields.map((field) => ({
        ...field,
        ...(field.options && { options: field.options.filter(({ value }) => value !== 'time') }),
      })),
    }));

    await page.locator('summary', { hasText: 'Scale a service' }).click();
    await page.getByLabel('Service').selectOption('time');
    served.show(withState(scene, { actions }));
    await page.getByText('is there no more: choose again.').waitFor();
    const button = page.locator('details[open]').getByRole('button');
    await button.click();
    expect(served.ordered).toEqual([]);

    await page.getByLabel('Service').selectOption('calc');
    await button.click();
    await page.getByText('Done. scale was asked for').waitFor();
    expect(served.ordered).toMatchObject([{ id: 'scale', request: { service: 'calc' } }]);
  });

  it('a deployment has no buttons that break things', async () => {
    const { page } = await show(small());

    await page.getByRole('heading', { name: 'This deployment' }).waitFor();
    expect(await page.getByText('Break something').count()).toBe(0);
  });
});
