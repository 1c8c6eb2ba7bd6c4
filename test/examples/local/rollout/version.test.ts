import { expect, it } from 'vitest';
import { exampleServices } from '../../../../examples/local/ecs/services.ts';
import { declaredNames, nextVersion } from '../../../../examples/local/rollout/version.ts';

const { definition } = exampleServices({ portalPort: 8080, ownAddresses: false }).calc;
const calc = { ...definition, taskDefinitionArn: 'arn:…:calc:7', revision: 7, status: 'ACTIVE' as const };
const valuesOf = ({ containerDefinitions = [] }: ReturnType<typeof nextVersion>, name: string) =>
  containerDefinitions.flatMap(({ environment = [] }) =>
    environment.flatMap((one) => (one.name === name ? [one.value] : [])),
  );

it('is the same but for its number', () => {
  const second = nextVersion(calc, false);
  const third = nextVersion(second as typeof calc, false);

  const [container] = definition.containerDefinitions ?? [];
  expect(second).toEqual({
    family: 'calc',
    networkMode: 'bridge',
    containerDefinitions: [
      { ...container, environment: [...(container?.environment ?? []), { name: 'VERSION', value: '2' }] },
    ],
  });
  expect(valuesOf(third, 'VERSION')).toEqual(['3']);
});

it('that is broken asks for its health where nothing is', () => {
  const broken = nextVersion(calc, true);

  expect(valuesOf(broken, 'SERVICE_8081_CHECK_HTTP')).toEqual(['/broken']);
  expect(valuesOf(broken, 'SERVICE_8081_NAME')).toEqual(['_calc._tcp']);
});

it('declares names, one or several for a port', () => {
  const two = { containerDefinitions: [{ environment: [{ name: 'SERVICE_80_NAME', value: '_a._tcp, _b._tcp' }] }] };

  expect([declaredNames(calc), declaredNames(two)]).toEqual([['_calc._tcp'], ['_a._tcp', '_b._tcp']]);
});
