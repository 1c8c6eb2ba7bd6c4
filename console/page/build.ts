import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { FILES, type Page } from './read.ts';

/** @returns the page, made anew from its sources, and what of other packages is in it */
export async function buildPage(): Promise<{ readonly page: Page; readonly inside: Metafile }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: join(import.meta.dirname, '../..'),
    entryPoints: { page: 'console/page/main.ts', 'page-style': 'console/page/css/page.css' },
    outdir: 'dist/cli/console',
    write: false,
    metafile: true,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  const made = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const html = readFileSync(join(import.meta.dirname, 'shell.html'), 'utf8');
  return { page: { html, js: made('page.js'), css: made('page-style.css') }, inside: metafile };
}

/** Writes what `readPage` finds in a folder, which is made. */
export async function writePage(folder: string): Promise<Metafile> {
  const { page, inside } = await buildPage();
  for (const part of ['html', 'js', 'css'] as const) {
    const file = join(folder, FILES[part]);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, page[part]);
  }
  return inside;
}
