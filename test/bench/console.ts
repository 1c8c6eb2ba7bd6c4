import type { Browser, Page } from 'playwright-core';
import { goTo, hasChromium, launched } from '../console/page/stage/browser.ts';
import { large } from '../console/page/stage/scenes.ts';
import { type Served, serve } from '../console/page/stage/server.ts';
import type { Bench, Rows } from './bench.ts';
import { quantile } from './stage/quantile.ts';

/** Times that all of it is done, each in a browser of its own; the medians count. */
const PASSES = 3;
/** Milliseconds until something is painted, and of one task of the page's main thread, at most. */
const FIRST_PAINT = 1_000;
const TASK = 50;

/** Notes each task above 50 ms, which is what browsers call long, and when the first sentence stands there. */
const WATCH = `
  globalThis.long = [];
  new PerformanceObserver((list) => long.push(...list.getEntries().map((one) => one.duration)))
    .observe({ type: 'longtask', buffered: true });
  new MutationObserver((_, observer) => {
    if (!document.querySelector('.says')) return;
    observer.disconnect();
    requestAnimationFrame(() => { globalThis.shown = performance.now(); });
  }).observe(document, { childList: true, subtree: true });
`;

type Step = readonly [name: string, work: (page: Page, served: Served) => Promise<unknown>];

const STEPS: readonly Step[] = [
  ['opened', (page) => page.locator('.says').waitFor()],
  ['all names', (page) => goTo({ page }, '#/names')],
  ['names scrolled', (page) => scrolled(page)],
  ['names searched', (page) => typed(page, 'service-12')],
  ['the name of 4,000', (page) => goTo({ page }, `#/names/${encodeURIComponent('_all._tcp.shop.internal.')}`)],
  ['hosts and tasks', (page) => goTo({ page }, '#/hosts')],
  ['hosts scrolled', (page) => scrolled(page)],
  ['hosts searched', (page) => typed(page, 'i-0000')],
  ['runs', (page) => goTo({ page }, '#/runs')],
  [
    'the graph of a run',
    async (page) => {
      await page.locator('td a').nth(1).click();
      await page.locator('.graph svg').waitFor();
    },
  ],
  ['changes', (page) => goTo({ page }, '#/changes')],
  [
    'three new states',
    async (page, served) => {
      for (let at = 0; at < 3; at += 1) {
        served.show(large());
        await page.waitForTimeout(700);
      }
    },
  ],
];

interface Passed {
  readonly painted: number;
  readonly shown: number;
  /** By step: its longest task, 0 where none is long; elements of the page after it. */
  readonly longest: readonly number[];
  readonly elements: readonly number[];
}

/** The console's page on ten thousand instances: what its main thread does, in a browser. */
export const console: Bench = {
  name: 'console',
  describe:
    "the console's page on 10,000 instances in a browser: first paint, long tasks of its main thread; about 60 s",
  async run() {
    if (!hasChromium)
      return { ok: true, figures: {}, rows: [], notes: ['skipped: /usr/bin/chromium is not installed'] };
    const served = await serve(large());
    try {
      const passes: Passed[] = [];
      for (let at = 0; at < PASSES; at += 1) passes.push(await pass(served));
      return told(passes);
    } finally {
      await served.close();
    }
  },
};

function told(passes: readonly Passed[]) {
  const median = (of: (one: Passed) => number) => Math.round(quantile(passes.map(of), 0.5));
  const rows: Rows = STEPS.map(([step], at) => ({
    step,
    'longest task ms': median(({ longest }) => longest[at] ?? 0) || `≤ ${TASK}`,
    elements: median(({ elements }) => elements[at] ?? 0),
  }));
  const painted = median((one) => one.painted);
  const longest = Math.max(...STEPS.map((_, at) => median((one) => one.longest[at] ?? 0)));
  return {
    ok: painted < FIRST_PAINT && longest <= TASK,
    figures: { painted: painted / 1_000, shown: median((one) => one.shown) / 1_000, longest: longest / 1_000 },
    rows,
    notes: [
      `first paint after ${painted} ms, at most ${FIRST_PAINT}; the first sentence after ${median((one) => one.shown)} ms`,
      `no task above ${TASK} ms is wanted; medians of ${PASSES} passes; other work on the machine counts as the page's`,
    ],
  };
}

async function pass(served: Served): Promise<Passed> {
  const browser = await launched();
  try {
    return await watched(browser, served);
  } finally {
    await browser.close();
  }
}

async function watched(browser: Browser, served: Served): Promise<Passed> {
  const page = await browser.newPage({ viewport: { width: 1_200, height: 900 } });
  await page.addInitScript(WATCH);
  await page.goto(served.address);
  const [longest, elements]: [number[], number[]] = [[], []];
  for (const [, work] of STEPS) {
    await work(page, served);
    await page.waitForTimeout(150);
    const all = (await page.evaluate('long.splice(0)')) as number[];
    longest.push(Math.max(0, ...all));
    elements.push(Number(await page.evaluate('document.querySelectorAll("*").length')));
  }
  const painted = Number(await page.evaluate('performance.getEntriesByName("first-contentful-paint")[0].startTime'));
  return { painted, shown: Number(await page.evaluate('shown')), longest, elements };
}

async function scrolled(page: Page): Promise<void> {
  await page.locator('.long').hover();
  for (let at = 0; at < 20; at += 1) {
    await page.mouse.wheel(0, 2_000);
    await page.waitForTimeout(30);
  }
}

const typed = (page: Page, text: string): Promise<void> =>
  page.getByRole('searchbox').pressSequentially(text, { delay: 30 });
