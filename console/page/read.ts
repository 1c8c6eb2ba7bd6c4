import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is served at `/`, `/page.js` and `/page.css`. */
export interface Page {
  readonly html: string;
  readonly js: string;
  readonly css: string;
}

export const FILES: Readonly<Record<keyof Page, string>> = { html: 'index.html', js: 'page.js', css: 'page.css' };

/** The `content-security-policy` under which the page works: it loads nothing but its own script and style. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "connect-src 'self'",
  // The empty icon, so that no browser asks for another one.
  'img-src data:',
  "script-src 'self'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The page, as `npm run build` has put it beside the command, or as a local run has built it; made anew where it runs from
 * the sources.
 *
 * @param folder where it has been built; absent: `console/` beside this module, where the command is one file
 */
export async function readPage(folder = fileURLToPath(new URL('./console/', import.meta.url))): Promise<Page> {
  if (!existsSync(join(folder, FILES.html))) return madeNow();
  const [html, js, css] = await Promise.all(
    [FILES.html, FILES.js, FILES.css].map((file) => readFile(join(folder, file), 'utf8')),
  );
  return { html: html ?? '', js: js ?? '', css: css ?? '' };
}

/** By its address, so that no bundle of the command carries the bundler. */
async function madeNow(): Promise<Page> {
  const { buildPage } = (await import(new URL('./build.ts', import.meta.url).href)) as typeof import('./build.ts');
  return (await buildPage()).page;
}
