import { describe, expect, it } from 'vitest';
import { declarationsOf, MAX_DECLARATIONS } from '../../../functions/domain/ecs/declared.ts';
import { declaredNames } from '../../../functions/domain/ecs/declared-names.ts';
import type { TaskDefinition } from '../../../functions/domain/ecs/task.ts';
import { containerDefinition, definition, NAMING } from '../../support/builders.ts';
import { HOSTILE_TEXTS } from '../../support/hostile.ts';

const ofApp = (environment: Readonly<Record<string, string>>): TaskDefinition =>
  definition({ containers: [containerDefinition({ environment })] });
const declared = (one: TaskDefinition) => declarationsOf(one, [], { naming: NAMING });

describe('a name, in the zone shop.internal.', () => {
  it.each([
    { text: '_web._tcp', name: '_web._tcp.shop.internal.' },
    { text: '_web._tcp.shop.internal', name: '_web._tcp.shop.internal.' },
    { text: '_web._tcp.shop.internal.', name: '_web._tcp.shop.internal.' },
    { text: ' _Web._TCP.Shop.INTERNAL. ', name: '_web._tcp.shop.internal.' },
    { text: 'a.b.shop.internal', name: 'a.b.shop.internal.' },
    { text: 'workshop.internal', name: 'workshop.internal.shop.internal.' },
    { text: 'internal', name: 'internal.shop.internal.' },
    { text: 'a.shop.internal.shop.internal', name: 'a.shop.internal.shop.internal.' },
  ])('$text is $name', ({ text, name }) => {
    expect(declared(ofApp({ SERVICE_80_NAME: text }))).toMatchObject([{ name, isName: true }]);
    expect(declaredNames(ofApp({ SERVICE_80_NAME: text }), [], NAMING)).toEqual([name]);
  });

  it.each([
    { text: 'shop.internal', reason: 'invalid-name', says: 'got "shop.internal", which is the zone itself' },
    { text: 'Shop.internal.', reason: 'invalid-name', says: 'which is the zone itself' },
    { text: '.shop.internal', reason: 'invalid-name', says: 'got ".shop.internal", want one or more labels' },
    { text: '_web._tcp.', reason: 'invalid-name', says: 'a final dot only behind shop.internal' },
    { text: 'web.example.com.', reason: 'invalid-name', says: 'a final dot only behind shop.internal' },
    { text: 'a b.shop.internal', reason: 'invalid-name', says: 'got "a b.shop.internal", want labels of letters' },
    { text: '.', reason: 'invalid-name', says: 'got ".", want one or more labels' },
    { text: 'ecs.shop.internal', reason: 'reserved-name', says: 'belong to the deployment' },
    { text: 'x.ecs.shop.internal.', reason: 'reserved-name', says: 'got "x.ecs.shop.internal."' },
    { text: 'x.ECS', reason: 'reserved-name', says: 'belong to the deployment' },
  ])('$text is $reason', ({ text, reason, says }) => {
    const [only] = declared(ofApp({ SERVICE_80_NAME: text }));

    expect(only).toMatchObject({ isName: false, fault: { reason } });
    expect(only?.fault?.detail).toContain(says);
    expect(declaredNames(ofApp({ SERVICE_80_NAME: text }), [], NAMING)).toEqual([]);
  });
});

it.each([
  { text: 'calc', name: 'calc.internal.' },
  { text: 'calc.internal', name: 'calc.internal.' },
  { text: 'internal.internal.', name: 'internal.internal.' },
  { text: 'internal', name: undefined },
  { text: 'internal.', name: undefined },
])('in the zone internal., of one label, $text is $name', ({ text, name }) => {
  const naming = { zone: 'internal.', owner: 'ecs' };

  expect(declaredNames(ofApp({ SERVICE_80_NAME: text }), [], naming)).toEqual(name === undefined ? [] : [name]);
});

