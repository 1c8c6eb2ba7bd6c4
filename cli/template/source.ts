import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../errors.ts';
import type { AppTemplate } from './launchable.ts';

/** What the template is made of: here from the sources, in the package from what its build has left. */
export interface Source {
  /** @throws UsageError for context that cannot be read, and where there is no CDK to read it */
  template(context: Readonly<Record<string, string>>): Promise<AppTemplate>;
  /** The bundle of one function. */
  code(entry: string): Promise<Uint8Array>;
}

/** What is asked of `infra`; by its path only, since it comes with the CDK, which the package does not bring. */
interface Infra {
  readonly wholeTemplate: (context: Readonly<Record<string, string>>) => AppTemplate;
  readonly bundleOf: (entry: string, entries: readonly string[]) => string;
  readonly ENTRIES: readonly string[];
}

export function sourceHere(): Source {
  const root = new URL('../../', import.meta.url);
  return existsSync(new URL('infra/whole-template.ts', root))
    ? workingTree(root)
    : packed(new URL('../', import.meta.url));
}

function workingTree(root: URL): Source {
  const infra = (file: string) => import(new URL(`infra/${file}.ts`, root).href) as Promise<Infra>;
  return {
    template: async (context) => synthesized(await infra('whole-template'), context),
    async code(entry) {
      const [{ bundleOf }, { ENTRIES }] = await Promise.all([infra('bundles'), infra('steps')]);
      return readFileSync(join(bundleOf(entry, ENTRIES), 'index.mjs'));
    },
  };
}

/** @param dist folder that `build.ts` makes */
function packed(dist: URL): Source {
  return {
    async template(context) {
      if (Object.keys(context).length === 0) return JSON.parse(readFileSync(new URL('template.json', dist), 'utf8'));
      return synthesized(await withCdk(new URL('infra/whole-template.js', dist)), context);
    },
    code: async (entry) => readFileSync(fileURLToPath(new URL(`bundles/${basename(entry, '.ts')}/index.mjs`, dist))),
  };
}

async function withCdk(module: URL): Promise<Infra> {
  try {
    return await import(module.href);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new UsageError(
      '--context needs the CDK as a library, and it is not installed here: npm install aws-cdk-lib constructs; without --context the template has the defaults, and asks for ids by parameters',
      { cause },
    );
  }
}

/** Faults of what was given say so themselves. */
function synthesized({ wholeTemplate }: Infra, context: Readonly<Record<string, string>>): AppTemplate {
  try {
    return wholeTemplate(context);
  } catch (cause) {
    if (cause instanceof Error && /^Invalid(Context|Props)Error$/.test(cause.name)) {
      throw new UsageError(cause.message, { cause });
    }
    throw cause;
  }
}
