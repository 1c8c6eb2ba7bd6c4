import { SETTINGS } from '../../functions/contracts/settings.ts';
import { type Archive, archiveOf } from './archive.ts';
import { type AppTemplate, type CodePlace, entriesOf, launchable } from './launchable.ts';
import type { Source } from './source.ts';

/** What is launched: one template, and the archives that it names. */
export interface Launch {
  readonly stackName: string;
  readonly template: AppTemplate;
  readonly archives: readonly Archive[];
}

export const TEMPLATE_FILE = 'template.json';

/** The name of the stack is that of the deployment, which the template says in many places. */
export const stackNameOf = (context: Readonly<Record<string, string>>): string =>
  context.stackName ?? SETTINGS.stackName.byDefault;

export async function launchOf(
  source: Source,
  context: Readonly<Record<string, string>>,
  place: CodePlace,
): Promise<Launch> {
  const app = await source.template(context);
  const archives = new Map<string, Archive>();
  for (const entry of entriesOf(app)) archives.set(entry, archiveOf(entry, await source.code(entry)));
  const files = new Map([...archives].map(([entry, { file }]) => [entry, file]));
  return {
    stackName: stackNameOf(context),
    template: launchable(app, files, place),
    archives: [...archives.values()],
  };
}

export const templateText = ({ template }: Launch): string => `${JSON.stringify(template, null, 1)}\n`;
