import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { declarationsOf } from '../../functions/domain/ecs/declared.ts';
import { containerDefinition, definition, NAMING } from '../support/builders.ts';

/** Each container definition that the page has in JSON. */
const shown = [...readFileSync('docs/declare.md', 'utf8').matchAll(/^```json\n(.*?)^```/gms)].map(([, text = '']) =>
  JSON.parse(text),
);

const declared = (environment: readonly { readonly name: string; readonly value: string }[]) => {
  const variables = Object.fromEntries(environment.map(({ name, value }) => [name, value]));
  const containers = [containerDefinition({ environment: variables })];
  return declarationsOf(definition({ containers }), [], { naming: NAMING });
};

it.each([
  { row: 0, wanted: [{ containerPort: 8081, name: '_calc._tcp', check: { kind: 'http', path: '/health' } }] },
  {
    row: 1,
    wanted: [
      { containerPort: 8080, name: '_shop._tcp', check: { kind: 'http', path: '/health' } },
      { containerPort: 9090, name: '_shop-feed._tcp', check: { kind: 'tcp' } },
    ],
  },
  {
    row: 2,
    wanted: [
      { containerPort: 50_051, name: '_cart._tcp', check: { kind: 'grpc', service: 'shop.Cart' }, grace: 300_000 },
      ...['_portal._tcp', 'portal'].map((name) => ({
        containerPort: 8443,
        name,
        check: { kind: 'https', path: '/', host: 'portal.example.com', statuses: [[200, 399]] },
      })),
    ],
  },
  {
    row: 3,
    wanted: [{ containerPort: 8081, name: 'calc', byAddress: true, check: { kind: 'http', path: '/health' } }],
  },
])('docs/declare.md: container definition $row declares what it says, at ports that it maps', ({ row, wanted }) => {
  const { environment, portMappings } = shown[row];
  const ports = new Set(wanted.map(({ containerPort }) => containerPort));

  const found = declared(environment);

  expect(found.map(({ fault }) => fault)).toEqual(wanted.map(() => undefined));
  expect(found.map(({ declaration }) => declaration)).toMatchObject(wanted);
  const mapped = portMappings.map(({ containerPort }: { containerPort: number }) => containerPort);
  expect(new Set(mapped)).toEqual(ports);
});

it('docs/declare.md has no other container definition', () => expect(shown).toHaveLength(4));
