import { expect, it } from 'vitest';
import { type ListSoFar, readItems } from '../../../functions/adapters/aws/pages.ts';

type SoFar = ListSoFar<number, string>;

/** A list of four pages of one item each, whose tokens are the page's number. */
function list({ refuses = '', fails = '' } = {}) {
  const asked: (string | undefined)[] = [];
  const ask = async (token: string | undefined) => {
    asked.push(token);
    if (token === refuses) throw Object.assign(new Error('invalid token'), { name: 'InvalidParameterException' });
    if (token === fails) throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    const page = Number(token ?? 0);
    return { items: [page], next: page < 3 ? String(page + 1) : '' };
  };
  const read = (before?: SoFar) => {
    const notes: SoFar[] = [];
    const memory = {
      before,
      note: ({ items, next }: SoFar) => void notes.push({ items: [...items], ...(next && { next }) }),
    };
    const paged = { call: 'ecs:ListTasks', ask, next: ({ next }: { readonly next: string }) => next };
    return { notes, all: readItems(paged, ({ items }) => items, memory) };
  };
  return { asked, read };
}

it('tells of each page, and where the list goes on', async () => {
  const { all, notes } = list().read();

  expect(await all).toEqual([0, 1, 2, 3]);
  expect(notes).toEqual([
    { items: [0], next: '1' },
    { items: [0, 1], next: '2' },
    { items: [0, 1, 2], next: '3' },
    { items: [0, 1, 2, 3] },
  ]);
});

it('goes on where it was left', async () => {
  const { asked, read } = list();

  expect(await read({ items: [0, 1], next: '2' }).all).toEqual([0, 1, 2, 3]);
  expect(asked).toEqual(['2', '3']);
});

it('begins anew where the token does not count any more', async () => {
  const { asked, read } = list({ refuses: '2x' });

  expect(await read({ items: [7], next: '2x' }).all).toEqual([0, 1, 2, 3]);
  expect(asked).toEqual(['2x', undefined, '1', '2', '3']);
});

it('does not begin anew where it is throttled', async () => {
  const { asked, read } = list({ fails: '2' });

  await expect(read({ items: [0, 1], next: '2' }).all).rejects.toMatchObject({ name: 'ThrottledError' });
  expect(asked).toEqual(['2']);
});
