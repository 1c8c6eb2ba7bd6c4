import { calling } from './faults.ts';

/** A list that a service gives in pages; a token says where the next one begins. */
export interface Paged<Page, Token> {
  /** For error messages: `ecs:ListTasks`. */
  readonly call: string;
  /** Asks for the page of a token, the first one without. */
  readonly ask: (token: Token | undefined) => Promise<Page>;
  /** The token of the next page; absent or empty on the last. */
  readonly next: (page: Page) => Token | undefined;
}

/**
 * Reads a list to its last page; where one page fails there is no list. A page may be short, or empty, and not the last.
 *
 * @throws Error when a token comes back: such a list has no end
 */
export async function readPages<Page, Token>({ call, ask, next }: Paged<Page, Token>): Promise<readonly Page[]> {
  const pages: Page[] = [];
  const tokens = new Set<string>();
  let token: Token | undefined;
  do {
    const asked = token;
    const page = await calling(call, () => ask(asked));
    pages.push(page);
    token = next(page);
    const seen = JSON.stringify(token);
    if (token && tokens.has(seen))
      throw new Error(`${call} gave the same next page twice, after ${pages.length} pages`);
    tokens.add(seen);
  } while (token);
  return pages;
}
