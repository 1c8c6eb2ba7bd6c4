import { expect, it } from 'vitest';
import { declaredNames } from '../../../functions/domain/ecs/declared-names.ts';
import { claimsIn, container, containerDefinition, definition, NAMING, task } from '../../support/builders.ts';

const named = (name: string, environment: Readonly<Record<string, string>>, labels = {}) =>
  containerDefinition({ name, environment, labels });

it('lists the names of every container once, sorted and fully qualified', () => {
  const containers = [
    named('app', { SERVICE_8080_NAME: '_calc._tcp', SERVICE_9090_NAME: 'metrics' }),
    named('side', { SERVICE_9091_NAME: 'Metrics' }, { SERVICE_1_NAME: 'labelled' }),
    named('none', { OTHER: 'x' }),
  ];

  const names = declaredNames(definition({ containers }), [], NAMING);

  expect(names).toEqual(['_calc._tcp.shop.internal.', 'labelled.shop.internal.', 'metrics.shop.internal.']);
});

it('reads the overrides of each container, and of no other', () => {
  const containers = [named('app', { SERVICE_8080_NAME: 'calc' }), named('side', { SERVICE_8080_NAME: 'side' })];
  const overrides = [{ container: 'app', environment: { SERVICE_8080_NAME: 'canary' } }];

  const names = declaredNames(definition({ containers }), overrides, NAMING);

  expect(names).toEqual(['canary.shop.internal.', 'side.shop.internal.']);
});

it('leaves out what is no name of the zone', () => {
  const environment = { SERVICE_1_NAME: 'a b', SERVICE_2_NAME: 'x.ecs', SERVICE_3_NAME: 'ecs', SERVICE_4_NAME: '' };

  const names = declaredNames(definition({ containers: [named('app', environment)] }), [], NAMING);

  expect(names).toEqual([]);
});

it('names every owner name under which the task could be a claim', () => {
  const environment = {
    SERVICE_8080_NAME: 'calc',
    SERVICE_8081_NAME: 'ignored',
    SERVICE_8081_IGNORE: '1',
    SERVICE_8082_NAME: 'faulty',
    SERVICE_8082_WEIGHT: 'x',
  };
  const containers = [named('app', environment)];
  const claims = claimsIn(
    { task: task({ containers: [container()] }), definition: definition({ containers }) },
    {
      naming: NAMING,
    },
  );

  const names = declaredNames(definition({ containers }), [], NAMING);

  expect(names).toEqual(claims.map(({ name }) => name).toSorted());
});
