import fc from 'fast-check';
import { ourValue } from './builders.ts';
import { HOSTILE_TEXTS } from './hostile.ts';

const LETTERS = 'abcxyzABCXYZ0189'.split('');

/** Labels that a name may consist of, the owner label of the tests now and then, and some just above the limit. */
export const label = () =>
  fc.oneof(
    { weight: 6, arbitrary: fc.stringMatching(/^[a-zA-Z0-9_]([a-z0-9_-]{0,8}[a-z0-9_])?$/) },
    { weight: 2, arbitrary: fc.constantFrom('ecs', 'ECS', '_tcp', '_udp', '_calc') },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 60, max: 64 })
        .chain((length) =>
          fc
            .array(fc.constantFrom(...LETTERS), { minLength: length, maxLength: length })
            .map((letters) => letters.join('')),
        ),
    },
  );

/** Names relative to a zone, mostly valid ones. */
export const relativeName = () => fc.array(label(), { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));

const FOREIGN = [
  '1 1 80 db.example.',
  '0 0 9 ip-10-0-0-1.other.shop.internal.',
  '5 5 5 A.shop.internal',
  'no SRV value',
];

/** Addresses of a small network, so that they meet. */
export const address = () => fc.integer({ min: 1, max: 6 }).map((last) => `10.0.0.${last}`);

const endpointValue = () =>
  fc
    .record({ at: address(), port: fc.integer({ min: 80, max: 83 }), weight: fc.integer({ min: 0, max: 1 }) })
    .map(({ at, port, weight }) => ourValue(at, port, 1, weight));

/** SRV values of ours, each once. */
export const ourValues = () => fc.uniqueArray(endpointValue(), { maxLength: 8 });

/** SRV values of ours and of others, at least one, as they could stand in one record set. */
export const mixedValues = () =>
  fc
    .tuple(ourValues(), fc.subarray(FOREIGN))
    .map(([ours, theirs]) => [...ours, ...theirs])
    .filter((values) => values.length > 0);

/** Any text whatever, lone surrogates included; often one that somebody has thought of. */
export const anyText = () =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0, max: 0xffff })), { maxLength: 60 })
        .map((units) => String.fromCharCode(...units)),
    },
  );
