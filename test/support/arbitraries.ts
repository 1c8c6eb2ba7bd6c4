import fc from 'fast-check';
import { ourText } from './builders.ts';
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
  '1 1 80 DB.example', // the same in another spelling: theirs go word for word
  '0 0 2380 node1.ecs.shop.internal.', // below our label, and no name of ours
  '0 0 9 ip-10-0-0-1.other.shop.internal.',
  '5 5 5 A.shop.internal',
  'no SRV value',
];

/** Addresses of a small network, so that they meet. */
export const address = () => fc.integer({ min: 1, max: 6 }).map((last) => `10.0.0.${last}`);

const endpointValue = () =>
  fc
    .record({ at: address(), port: fc.integer({ min: 80, max: 83 }), weight: fc.integer({ min: 0, max: 1 }) })
    .map(({ at, port, weight }) => ourText(at, port, 1, weight));

/** SRV values of ours, each once. */
export const ourValues = () => fc.uniqueArray(endpointValue(), { maxLength: 8 });

/** Other spellings of a value, as people write them. */
const RESPELLED: readonly ((value: string) => string)[] = [
  (value) => value.replace(/\.$/, ''),
  (value) => value.toUpperCase(),
  (value) => value.replace(/^/, '0').replace('.ecs.', '.\\145cs.'),
];

/** SRV values of ours and of others, at least one, as they could stand in one record set; some of ours in two spellings. */
export const mixedValues = () =>
  fc
    .tuple(
      ourValues(),
      fc.subarray(FOREIGN),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...RESPELLED), fc.boolean()), { maxLength: 2 }),
    )
    .map(([ours, theirs, spellings]) => {
      const values = new Set(ours);
      for (const [index, respell, alone] of ours.length > 0 ? spellings : []) {
        const value = ours[index % ours.length] ?? '';
        values.add(respell(value));
        if (alone) values.delete(value);
      }
      return [...values, ...theirs];
    })
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
