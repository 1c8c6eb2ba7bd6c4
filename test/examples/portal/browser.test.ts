import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fixedZone, simpleSet } from '../../stand-ins/dns/zone-builder.ts';
import { startDnsServer } from '../../stand-ins/dns-server.ts';
import { startService } from '../running-service.ts';

const ZONE = 'servicediscovery.internal';
const TARGET = `here.ecs.${ZONE}`;
const run = promisify(execFile);
const hasChromium = await run('chromium', ['--version']).then(
  () => true,
  () => false,
);
if (!hasChromium) console.warn('browser: skipped, `chromium` is not installed');

/** A portal that finds one instance of calc, and none of time. */
async function startPortal(): Promise<string> {
  const calc = await startService('calc');
  const zone = fixedZone(
    ZONE,
    simpleSet(`_calc._tcp.${ZONE}.`, 'SRV', 5, `1 1 ${calc.port} ${TARGET}.`),
    simpleSet(`${TARGET}.`, 'A', 5, '127.0.0.1'),
  );
  const dns = await startDnsServer({ port: 0, zones: () => [zone] });
  onTestFinished(() => dns.close());
  return (await startService('portal', { environment: { DNS_SERVER: `127.0.0.1:${dns.port}` } })).url;
}

/** The page as it stands after a while, under its own content policy, and what the browser's console holds. */
async function look(url: string) {
  const profile = await mkdtemp(join(tmpdir(), 'browser-'));
  onTestFinished(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
  const options = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--enable-logging=stderr'];
  const args = [...options, `--user-data-dir=${profile}`, '--virtual-time-budget=1500', '--dump-dom', url];
  const { stdout: page, stderr } = await run('chromium', args, { timeout: 100_000 });
  return { page, console: stderr.split('\n').filter((line) => line.includes('CONSOLE')) };
}

/** Browsers note each status above 399 that a page has asked for. */
const NOTED = /Failed to load resource: the server responded with a status of (400|503)/;

describe.skipIf(!hasChromium)('the page in a browser', { timeout: 120_000 }, () => {
  it('says by words what became of each box, and its console has nothing to complain of', async () => {
    const { page, console } = await look(`${await startPortal()}/?formula=7%E2%88%923`);

    expect(page).toMatch(/<span id="time-title">Time<\/span> <span class="state">⧗ waiting</);
    expect(page).toMatch(/<span id="calc-title">Calc<\/span> <span class="state">✓ answered</);
    expect(page).toMatch(/<output id="formula-answer"[^>]*>4</);
    expect(page).not.toMatch(/aria-invalid="true" aria/);
    expect(console.filter((line) => !NOTED.test(line))).toEqual([]);
  });

  it('marks the input with the typo, and no other, and asks no second time', async () => {
    const { page } = await look(`${await startPortal()}/?formula=7%E2%88%92`);

    expect(page).toMatch(/<span class="state">✗ check what you entered</);
    expect(page).toMatch(/<input id="formula"[^>]* aria-invalid="true" aria-describedby="formula-answer"/);
    expect(page).not.toMatch(/<input id="layout"[^>]* aria-invalid/);
    expect(page).toMatch(/<output id="formula-answer"[^>]*>Unexpected end: a number, a sign or &?/);
  });
});
