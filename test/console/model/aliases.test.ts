import { describe, expect, it } from 'vitest';
import { knownNames } from '../../../console/model/instances.ts';
import { nameView } from '../../../console/model/names.ts';
import { placesOf } from '../../../console/model/places.ts';
import { addressNameOf, addressValue } from '../../../functions/domain/dns/address-name.ts';
import { targetOf } from '../../../functions/domain/dns/ownership.ts';
import type { RecordSet } from '../../../functions/domain/dns/record-set.ts';
import { CALC, NAMING, ourValue, srvSet } from '../../support/builders.ts';
import { HOSTILE_TEXTS, UNFIT } from '../../support/hostile.ts';

const SET = addressNameOf('calc', NAMING);
const ALIAS = `calc.${NAMING.zone}`;
const addresses = (type: 'A' | 'AAAA', ...all: readonly string[]): RecordSet => ({
  ...srvSet(
    SET,
    all.map((one) => addressValue(one, targetOf(one, NAMING))),
  ),
  type,
});
const alias = (type: 'A' | 'AAAA', about: Partial<RecordSet> = {}): RecordSet => ({
  ownerName: ALIAS,
  type,
  ttl: 0,
  values: [],
  policy: 'other',
  attributes: ['AliasTarget'],
  aliasTarget: { name: SET },
  ...about,
});
const viewOf = (name: string, recordSets: readonly RecordSet[] | undefined) => {
  const dispositions = [{ name, outcome: 'left-out', reason: 'starting', task: 'arn:of/a-task' } as const];
  const known = knownNames({ naming: NAMING, dispositions, ...(recordSets && { recordSets }) });
  const found = known.find((one) => one.name === name);
  if (!found) throw new Error(`${name} is not known`);
  return nameView(found, { naming: NAMING, places: placesOf(undefined), happenings: [] });
};

describe('how clients reach an address name', () => {
  it.each([
    {
      row: 'our alias stands: which set is behind it',
      sets: [addresses('A', '10.0.0.1', '10.0.0.2'), alias('A')],
      aliases: [{ type: 'A', stands: true, addresses: 2, others: [] }],
      asks: `A ${ALIAS}`,
    },
    {
      row: 'both families: one line for each',
      sets: [addresses('A', '10.0.0.1'), alias('A'), addresses('AAAA', '2001:db8::1', '2001:db8::2'), alias('AAAA')],
      aliases: [
        { type: 'A', stands: true, addresses: 1, others: [] },
        { type: 'AAAA', stands: true, addresses: 2, others: [] },
      ],
      asks: `A ${ALIAS} AAAA ${ALIAS}`,
    },
    {
      row: 'IPv6 alone',
      sets: [addresses('AAAA', '2001:db8::1'), alias('AAAA')],
      aliases: [{ type: 'AAAA', stands: true, addresses: 1, others: [] }],
      asks: `AAAA ${ALIAS}`,
    },
    {
      row: 'a weighted alias beside one of another deployment',
      sets: [
        addresses('A', '10.0.0.1'),
        alias('A', { setIdentifier: 'ecs', weight: 1 }),
        alias('A', {
          setIdentifier: 'blue',
          weight: 3,
          aliasTarget: { name: `calc._address.blue.${NAMING.zone}` },
        }),
      ],
      aliases: [
        {
          type: 'A',
          stands: true,
          weight: 1,
          addresses: 1,
          others: [`A alias of calc._address.blue.${NAMING.zone} ("blue")`],
        },
      ],
      asks: `A ${ALIAS}`,
    },
    {
      row: 'others are in the way: nothing of ours leads to the set',
      sets: [addresses('A', '10.0.0.1'), { ...srvSet(ALIAS, ['app.example.com.']), type: 'CNAME' }],
      aliases: [{ type: 'A', stands: false, addresses: 1, others: ['CNAME app.example.com.'] }],
      asks: `A ${ALIAS}`,
    },
    {
      row: 'nothing is published yet',
      sets: [],
      aliases: [{ type: 'A', stands: false, addresses: 0, others: [] }],
      asks: `A ${ALIAS}`,
    },
  ])('$row', ({ sets, aliases, asks }) => {
    const view = viewOf(SET, sets);

    expect(view.aliases).toEqual(aliases.map((one) => ({ ...one, name: ALIAS, set: SET })));
    expect(view.lookup).toBe(`dig ${asks}`);
  });

  it('is not known while the zone cannot be read', () => {
    expect(viewOf(SET, undefined)).not.toHaveProperty('aliases');
  });

  it('does not concern a name of SRV', () => {
    expect(viewOf(CALC, [srvSet(CALC, [ourValue('10.0.0.1', 80)])])).not.toHaveProperty('aliases');
  });

  it.each(HOSTILE_TEXTS.map((text) => [text]))('what others have there is text, and bounded: %j', (text) => {
    const theirs = { ...srvSet(ALIAS, [text]), type: 'CNAME', setIdentifier: text };
    const others = viewOf(SET, [theirs, alias('A', { aliasTarget: { name: text }, setIdentifier: text })]).aliases?.[0]
      ?.others;

    expect(others).toHaveLength(2);
    for (const one of others ?? []) {
      expect(one).not.toMatch(UNFIT);
      expect(one.length).toBeLessThanOrEqual(300);
    }
  });
});
