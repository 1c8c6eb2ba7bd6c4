import { expect, it } from 'vitest';
import { agreed } from '../../../../examples/local/once/names.ts';

const looks = (...differs: readonly (string | undefined)[]) => {
  let asked = 0;
  return async () => {
    const differing = differs[asked++ % differs.length];
    return differing === undefined ? { found: asked } : { found: asked, differs: differing };
  };
};

it('takes a zone that changes between two questions for no fault', async () => {
  expect(await agreed(looks('one over UDP, two over TCP', undefined))).toBe(2);
});

it('tells of answers that differ however often they are asked for', async () => {
  await expect(agreed(looks('one over UDP, two over TCP'))).rejects.toThrow('one over UDP, two over TCP');
});
