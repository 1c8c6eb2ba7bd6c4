import { describe, expect, it } from 'vitest';
import { DefinitionError, readDefinition } from './definition.ts';

const only = (state: object, further: object = {}) =>
  JSON.stringify({ StartAt: 'Only', States: { Only: { End: true, ...state } }, ...further });
const task = { Type: 'Task', Resource: 'arn:aws:lambda:eu-central-1:111111111111:function:f' };
const map = (itemProcessor: object) => ({
  Type: 'Map',
  ItemProcessor: { StartAt: 'In', States: { In: { Type: 'Pass', End: true } }, ...itemProcessor },
});

describe('readDefinition', () => {
  it('reads what this interpreter runs', () => {
    const text = only({
      ...task,
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' }],
    });

    expect(readDefinition(text)).toEqual(JSON.parse(text));
  });

  it.each([
    { row: 'text that is not JSON', text: '{', message: /not JSON/ },
    { row: 'another query language', text: only({ Type: 'Pass' }, { QueryLanguage: 'JSONata' }), message: /JSONata/ },
    { row: 'another query language of a state', text: only({ ...task, QueryLanguage: 'JSONata' }), message: /JSONata/ },
    { row: 'variables', text: only({ Type: 'Pass', Assign: { a: 1 } }), message: /Assign/ },
    { row: 'heartbeats', text: only({ ...task, HeartbeatSeconds: 5 }), message: /HeartbeatSeconds/ },
    {
      row: 'tolerated failures',
      text: only({ ...map({}), ToleratedFailureCount: 1 }),
      message: /ToleratedFailureCount/,
    },
    { row: 'a distributed Map', text: only(map({ ProcessorConfig: { Mode: 'DISTRIBUTED' } })), message: /DISTRIBUTED/ },
    {
      row: 'an unknown field inside a Map',
      text: only(map({ States: { In: { Type: 'Pass', End: true, Colour: 1 } } })),
      message: /'In' has field Colour/,
    },
    { row: 'a filter expression', text: only({ Type: 'Pass', InputPath: '$.a[?(@.b)]' }), message: /InputPath/ },
    {
      row: 'an unreadable function',
      text: only({ ...task, Parameters: { 'a.$': 'States.Format(' } }),
      message: /a\.\$/,
    },
    {
      row: 'an unreadable path in a rule',
      text: JSON.stringify({
        StartAt: 'Ask',
        States: { Ask: { Type: 'Choice', Choices: [{ Not: { Variable: '$.', IsNull: true }, Next: 'Ask' }] } },
      }),
      message: /Variable/,
    },
    { row: 'a missing state', text: only({ Type: 'Pass', End: undefined, Next: 'Gone' }), message: /Gone/ },
    { row: 'no resource', text: only({ Type: 'Task' }), message: /SCHEMA_VALIDATION_FAILED/ },
  ])('refuses $row', ({ text, message }) => {
    expect(() => readDefinition(text)).toThrow(DefinitionError);
    expect(() => readDefinition(text)).toThrow(message);
  });
});
