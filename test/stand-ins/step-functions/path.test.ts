import { describe, expect, it } from 'vitest';
import { lookUp, PathSyntaxError, parsePath, putAt } from './path.ts';

const input = {
  a: { b: [10, 20, 30], 'odd key': 1, null: null },
  items: [
    { id: 1, tags: ['x', 'y'] },
    { id: 2, tags: [] },
  ],
};
const context = { Execution: { Name: 'run-1' } };

describe('lookUp', () => {
  it.each([
    { path: '$', value: input },
    { path: '$.a.b', value: [10, 20, 30] },
    { path: '$.a.b[1]', value: 20 },
    { path: '$.a.b[-1]', value: 30 },
    { path: "$['a']['odd key']", value: 1 },
    { path: '$.a.null', value: null },
    { path: '$.a.b[0:2]', value: [10, 20] },
    { path: '$.a.b[1:]', value: [20, 30] },
    { path: '$.a.b[0,2]', value: [10, 30] },
    { path: '$.items[*].id', value: [1, 2] },
    { path: '$.items[*].tags[*]', value: ['x', 'y'] },
    { path: '$.items[*].nothing', value: [] },
    { path: '$.a.*', value: [[10, 20, 30], 1, null] },
    { path: '$..id', value: [1, 2] },
    { path: '$$.Execution.Name', value: 'run-1' },
  ])('$path', ({ path, value }) => {
    expect(lookUp(path, { input, context })).toEqual({ found: true, value });
  });

  it.each(['$.nothing', '$.a.b[3]', '$.a.b.c', '$.items.id', '$.constructor', '$$.Map.Item', '$.a.b.length'])(
    '%s points nowhere',
    (path) => {
      expect(lookUp(path, { input, context })).toEqual({ found: false });
    },
  );
});

describe('parsePath', () => {
  it.each(['a', '', '$.', '$a', '$[', '$.a[?(@.id==1)]', '$.a[b]', '$.a b', '$..', '$.a[]'])('refuses %o', (path) => {
    expect(() => parsePath(path)).toThrow(PathSyntaxError);
  });
});

describe('putAt', () => {
  it.each([
    { path: '$', given: { a: 1 }, output: 'R' },
    { path: '$.b', given: { a: 1 }, output: { a: 1, b: 'R' } },
    { path: '$.a', given: { a: 1 }, output: { a: 'R' } },
    { path: '$.b.c', given: { a: 1 }, output: { a: 1, b: { c: 'R' } } },
    { path: '$.a[1]', given: { a: [1, 2] }, output: { a: [1, 'R'] } },
    { path: "$['x y'].z", given: {}, output: { 'x y': { z: 'R' } } },
  ])('at $path', ({ path, given, output }) => {
    expect(putAt(path, given, 'R')).toEqual(output);
  });

  it.each([
    { path: '$.a', given: 'text' },
    { path: '$.a.b', given: { a: 1 } },
    { path: '$.a[2]', given: { a: [1, 2] } },
    { path: '$.a[0]', given: {} },
  ])('finds no place at $path in $given', ({ path, given }) => {
    expect(putAt(path, given, 'R')).toBeUndefined();
  });

  it('leaves its input alone', () => {
    const given = { a: { b: 1 } };

    putAt('$.a.b', given, 2);

    expect(given).toEqual({ a: { b: 1 } });
  });

  it('wants a place that is one', () => {
    expect(() => putAt('$.a[*]', {}, 1)).toThrow(PathSyntaxError);
    expect(() => putAt('$$.a', {}, 1)).toThrow(PathSyntaxError);
  });
});
