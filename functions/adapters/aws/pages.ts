import { isPassing } from '../../domain/words/passing.ts';
import { calling } from './faults.ts';

/** A list that a service gives in pages; a token says where the next one begins. */
export interface Paged<Page, Token> {
  /** For error messages: `ecs:ListTasks`. */
  readonly call: string;
  /** Asks for the page of a token, the first one without. */
  readonly ask: (token: Token | undefined) => Promise<Page>;
  /** The token of the next page; absent or empty on the last. */
  readonly next: (page: Page) => Token | undefined;
  /** The token to begin with, where what stands before is known. */
  readonly from?: Token | undefined;
}

/** A list as far as it was read; without `next` it is whole. */
export interface ListSoFar<Item, Token> {
  readonly items: readonly Item[];
  readonly next?: Token | undefined;
}

/** Goes on with what was read of a list before, and is told of each page. */
export interface ListMemory<Item, Token> {
  readonly before: ListSoFar<Item, Token> | undefined;
  note(soFar: ListSoFar<Item, Token>): void;
}

/**
 * Reads a list to its last page; where one page fails there is no list. A page may be short, or empty, and not the last.
 *
 * @throws Error when a token comes back: such a list has no end
 */
export async function readPages<Page, Token>({ call, ask, next, from }: Paged<Page, Token>): Promise<readonly Page[]> {
  const pages: Page[] = [];
  const tokens = new Set<string>();
  let token = from;
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

/**
 * Reads the items of a list to its last page, on from where it was left. Where its token does not count any more, it is read
 * from its beginning.
 */
export async function readItems<Page, Token, Item>(
  paged: Paged<Page, Token>,
  itemsOf: (page: Page) => readonly Item[],
  memory?: ListMemory<Item, Token>,
): Promise<readonly Item[]> {
  const read = async (items: Item[], from?: Token) => {
    const ask = async (token: Token | undefined) => {
      const page = await paged.ask(token);
      const [more, next] = [itemsOf(page), paged.next(page)];
      for (const item of more) items.push(item);
      memory?.note({ items, ...(next && { next }) });
      return page;
    };
    await readPages({ ...paged, ask, from });
    return items;
  };
  const { items = [], next } = memory?.before ?? {};
  if (!next) return read([]);
  return read([...items], next).catch((fault: unknown) => {
    if (isPassing(fault)) throw fault;
    return read([]);
  });
}
