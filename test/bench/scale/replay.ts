import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { quiet } from '../../support/quiet.ts';
import type { StepName } from '../../support/world.ts';

// `node replay.ts <step> <transcript>`: one call of a function in a process of its own, with the answers that it was given
// before; says, as JSON, how many megabytes the process had before and had at most.
quiet();
const [step = '', path = ''] = process.argv.slice(2);
const { world } = await import('../../support/world.ts');
const { readTranscript } = await import('./transcripts.ts');
const { payload, now, around } = readTranscript(path);
const here = world({ around, later: () => now - here.clock.now() });
const idle = process.memoryUsage.rss();
await here.clock.run(here.step(step as StepName, payload));
process.stdout.write(`${JSON.stringify({ idle: megabytes(idle), peak: megabytes(peakOf()) })}\n`);

/** Bytes. On Linux what getrusage says begins with what the parent had. */
function peakOf(): number {
  if (platform() !== 'linux') return process.resourceUsage().maxRSS * 1_024;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) * 1_024;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
