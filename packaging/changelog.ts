/** CHANGELOG.md in the form of Keep a Changelog: `## [Unreleased]`, then `## [1.4.0] - 2026-11-28`, the newest first. */
const UNRELEASED = '## [Unreleased]';
const RELEASED = /^## \[(\d[^\]]*)\] - (\d{4}-\d{2}-\d{2})$/;

export interface Release {
  readonly version: string;
  /** `2026-11-28`. */
  readonly date: string;
  /** What stands below its heading. */
  readonly notes: string;
}

/** The released versions, in the order of the file. */
export function releases(changelog: string): readonly Release[] {
  return sections(changelog).flatMap(({ heading, body }) => {
    const [, version, date] = RELEASED.exec(heading) ?? [];
    return version && date ? [{ version, date, notes: body }] : [];
  });
}

/** What stands below `## [Unreleased]`; nothing where the heading is missing. */
export function unreleased(changelog: string): string | undefined {
  return sections(changelog).find(({ heading }) => heading === UNRELEASED)?.body;
}

/** Whether there is anything but headings in it. */
export const saysSomething = (notes: string): boolean =>
  notes.split('\n').some((line) => line.trim() && !/^#/.test(line));

/** The changelog in which everything unreleased is the release, and nothing is unreleased. */
export function withRelease(changelog: string, { version, date }: Pick<Release, 'version' | 'date'>): string {
  return changelog.replace(
    new RegExp(`^${RegExp.escape(UNRELEASED)}$`, 'm'),
    `${UNRELEASED}\n\n## [${version}] - ${date}`,
  );
}

function sections(changelog: string): readonly { readonly heading: string; readonly body: string }[] {
  return changelog.split(/^(?=## )/m).flatMap((section) => {
    const [heading = '', ...lines] = section.split('\n');
    return heading.startsWith('## ') ? [{ heading: heading.trimEnd(), body: lines.join('\n').trim() }] : [];
  });
}