describe('an address name', () => {
  const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(35)}`;

  it.each([
    { text: 'calc', name: 'calc._address.ecs.shop.internal.' },
    { text: 'Calc.Shop.internal.', name: 'calc._address.ecs.shop.internal.' },
    { text: longest.slice(0, -1), name: `${longest.slice(0, -1)}._address.ecs.shop.internal.` },
    { text: longest, name: longest, reason: 'invalid-name' },
    { text: 'a b', name: 'a b', reason: 'invalid-name' },
    { text: 'x.ecs', name: 'x.ecs.shop.internal.', reason: 'reserved-name' },
    { text: '_address', name: '_address.shop.internal.', reason: 'reserved-name' },
    { text: 'calc._address.x', name: 'calc._address.x.shop.internal.', reason: 'reserved-name' },
  ])('$text', ({ text, name, reason }) => {
    const [found] = declared(ofApp({ SERVICE_80_ADDRESS_NAME: text }));

    expect(found?.name).toBe(name);
    expect(found?.isName).toBe(reason === undefined);
    expect(found?.fault?.reason).toBe(reason);
  });

  it('and another name of the same text are two', () => {
    expect(declared(ofApp({ SERVICE_80_NAME: 'calc', SERVICE_80_ADDRESS_NAME: 'calc,calc' }))).toHaveLength(2);
  });
});

describe('several names for one port', () => {
  it('are judged each by itself', () => {
    const found = declared(ofApp({ SERVICE_80_NAME: 'calc, a b, x.ecs, sum' }));

    expect(found).toMatchObject([
      { name: 'calc.shop.internal.', isName: true },
      { name: 'a b', isName: false, fault: { reason: 'invalid-name' } },
      { name: 'x.ecs.shop.internal.', isName: false, fault: { reason: 'reserved-name' } },
      { name: 'sum.shop.internal.', isName: true },
    ]);
  });

  it.each([
    { text: 'calc,calc', names: ['calc.shop.internal.'] },
    { text: 'Calc, calc.shop.internal , calc.shop.internal.', names: ['calc.shop.internal.'] },
    { text: 'a b,a b', names: ['a b'] },
    { text: ',', names: [','] },
  ])('"$text" counts once', ({ text, names }) => {
    expect(declared(ofApp({ SERVICE_80_NAME: text })).map(({ name }) => name)).toEqual(names);
  });

  it('count as one declaration each', () => {
    const names = Array.from({ length: 150 }, (_, at) => `n${at}`).join();

    const found = declared(ofApp({ SERVICE_80_NAME: names }));

    expect(found.filter(({ fault }) => !fault)).toHaveLength(MAX_DECLARATIONS);
    expect(found[100]?.fault).toEqual({
      reason: 'too-many',
      detail: 'the task declares 150 names, want at most 100',
    });
  });

  it('a text of commas alone is no name', () => {
    expect(declared(ofApp({ SERVICE_80_NAME: ' , ' }))).toMatchObject([{ fault: { reason: 'invalid-name' } }]);
  });
});

describe('more declarations than a task may have', () => {
  const many = (from: number, count: number, name = (port: number) => `n${port}`) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`SERVICE_${from + at}_NAME`, name(from + at)]));
  const reasons = (one: TaskDefinition) =>
    Object.fromEntries(
      [...Map.groupBy(declared(one), ({ fault }) => fault?.reason ?? 'usable')].map(([why, all]) => [why, all.length]),
    );

  it.each([
    { row: '100 are not too many', environment: many(1, 100), told: { usable: 100 } },
    { row: 'the 101st is', environment: many(1, 101), told: { usable: 100, 'too-many': 1 } },
    {
      row: 'those that can be used come first',
      environment: { ...many(1, 150, () => 'a b'), ...many(9_000, 60) },
      told: { usable: 60, 'invalid-name': 40, 'too-many': 101 },
    },
    {
      row: 'so many that they are only counted',
      environment: many(1, 3_000),
      told: { usable: 100, 'too-many': 101 },
    },
  ])('$row', ({ environment, told }) => {
    expect(reasons(ofApp(environment))).toEqual(told);
  });

  it('are the same ones in whatever order they come, by container, port and name', () => {
    const containers = ['b', 'a'].map((name) => containerDefinition({ name, environment: many(20, 70) }));
    const turned = containers
      .toReversed()
      .map((one) => ({ ...one, environment: Object.fromEntries(Object.entries(one.environment).reverse()) }));
    const usable = (all: TaskDefinition['containers']) =>
      declared(definition({ containers: all })).flatMap(({ fault, container, declaration }) =>
        fault ? [] : [`${container.name} ${declaration?.containerPort}`],
      );

    const found = usable(containers);

    expect(usable(turned)).toEqual(found);
    expect(found).toHaveLength(MAX_DECLARATIONS);
    expect(found.filter((one) => one.startsWith('a '))).toHaveLength(70);
    expect(found.at(-1)).toBe('b 49');
  });

  it('counts what it does not list', () => {
    const last = declared(ofApp(many(1, 3_000))).at(-1);

    expect(last?.fault?.detail).toBe(
      'the task declares 3000 names, want at most 100; of those beyond, 2799 more are not listed',
    );
  });

  it('leaves them out of what an event is about', () => {
    expect(declaredNames(ofApp(many(1, 3_000)), [], NAMING)).toHaveLength(100);
  });
});

it.each(HOSTILE_TEXTS.map((text) => [text]))('keeps %j from the port beside it', (text) => {
  const found = declared(ofApp({ SERVICE_80_NAME: text, SERVICE_http_NAME: text, SERVICE_81_NAME: 'calc' }));

  expect(found).toContainEqual(expect.objectContaining({ name: 'calc.shop.internal.', isName: true }));
  expect(found).toHaveLength(text === '' ? 1 : 3);
});
