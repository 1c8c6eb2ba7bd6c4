import fc from 'fast-check';
import { expect, it } from 'vitest';
import { declaringPart } from '../../../functions/domain/ecs/declaration.ts';
import { declarationsOf } from '../../../functions/domain/ecs/declared.ts';
import { remarksOn } from '../../../functions/domain/ecs/remarks.ts';
import { containerDefinition, definition, NAMING } from '../../support/builders.ts';

it('keeps what is declared, the key alone of what nothing reads, and nothing else', () => {
  const kept = declaringPart({
    SERVICE_80_NAME: 'calc',
    SERVICE_80_CHECK_HTTP: '/health',
    SERVICE_http_NAME: 'meant',
    SERVICE_80_PASSWORD: 'secret',
    SERVICE_ACCOUNT_NAME: 'secret',
    SERVICE_http_TOKEN: 'secret',
    PASSWORD: 'secret',
  });

  expect(kept).toEqual({
    SERVICE_80_NAME: 'calc',
    SERVICE_80_CHECK_HTTP: '/health',
    SERVICE_http_NAME: 'meant',
    SERVICE_80_PASSWORD: '',
  });
});

const port = fc.constantFrom('80', '81', '080', '0', '70000', 'http', 'ACCOUNT', '', '80_81', '80/tcp', '__proto__');
const key = fc.constantFrom('NAME', 'WEIGHT', 'WEIGTH', 'CHECK_HTTP', 'CHECK_TIMEOUT', 'IGNORE', 'A_NAME', 'X');
const variable = fc.oneof(
  fc.tuple(port, key).map(([one, other]) => `SERVICE_${one}_${other}`),
  fc.constantFrom('SERVICE', 'SERVICE_', 'service_80_NAME', '__proto__', 'PATH'),
);
const variables = fc
  .array(fc.tuple(variable, fc.constantFrom('calc', '', ' ', '/up', '2s', '5', 'no')), { maxLength: 12 })
  .map((pairs) => Object.fromEntries(pairs));

it('is all that anybody reads, whatever a task overrides', () => {
  fc.assert(
    fc.property(variables, variables, variables, (environment, labels, overrides) => {
      const whole = definition({ containers: [containerDefinition({ environment, labels })] });
      const part = definition({
        containers: [containerDefinition({ environment: declaringPart(environment), labels: declaringPart(labels) })],
      });
      const overridden = [{ container: containerDefinition().name, environment: overrides }];
      const texts = (one: typeof whole) => ({
        declared: declarationsOf(one, overridden, { naming: NAMING }).map(({ container: _, ...rest }) => rest),
        remarks: remarksOn(one, overridden),
      });

      expect(texts(part)).toEqual(texts(whole));
    }),
    { numRuns: 500 },
  );
});
