import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { builtFolder, ROOT } from '../code/built.ts';
import { readSettings } from '../options.ts';
import type { Template } from './cloudformation.ts';

export { ROOT };

/** A stack as `cdk deploy` would send it. */
export interface SynthesizedStack {
  readonly name: string;
  readonly template: Template;
}

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.looseObject({ templateFile: z.string().optional() }).optional() }),
  ),
});

const templateSchema = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});

/** Context of the app. */
export interface Synthesis {
  /** Where SETTINGS says nothing else. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Whatever SETTINGS says. */
  readonly context?: Readonly<Record<string, string>> | undefined;
}

/**
 * The template that `cdk synth` makes, in a process of its own that leaves nothing behind. The code of the functions is
 * not bundled: here their handlers run from source. Where `npm start` has built everything before, what it has made.
 *
 * @throws Error when the app fails, with what it printed, or when it has not exactly one stack
 */
export async function synthesize(
  { settings, context }: Synthesis = {},
  signal?: AbortSignal,
): Promise<SynthesizedStack> {
  const built = context ? undefined : builtFolder();
  if (built !== undefined) return (await readJson(join(built, 'stack.json'))) as SynthesizedStack;
  const folder = await mkdtemp(join(tmpdir(), 'ecs-service-discovery-dns-'));
  const ended = new AbortController();
  // Also where this process is ended before its time.
  const endNow = (): void => {
    ended.abort();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', endNow);
  try {
    const env = {
      ...process.env,
      CDK_OUTDIR: folder,
      // `npm run synth` validates the template; it takes twice as long as all the rest.
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({
        ...settings,
        ...readSettings(process.env.SETTINGS),
        ...context,
        'aws:cdk:bundling-stacks': [],
        'aws:cdk:disable-asset-staging': true,
      }),
    };
    await promisify(execFile)(process.execPath, ['infra/app.ts'], {
      cwd: ROOT,
      env,
      signal: AbortSignal.any([ended.signal, ...(signal ? [signal] : [])]),
      killSignal: 'SIGKILL',
    });
    const manifest = manifestSchema.parse(await readJson(join(folder, 'manifest.json')));
    const stacks = Object.entries(manifest.artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
    const [stack] = stacks;
    const file = stack?.[1].properties?.templateFile;
    if (!stack || file === undefined || stacks.length > 1) {
      throw new Error(`infra/app.ts has ${stacks.length} stacks, the local run needs exactly one`);
    }
    return { name: stack[0], template: templateSchema.parse(await readJson(join(folder, file))) as Template };
  } finally {
    process.off('exit', endNow);
    await rm(folder, { recursive: true, force: true });
  }
}

const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));
