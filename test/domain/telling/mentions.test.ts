import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectAt } from '../../../functions/contracts/payloads.ts';
import {
  isMentioned,
  mentionsOf,
  mentionsText,
  nameDigest,
  readMentions,
  taskDigest,
} from '../../../functions/domain/telling/mentions.ts';
import type { Disposition } from '../../../functions/domain/words/reason.ts';
import { CALC, TIME, taskArn } from '../../support/builders.ts';
import { HOSTILE_TEXTS } from '../../support/hostile.ts';

const ID = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';
const came = (name: string, id?: string): Disposition => ({
  outcome: 'published',
  reason: 'running',
  isNew: true,
  name,
  ...(id !== undefined && { task: taskArn(id) }),
});
const told = (dispositions: readonly Disposition[], about: object = {}) =>
  mentionsOf({ dispositions, held: [], refused: [], ...about });
const id = (index: number) => index.toString(16).padStart(6, '0').repeat(5).padEnd(32, '0');
const left = (index: number): Disposition => ({
  outcome: 'left-out',
  reason: 'unhealthy',
  name: CALC,
  task: taskArn(id(index)),
});

describe('what an outcome mentions', () => {
  it('is each name and task that came or left, what is held and refused, and apart the tasks that are left out', () => {
    const stays: Disposition = { outcome: 'published', reason: 'running', name: 'stays.', task: taskArn('77777777') };
    const gone: Disposition = { outcome: 'removed', reason: 'task-stopped', name: TIME, task: taskArn('88888888') };

    const { changed, leftOut } = told([came(CALC, ID), gone, stays, left(1)], {
      held: [{ name: 'held.' }],
      refused: [{ name: 'refused.' }],
    });

    const names = [CALC, TIME, 'held.', 'refused.'].map(nameDigest);
    expect(changed).toEqual(new Set([...names, taskDigest(ID), taskDigest('88888888')]));
    expect(leftOut).toEqual(new Set([taskDigest(id(1))]));
  });

  it('is nothing where nothing came or left, and of a dry run', () => {
    const stays: Disposition = { outcome: 'published', reason: 'running', name: CALC, task: taskArn(ID) };

    expect(mentionsText(told([stays]))).toBe('nothing');
    expect(mentionsText(told([came(CALC, ID), left(1)], { dryRun: true, held: [{ name: CALC }] }))).toBe('nothing');
  });

  it('knows a task by its ARN, its id and the first six digits or more of it', () => {
    const { changed } = told([came(CALC, ID)]);

    for (const asked of [taskArn(ID), ID, ID.slice(0, 6), ID.slice(0, 13)]) {
      expect(isMentioned(changed, [taskDigest(asked)])).toBe(true);
    }
    expect(isMentioned(changed, [taskDigest('0a1b2d')])).toBe(false);
  });

  it('is all where it is too much for a key, and what changed goes first', () => {
    const [some, many] = [told([came(CALC), ...Array.from({ length: 95 }, (_, at) => left(at))]), 200];
    const rest = told([came(CALC), ...Array.from({ length: 96 }, (_, at) => left(at))]);
    const all = told(Array.from({ length: many }, (_, at) => came(CALC, id(at))));

    expect(some.leftOut).not.toBe('all');
    expect([rest.changed === 'all', rest.leftOut]).toEqual([false, 'all']);
    expect(all).toEqual({ changed: 'all', leftOut: new Set() });
    expect(isMentioned('all', [nameDigest('whatever.')])).toBe(true);
  });
});

describe('the key', () => {
  const names = fc.array(fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'binary' })), {
    maxLength: 120,
  });
  const tasks = fc.array(fc.integer({ min: 0, max: 0xffffff }), { maxLength: 120 });

  it('says what is mentioned, whatever it is, in at most 1,024 bytes and parts of at most 255, and has no text of it', () => {
    fc.assert(
      fc.property(names, tasks, (some, others) => {
        const mentions = told([...some.map((name) => came(name)), ...others.map(left)]);

        const text = mentionsText(mentions);
        const { key } = objectAt('index', '2026-11-22', '🙂'.repeat(80), text);

        expect(text).toMatch(/^(nothing|[a-z0-9/-]+)$/);
        expect(readMentions(text)).toEqual(mentions);
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1_024);
        expect(text.split('/').every((part) => part.length <= 255)).toBe(true);
        for (const name of some) {
          expect(isMentioned(mentions.changed, [nameDigest(name)])).toBe(true);
        }
      }),
    );
  });

  it('does not depend on the order in which things are told', () => {
    const both = [came(CALC, ID), came(TIME, id(7))];

    expect(mentionsText(told(both))).toBe(mentionsText(told(both.toReversed())));
  });

  it.each([
    '',
    'changed',
    'else',
    'changed/0a1b2',
    'changed/zzzzzz',
    '0a1b2c',
    'nothing/changed',
    'left-out/0a1b2c/and',
  ])('of another form, or cut, %j, may mention everything', (text) => {
    expect(readMentions(text).changed).toBe('all');
  });
});
