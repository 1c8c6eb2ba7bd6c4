import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holderOf, readMarkers, remark } from '../../../functions/domain/zone/marker.ts';
import { octetsOf, parsePause, pauseSentence, pauseText } from '../../../functions/domain/zone/pause.ts';
import { valueProblem } from '../../stand-ins/route53/values.ts';
import { DEPLOYMENT, NAMING } from '../../support/builders.ts';
import { applyChanges } from '../../support/zone-model.ts';

const since = Date.parse('2026-11-27T23:45:00Z');
const OURS = `"ecs-service-discovery-dns deployment=${DEPLOYMENT}"`;
const txt = (...values: readonly string[]) =>
  ({ ownerName: 'ecs.shop.internal.', type: 'TXT', ttl: 300, values, policy: 'simple' }) as const;

describe('the text of a pause', () => {
  it('is one value of several character-strings', () => {
    expect(pauseText('1/eu/a', { since, by: 'anna', reason: 'a "big" move' })).toBe(
      String.raw`"ecs-service-discovery-dns paused=2026-11-27T23:45:00Z" "deployment=1/eu/a" "by=anna" "reason=a \042big\042 move"`,
    );
  });

  it('is read back as it was written, whatever the reason says, and Route 53 takes it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        fc.string({ unit: 'grapheme', maxLength: 10 }),
        (reason, by) => {
          fc.pre(!/[\p{C}\p{Zl}\p{Zp}\p{DI}]/u.test(reason + by));
          const text = pauseText(DEPLOYMENT, { since, by, reason });

          expect(parsePause(text)).toEqual({ deployment: DEPLOYMENT, pause: { since, by, reason } });
          expect(valueProblem('TXT', text)).toBeUndefined();
        },
      ),
    );
  });

  it.each([
    { row: 'no time', text: '"ecs-service-discovery-dns paused" "deployment=a"', pause: {} },
    { row: 'a time that is none', text: '"ecs-service-discovery-dns paused=now" "deployment=a"', pause: {} },
    {
      row: 'fields of later versions',
      text: '"ecs-service-discovery-dns paused=" "deployment=a" "until=9"',
      pause: {},
    },
    {
      row: 'octets that are no UTF-8',
      text: String.raw`"ecs-service-discovery-dns paused=" "deployment=a" "reason=\377"`,
      pause: { reason: String.raw`\377` },
    },
  ])('is read where it has $row', ({ text, pause }) => {
    expect(parsePause(text)).toEqual({ deployment: 'a', pause });
  });

  it.each([
    '"v=spf1 -all"',
    OURS,
    '"ecs-service-discovery-dns paused"',
    '"ecs-service-discovery-dns pausedly" "deployment=a"',
    '"ecs-service-discovery-dns paused=" "deployment="',
  ])('is not %s', (text) => {
    expect(parsePause(text)).toBeUndefined();
  });

  it('is said in a sentence, as far as it is known', () => {
    expect(pauseSentence({ since, by: 'anna', reason: 'move' })).toBe(
      'paused since 2026-11-27 23:45:00 UTC by anna (move)',
    );
    expect(pauseSentence({})).toBe('paused');
  });

  it('counts octets, not characters', () => {
    expect([octetsOf('abc%'), octetsOf('ü'), octetsOf('🙂')]).toEqual([4, 2, 4]);
  });
});

describe('beside the marker', () => {
  const paused = pauseText(DEPLOYMENT, { since });

  it('it belongs to the marker, which stays as versions know it that know no pause', () => {
    expect(readMarkers(txt(OURS, paused))).toEqual([{ deployment: DEPLOYMENT, paused: { since } }]);
    expect(readMarkers(txt(paused, `${OURS.slice(0, -1)} withdrawn"`))).toEqual([
      { deployment: DEPLOYMENT, withdrawn: true, paused: { since } },
    ]);
  });

  it.each([
    { row: 'alone', values: [paused], state: 'ours' },
    { row: 'of another deployment, beside ours', values: [OURS, pauseText('9/eu/b', { since })], state: 'taken' },
  ])('it says who holds the label, $row', ({ values, state }) => {
    expect(holderOf([txt(...values)], NAMING, DEPLOYMENT).state).toBe(state);
  });

  it.each([
    { row: 'no set', found: undefined, others: [] },
    { row: 'our marker', found: txt(OURS), others: [] },
    { row: 'texts of others', found: txt('"v=spf1 -all"', OURS), others: ['"v=spf1 -all"'] },
  ])('it comes and goes with $row, and texts of others stay', ({ found, others }) => {
    const to = (marker: object) => ({ deployment: DEPLOYMENT, marker: { deployment: DEPLOYMENT, ...marker } });

    const before = found ? [found] : [];
    const on = applyChanges(before, remark(found, NAMING, to({ paused: { since } })));
    const off = applyChanges(on, remark(on[0], NAMING, to({})));

    expect(on.map(({ values }) => values)).toEqual([[...others, OURS, paused]]);
    expect(off.map(({ values }) => values)).toEqual([[...others, OURS]]);
    expect(remark(on[0], NAMING, to({ paused: { since } }))).toEqual([]);
  });
});
