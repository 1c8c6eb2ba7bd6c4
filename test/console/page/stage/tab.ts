import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { goTo, hasChromium, launched, type Opened, opened } from './browser.ts';
import type { Scene } from './scene.ts';
import { type Served, serve } from './server.ts';

if (!hasChromium) console.warn('console: browser tests are skipped, /usr/bin/chromium is not installed');

export interface Tab extends Opened {
  readonly served: Served;
}

/** One browser for the tests of a file. */
export function tabs(): (scene: Scene, view?: string, options?: BrowserContextOptions) => Promise<Tab> {
  let browser: Browser;
  beforeAll(async () => {
    if (hasChromium) browser = await launched();
  });
  afterAll(() => browser?.close());
  return async (scene, view = '#/', options = {}) => {
    const served = await serve(scene);
    onTestFinished(() => served.close());
    const tab = await opened(browser, served.address, options);
    onTestFinished(() => tab.page.context().close());
    await tab.page.locator('nav a').first().waitFor();
    if (view !== '#/') await goTo(tab, view);
    return { ...tab, served };
  };
}
