import { describe, expect, it } from 'vitest';
import { callIntrinsic } from './intrinsics.ts';
import { valueAt } from './template.ts';

const scope = {
  input: { name: 'calc', n: 3, list: [1, 2, 2, 3], item: { a: 1 }, empty: null, quoted: "it's {}" },
  context: { Execution: { Name: 'run-1' } },
};

function call(text: string, random = () => 0.5) {
  return callIntrinsic(text, (path) => valueAt(path, 'test', scope), random);
}

describe('an intrinsic function', () => {
  it.each([
    { text: "States.Format('{} has {} of {}', $.name, $.n, 9)", result: 'calc has 3 of 9' },
    { text: "States.Format('{}/{}', $$.Execution.Name, States.ArrayLength($.list))", result: 'run-1/4' },
    { text: "States.Format('\\{{}\\} isn\\'t {}', $.n, true)", result: "{3} isn't true" },
    { text: "States.Format('{} and {}', null, $.quoted)", result: "null and it's {}" },
    { text: "States.Format('plain')", result: 'plain' },
    { text: 'States.ArrayLength($.list)', result: 4 },
    { text: 'States.MathAdd($.n, -1)', result: 2 },
    { text: 'States.MathAdd( $.n , States.ArrayLength( $.list ) )', result: 7 },
    { text: "States.Array('a', 1, true, null, $.item)", result: ['a', 1, true, null, { a: 1 }] },
    { text: 'States.Array()', result: [] },
    { text: 'States.ArrayPartition($.list, 3)', result: [[1, 2, 2], [3]] },
    { text: 'States.ArrayContains($.list, 2)', result: true },
    { text: 'States.ArrayContains(States.Array($.item), $.item)', result: true },
    { text: 'States.ArrayRange(1, 9, 3)', result: [1, 4, 7] },
    { text: 'States.ArrayRange(3, 1, -1)', result: [3, 2, 1] },
    { text: 'States.ArrayGetItem($.list, 3)', result: 3 },
    { text: 'States.ArrayUnique($.list)', result: [1, 2, 3] },
    { text: 'States.StringToJson(\'{"a":1}\')', result: { a: 1 } },
    { text: 'States.JsonToString($.item)', result: '{"a":1}' },
    { text: 'States.JsonMerge($.item, States.StringToJson(\'{"b":2}\'), false)', result: { a: 1, b: 2 } },
    { text: "States.StringSplit('a-b+c', '-+')", result: ['a', 'b', 'c'] },
    { text: "States.Base64Encode('grüße')", result: 'Z3LDvMOfZQ==' },
    { text: "States.Base64Decode('Z3LDvMOfZQ==')", result: 'grüße' },
    { text: "States.Hash('abc', 'SHA-1')", result: 'a9993e364706816aba3e25717850c26c9cd0d89d' },
    { text: 'States.MathRandom(10, 20)', result: 15 },
    { text: "States.Format('{}', $['name'])", result: 'calc' },
  ])('$text', ({ text, result }) => {
    expect(call(text)).toEqual(result);
  });

  it('makes UUIDs of version 4', () => {
    expect(call('States.UUID()', Math.random)).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
  });

  it.each([
    'States.Unknown(1)',
    'States.MathAdd(1)',
    "States.MathAdd('1', 2)",
    'States.ArrayLength($.n)',
    "States.Format('{} {}', 1)",
    "States.Format('{}', 1, 2)",
    "States.Format('{}', $.list)",
    'States.ArrayRange(0, 5000, 1)',
    'States.ArrayPartition($.list, 0)',
    'States.ArrayGetItem($.list, 9)',
    "States.StringToJson('{')",
    'States.MathAdd(1, 2',
    'States.MathAdd(1, 2) + 1',
    'MathAdd(1, 2)',
  ])('%s fails with States.IntrinsicFailure', (text) => {
    expect(() => call(text)).toThrow(/^States\.IntrinsicFailure: /);
  });

  it('ends in States.Runtime where a path points nowhere', () => {
    expect(() => call('States.ArrayLength($.nothing)')).toThrow(/^States\.Runtime: .*'\$\.nothing'/);
  });
});
