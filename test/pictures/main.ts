import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { goTo, hasChromium, launched, opened } from '../console/page/stage/browser.ts';
import { small } from '../console/page/stage/scenes.ts';
import { serve } from '../console/page/stage/server.ts';
import { CALC } from '../console/page/stage/small.ts';

/** The moment of the scene, whenever the pictures are made: they change only with the page. */
const NOW = Date.UTC(2026, 10, 28, 9, 41, 7);
const WIDTH = 1_200;

interface Picture {
  readonly file: string;
  readonly view: string;
  readonly height: number;
}

/** `npm run pictures`: what README and docs show of the console, from a scripted scene. */
async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { folder: { type: 'string', default: 'docs' } } });
  if (!hasChromium) throw new Error('/usr/bin/chromium is not installed: nothing to draw with');
  const scene = small(NOW);
  const execution = scene.state.changes[0]?.execution ?? '';
  const pictures: readonly Picture[] = [
    { file: 'console-glance.png', view: '#/', height: 880 },
    { file: 'console-name.png', view: `#/names/${encodeURIComponent(CALC)}`, height: 900 },
    { file: 'console-run.png', view: `#/runs/${encodeURIComponent(execution)}/CollectTasks`, height: 1_000 },
  ];
  const served = await serve(scene);
  const browser = await launched();
  try {
    mkdirSync(values.folder, { recursive: true });
    for (const picture of pictures)
      await draw(browser, served.address, { ...picture, file: join(values.folder, picture.file) });
  } finally {
    await browser.close();
    await served.close();
  }
}

async function draw(browser: Browser, address: string, { file, view, height }: Picture): Promise<void> {
  const options = { viewport: { width: WIDTH, height }, colorScheme: 'light', reducedMotion: 'reduce' } as const;
  const { page } = await opened(browser, 'about:blank', options);
  await page.clock.setFixedTime(NOW);
  await page.goto(address);
  await page.locator('.says').waitFor();
  await goTo({ page }, view);
  await page.screenshot({ path: file, animations: 'disabled' });
  await page.context().close();
  process.stdout.write(`${file}\n`);
}

await main(process.argv.slice(2));
