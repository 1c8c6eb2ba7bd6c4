/** A docstring in its parts. */
export interface Docstring {
  /** What stands before the first tag; paragraphs are separated by an empty line. */
  readonly says: string;
  /** What follows each tag: `default`, `throws`, `example`. */
  readonly tags: ReadonlyMap<string, string>;
}

export function docstring(text: string): Docstring {
  const [says = '', ...tagged] = text.split(/^@(?=\w)/m);
  const tags = tagged.map((part): [string, string] => {
    const [, tag = '', rest = ''] = /^(\w+)\s?([\s\S]*)$/.exec(part) ?? [];
    return [tag, rest.trim()];
  });
  return { says: says.trim(), tags: new Map(tags) };
}

/** `@default - what happens` is said in words, everything else is code. */
export function defaultOf({ tags }: Docstring): string | undefined {
  const text = tags.get('default')?.replaceAll('\n', ' ');
  if (text === undefined) return undefined;
  return text.startsWith('- ') ? text.slice(2) : `\`${text}\``;
}
