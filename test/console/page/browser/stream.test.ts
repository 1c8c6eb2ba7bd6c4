import { describe, expect, it } from 'vitest';
import { hasChromium } from '../stage/browser.ts';
import { withGlance, withState } from '../stage/scene.ts';
import { small } from '../stage/scenes.ts';
import { tabs } from '../stage/tab.ts';

const said = (says: string) => withGlance(small(), { verdicts: [{ case: 'failing', says }] });

describe.skipIf(!hasChromium)('how it is connected', () => {
  const show = tabs();

  it('takes the token out of the address, and keeps it for this tab', async () => {
    const { page, served, complaints } = await show(small());

    expect(page.url()).toBe(served.address.replace(/#.*/, '#/'));
    await page.reload();
    await page.getByText('live').waitFor();
    // A stream that is left by loading anew.
    expect(complaints.filter((one) => !one.includes('ERR_ABORTED'))).toEqual([]);
  });

  it('shows what changes without being asked, and says new changes to screen readers in few words', async () => {
    const next = small();
    const { page, served } = await show(next, '#/changes');
    const changes = Array.from({ length: 9 }, (_, at) => ({
      ...(next.state.changes[0] as (typeof next.state.changes)[number]),
      execution: `new-${at}`,
    }));

    served.show(withState(next, { changes: [...changes, ...next.state.changes] }));

    await page.locator('.happenings').getByText('new-8').waitFor();
    const spoken = (await page.locator('[aria-live="polite"]').textContent()) ?? '';
    expect(spoken).toMatch(/^published: _calc.*and 6 more$/);
    expect(served.asked.filter((one) => one === 'GET /api/state')).toHaveLength(2);
  });

  it('many changes at once are not one reading each', async () => {
    const { page, served } = await show(small());

    for (let at = 0; at < 50; at += 1) served.show(said(`the ${at}th`));
    await page.getByText('The 49th').waitFor();

    expect(served.asked.filter((one) => one === 'GET /api/state').length).toBeLessThanOrEqual(4);
  });

  it('a stream that breaks is said, tried again with growing pauses, and what changed meanwhile is read', async () => {
    const { page, served } = await show(small());

    served.break();
    await page.getByText('not connected, trying again').waitFor();
    const before = served.asked.length;
    await page.waitForTimeout(4_000);
    const tries = served.asked.length - before;
    served.show(said('something else'));
    served.heal();
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('Something else').waitFor();
    await page.getByText('live').waitFor();

    // After half a second, one, two, four; up to a fifth sooner.
    expect(tries).toBeGreaterThanOrEqual(2);
    expect(tries).toBeLessThanOrEqual(4);
  });

  it('a server that has no answer says why, until it has one', async () => {
    const { page, served } = await show(small());

    served.fail('your credentials have expired: sign in again');
    await page.getByRole('alert').getByText('your credentials have expired: sign in again').waitFor();
    served.heal();
    await page.getByText('live').waitFor();

    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('comes back by itself', async () => {
    const { page, served } = await show(small());

    served.break();
    await page.getByText('not connected, trying again').waitFor();
    served.heal();

    await page.getByText('live').waitFor();
  });

  it('a token of an earlier start: says what to open, and asks no more', async () => {
    const { page, served } = await show(small());

    served.forget();
    await page.getByRole('alert').getByText('Open the address that the command has printed').waitFor();
    const asked = served.asked.length;
    await page.waitForTimeout(1_500);

    expect(served.asked.length).toBe(asked);
  });

  it('without a token it asks nothing', async () => {
    const { page, served } = await show(small());
    const asked = served.asked.length;

    const other = await page.context().newPage();
    await other.goto(served.address.replace(/#.*/, ''));
    await other.getByText('Open the address that the command has printed').waitFor();

    expect(served.asked.slice(asked).filter((one) => one.includes('/api/'))).toEqual([]);
  });
});
